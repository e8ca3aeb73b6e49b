"""Every instrument of this service."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from chassis.telemetry import Telemetry
from sla.clocks.model import Breached, Corrected, Coverage, Met, Posting, Ticket, Voided, Warned
from sla.periods.model import Closed, Obstacle

STALLED = timedelta(seconds=60)
LATENESS = (0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600, 21600)


class Meters:
    """Labels are bounded; a tenant is named on the attainment gauge alone (decision 26)."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._breaches = telemetry.counter("breaches_total", "Promises missed", ("metric",))
        self._met = telemetry.counter("clocks_met_total", "Promises kept", ("metric",))
        self._lateness = telemetry.histogram(
            "clock_verdict_lateness_seconds",
            "From the instant of a breach to its verdict",
            ("metric",),
            LATENESS,
        )
        self._warnings = telemetry.counter(
            "warnings_total", "Warnings before a breach", ("metric", "percent")
        )
        self._corrections = telemetry.counter(
            "clock_corrections_total", "Verdicts set right by a late fact", ("metric",)
        )
        self._voided = telemetry.counter(
            "clocks_voided_total", "Clocks taken out of the count", ("reason", "breached")
        )
        self._held = telemetry.counter(
            "verdicts_held_total", "Verdicts put off because events of the ticket are missing"
        )
        self._uncovered = telemetry.counter(
            "tickets_without_promise_total", "Tickets that owe nothing, and why", ("reason",)
        )
        self._stall = telemetry.gauge(
            "feed_stall_seconds", "Age of the ticket feed's watermark; verdicts wait for it"
        )
        self._overdue = telemetry.gauge(
            "verdicts_waiting", "Clocks past their breach that no verdict is given on yet"
        )
        self._attainment = telemetry.gauge(
            "attainment_ratio", "Kept of counted in the present month", ("tenant", "metric")
        )
        self._repeats = telemetry.counter(
            "escalation_repeats_total", "Calls that nobody had taken up", ("level",)
        )

        self._closed = telemetry.counter("periods_closed_total", "Months closed by the clock")
        self._kept_open = telemetry.counter(
            "periods_kept_open_total", "Months that could not be closed when due", ("reason",)
        )

    def period(self, outcome: Closed | Obstacle | None) -> None:
        match outcome:
            case Closed():
                self._closed.inc()
            case Obstacle():
                self._kept_open.labels(outcome).inc()

    def posted(self, postings: Iterable[Posting], now: datetime) -> None:
        for posting in postings:
            metric = posting.after.clock.metric
            for _, change in posting.told:
                match change:
                    case Breached():
                        at = posting.after.clock.breach_at or now
                        self._breaches.labels(metric).inc()
                        self._lateness.labels(metric).observe((now - at).total_seconds())
                    case Met():
                        self._met.labels(metric).inc()
                    case Warned(percent):
                        self._warnings.labels(metric, str(percent)).inc()
                    case Corrected():
                        self._corrections.labels(metric).inc()
                    case Voided(reason):
                        breached = posting.after.clock.breach_at is not None
                        self._voided.labels(reason, str(breached).lower()).inc()

    def covered(self, before: Ticket, after: Ticket) -> None:
        """Counts a ticket once when it turns out to have no promises."""
        if before.coverage is not after.coverage and after.coverage in (
            Coverage.NO_CONTRACT,
            Coverage.NO_TARGET,
        ):
            self._uncovered.labels(after.coverage).inc()

    def held(self) -> None:
        self._held.inc()

    def repeated(self, level: int) -> None:
        self._repeats.labels(str(level)).inc()

    def feed(self, age: timedelta | None) -> bool:
        """None: nothing is known of the feed yet. Whether it stands still, to be told to people."""
        if age is None:
            return False
        self._stall.set(max(0.0, age.total_seconds()))
        return age > STALLED

    def waiting(self, count: int) -> None:
        self._overdue.set(count)

    def attained(self, tenant: str, metric: str, share: float) -> None:
        self._attainment.labels(tenant, metric).set(share)
