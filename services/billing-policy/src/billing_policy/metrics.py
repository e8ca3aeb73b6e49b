"""Every figure this service tells of itself."""

from chassis.telemetry import Telemetry


class Metrics:
    def __init__(self, telemetry: Telemetry) -> None:
        self.remedies = telemetry.counter(
            "remedies_total", "remedies by what was decided", ("decided",)
        )
