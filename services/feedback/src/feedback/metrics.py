"""Every figure this service tells of itself."""

from chassis.telemetry import Telemetry


class Metrics:
    def __init__(self, telemetry: Telemetry) -> None:
        self.surveys = telemetry.counter(
            "surveys_total", "questions by what became of them", ("became",)
        )
