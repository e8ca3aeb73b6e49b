"""The instruments that every service has, as the small protocols of the loops and lanes ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chassis.telemetry import Telemetry

LATENESS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600)


class Meters:
    """Requests, delivery, timers and effects of one process."""

    def __init__(self, telemetry: Telemetry) -> None:
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
            "effects_total", "Effects by the state a call left them in", ("kind", "state")
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
