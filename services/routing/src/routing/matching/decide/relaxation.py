"""How far the needs of waiting work are relaxed by now, and when to look again."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from routing.matching.model import Client, Demand, Policy, Promise, Relaxation, Step, Work
from routing.people.model import lowered

UNKNOWN_LANGUAGE = "und"


def relaxation(
    policy: Policy, waiting_since: datetime, promises: Sequence[Promise], now: datetime
) -> Relaxation:
    """All steps in force, added up. Time counts from the first waiting, through offers and back."""
    reached = [
        (number, step)
        for number, step in enumerate(policy.steps)
        if _in_force(step, waiting_since, promises, now)
    ]
    tiers = [step.drop_tier for _, step in reached if step.drop_tier is not None]
    down = max((step.level_down for _, step in reached), default=0)
    return Relaxation(
        step=max((number for number, _ in reached), default=0),
        level_down=min(1, down) if policy.lower_level else 0,
        drop_tier=min(tiers, default=None),
        alert=any(step.alert for _, step in reached),
    )


def demand(client: Client, work: Work, promises: Sequence[Promise], now: datetime) -> Demand:
    """What the work asks of a person now. An unknown language counts as the client's own."""
    policy, facts = client.policy, work.facts
    relaxed = relaxation(policy, work.waiting_since, promises, now)
    unknown = facts.language == UNKNOWN_LANGUAGE
    return Demand(
        tenant=work.tenant,
        meter=facts.meter,
        language=client.default_language if unknown else facts.language,
        floor=lowered(policy.floors[facts.channel], relaxed.level_down),
        needs=tuple(
            need
            for need in policy.needs
            if need.category == facts.category and not _dropped(need.tier, relaxed.drop_tier)
        ),
        remaining=policy.remaining[facts.meter],
        relaxation=relaxed,
    )


def next_look(policy: Policy, waiting_since: datetime, now: datetime) -> datetime | None:
    """The next instant at which a step by time comes into force."""
    instants = (waiting_since + step.after for step in policy.steps if step.after is not None)
    return min((instant for instant in instants if instant > now), default=None)


def slack_at(promise: Promise, slack: Fraction) -> datetime:
    """The instant from which no more than this share of the promise is ahead."""
    return promise.due_at - promise.target * slack.numerator / slack.denominator


def next_slack_look(policy: Policy, promises: Sequence[Promise], now: datetime) -> datetime | None:
    """The next instant at which a step by slack comes into force."""
    instants = (
        slack_at(promise, step.slack)
        for promise in promises
        for step in policy.steps
        if step.slack is not None
    )
    return min((instant for instant in instants if instant > now), default=None)


def _in_force(
    step: Step, waiting_since: datetime, promises: Sequence[Promise], now: datetime
) -> bool:
    slack = step.slack
    if slack is not None and promises:
        return any(slack_at(promise, slack) <= now for promise in promises)
    return step.after is not None and now - waiting_since >= step.after


def _dropped(tier: int, drop_tier: int | None) -> bool:
    return tier > 0 and drop_tier is not None and tier >= drop_tier
