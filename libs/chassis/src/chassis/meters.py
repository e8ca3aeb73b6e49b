"""The instruments that every service has, as the small protocols of the loops and lanes ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chassis.telemetry import Telemetry

LATENESS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600)


class Meters:
    """Requests, timers, effects and delivery of one process."""

    def __init__(self, telemetry: Telemetry) -> None:
        self.delivery = DeliveryMeters(telemetry)
        self.requests = telemetry.counter(
            "requests_total", "HTTP requests answered", ("route", "method", "status")
        )
        self.request_seconds = telemetry.histogram(
            "request_seconds", "Time to answer a request", ("route", "method", "status")
        )
        self._fired = telemetry.histogram(
            "timer_lateness_seconds", "How late timers fired", ("kind",), LATENESS
        )
        self._timer_failures = telemetry.counter(
            "timer_failures_total", "Timers whose handler failed", ("kind", "error")
        )
        self._effects = telemetry.counter(
            "effect_outcomes_total", "Calls out by how they ended", ("kind", "state")
        )

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        labels = (route, method, f"{status // 100}xx")
        self.requests.labels(*labels).inc()
        self.request_seconds.labels(*labels).observe(seconds)

    def timer_fired(self, kind: str, lateness_s: float) -> None:
        self._fired.labels(kind).observe(lateness_s)

    def timer_failed(self, kind: str, error: str) -> None:
        self._timer_failures.labels(kind, error).inc()

    def effect_settled(self, kind: str, state: str) -> None:
        self._effects.labels(kind, state).inc()


class DeliveryMeters:
    """`chassis.delivery.DeliveryMetrics` in Prometheus."""

    def __init__(self, telemetry: Telemetry) -> None:
        group = ("group",)
        self._lag = telemetry.gauge(
            "consumer_lag_seconds", "Age of what waits to be handled", ("group", "topic")
        )
        self._handled = telemetry.counter("events_handled_total", "Events applied", group)
        self._ignored = telemetry.counter("events_ignored_total", "Events of unknown types", group)
        self._duplicates = telemetry.counter("inbox_duplicates_total", "Events seen before", group)
        self._parked = telemetry.gauge("parked_events", "Events set aside", group)
        self._unreadable = telemetry.gauge(
            "unreadable_records", "Records without an envelope, set aside", group
        )
        self._retries = telemetry.counter(
            "lane_retries_total", "Pauses after an infrastructure error", group
        )
        self._halted = telemetry.gauge(
            "lane_halted_state", "1 while a lane waits for people", group
        )
        self._outbox_rows = telemetry.gauge("outbox_rows", "Rows that wait to be sent")
        self._outbox_age = telemetry.gauge("outbox_age_seconds", "Age of the oldest waiting row")
        self._shards = telemetry.gauge("relay_shards", "Shards held by this relay", ("state",))

    def consumer_lag(self, group: str, topic: str, seconds: float) -> None:
        self._lag.labels(group, topic).set(seconds)

    def events_handled(self, group: str, count: int) -> None:
        self._handled.labels(group).inc(count)

    def events_ignored(self, group: str, count: int) -> None:
        self._ignored.labels(group).inc(count)

    def inbox_duplicates(self, group: str, count: int) -> None:
        self._duplicates.labels(group).inc(count)

    def parked_events(self, group: str, count: int) -> None:
        self._parked.labels(group).set(count)

    def unreadable_records(self, group: str, count: int) -> None:
        self._unreadable.labels(group).set(count)

    def lane_retries(self, group: str, count: int) -> None:
        self._retries.labels(group).inc(count)

    def lane_halted(self, group: str, halted: bool) -> None:
        self._halted.labels(group).set(halted)

    def outbox(self, rows: int, age_s: float) -> None:
        self._outbox_rows.set(rows)
        self._outbox_age.set(age_s)

    def relay_shards(self, held: int, stopped: int) -> None:
        self._shards.labels("held").set(held)
        self._shards.labels("stopped").set(stopped)
