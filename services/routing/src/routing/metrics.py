"""Every instrument of routing. `tenant` is a label only where decision 26 lists it: waiting."""

from chassis.telemetry import Telemetry

WAITED = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14_400)


class Metrics:
    def __init__(self, telemetry: Telemetry) -> None:
        self.waiting = telemetry.gauge(
            "waiting_tickets", "Tickets that wait for an owner", ("tenant",)
        )
        self.oldest_wait = telemetry.gauge(
            "oldest_wait_seconds", "How long the first of them has waited", ("tenant",)
        )
        self.wait = telemetry.histogram(
            "wait_seconds", "From first waiting to an offer", buckets=WAITED
        )
        self.sweep = telemetry.histogram("sweep_seconds", "One sweep of the matcher")
        self.looks = telemetry.counter("looks_total", "Items the matcher looked at", ("found",))
        self.failures = telemetry.counter(
            "tending_failures_total", "Items left alone for a while after an error", ("error",)
        )
