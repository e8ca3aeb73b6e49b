"""Which promises we make to ourselves, and what calls a person when one is in danger.

`OBJECTIVES` burn a budget and alert in several windows; `CONDITIONS` are wrong whenever they hold.
"""

from dataclasses import dataclass

EVERY = ("intake", "routing", "sla", "feedback", "billing-policy", "console")


@dataclass(frozen=True, slots=True)
class Objective:
    """`bad` and `all` count what is measured; `{s}` is the service, `{w}` the window."""

    alert: str
    services: tuple[str, ...]
    target: float
    bad: str
    all: str
    told: str


@dataclass(frozen=True, slots=True)
class Condition:
    alert: str
    services: tuple[str, ...]
    expr: str
    lasts: str
    severity: str
    told: str


def late(family: str, bound: str) -> str:
    """How many observations in the window lay above the bound."""
    every, quick = f"{family}_count[{{w}}]", f'{family}_bucket{{{{le="{bound}"}}}}[{{w}}]'
    return f"sum(increase({every})) - sum(increase({quick}))"


def counted(family: str) -> str:
    return f"sum(increase({family}_count[{{w}}]))"


OBJECTIVES = (
    Objective(
        "RequestsFail", EVERY, 0.999,
        'sum(increase({s}_requests_total{{status="5xx"}}[{w}]))',
        "sum(increase({s}_requests_total[{w}]))",
        "More requests end in an error of ours than 1 in 1000.",
    ),
    Objective(
        "TimersLate", EVERY, 0.99,
        late("{s}_timer_lateness_seconds", "5.0"), counted("{s}_timer_lateness_seconds"),
        "More than 1 timer in 100 fires over 5 s late.",
    ),
    Objective(
        "LettersFail", ("intake",), 0.99,
        'sum(increase({s}_letters_total{{state="failed"}}[{w}]))',
        "sum(increase({s}_letters_total[{w}]))",
        "More than 1 mail in 100, acknowledgements among them, does not leave.",
    ),
    Objective(
        "AssignmentSlow", ("routing",), 0.95,
        late("{s}_wait_seconds", "300.0"), counted("{s}_wait_seconds"),
        "More than 1 ticket in 20 waits over 5 minutes for an offer.",
    ),
    Objective(
        "VerdictsLate", ("sla",), 0.99,
        late("{s}_clock_verdict_lateness_seconds", "5.0"),
        counted("{s}_clock_verdict_lateness_seconds"),
        "More than 1 breach in 100 gets its verdict over 5 s late.",
    ),
    Objective(
        "FollowupsLate", ("feedback",), 0.9,
        "sum(increase({s}_followups_late_total[{w}]))",
        "sum(increase({s}_followups_done_total[{w}]))",
        "More than 1 follow-up in 10 ends after it was due.",
    ),
)  # fmt: skip

CONDITIONS = (
    Condition("ServiceDown", EVERY, 'max(up{{job="{job}"}}) == 0 or absent(up{{job="{job}"}})',
        "2m", "page", "No copy of the service answers Prometheus."),
    Condition("OutboxOld", EVERY, "max({s}_outbox_age_seconds) > 30",
        "2m", "page", "An event has waited over 30 s to be sent: the relay lags."),
    Condition("ConsumerLags", EVERY, "max by (group, topic) ({s}_consumer_lag_seconds) > 60",
        "5m", "page", "A consumer is over a minute behind its topic."),
    Condition("LaneHalted", EVERY, "max by (group) ({s}_lane_halted_state) == 1",
        "1m", "page", "A consumer stands still until people decide."),
    Condition("EventsParked", EVERY, "max by (group) ({s}_parked_events) > 0",
        "5m", "ticket", "Events lie in the dead letters."),
    Condition("RecordsUnreadable", EVERY, "max by (group) ({s}_unreadable_records) > 0",
        "5m", "ticket", "Records without an envelope lie in the dead letters."),
    Condition("EffectsStuck", EVERY,
        'max by (kind, state) ({s}_effects{{state=~"unknown|failed"}}) > 0',
        "15m", "ticket", "Calls out ended badly, or nobody knows how they ended."),
    Condition("TimersParked", EVERY, 'max by (kind) ({s}_timers_due{{state="parked"}}) > 0',
        "5m", "ticket", "Timers were given up after failing again and again."),
    Condition("MailWaits", ("intake",), "max({s}_raw_pending_age_seconds) > 60",
        "2m", "page", "A mail taken in has not become a ticket for over a minute."),
    Condition("FeedStalls", ("sla",), "max({s}_feed_stall_seconds) > 60",
        "2m", "page", "Promises get no verdicts: the ticket feed stands still."),
    Condition("PaymentsUnsettled", ("billing-policy",),
        'max({s}_effects{{kind="payment.refund", state="unknown"}}) > 0',
        "10m", "page", "Nobody knows whether a refund was paid."),
    Condition("PaymentProviderCut", ("billing-policy",), "max({s}_payment_circuit_open) == 1",
        "10m", "page", "The payment provider fails and is not called."),
    Condition("BooksDiffer", ("billing-policy",),
        "sum by (kind) (increase({s}_reconciliation_findings_total[1d])) > 0",
        "0m", "ticket", "The provider's list and our ledger differ."),
)  # fmt: skip
ALERTS = tuple(dict.fromkeys(each.alert for each in (*OBJECTIVES, *CONDITIONS)))
