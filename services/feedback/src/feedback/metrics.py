"""Every figure this service tells of itself."""

from datetime import datetime

from fastapi import Request

from chassis.telemetry import Telemetry
from feedback.followups.model import Followup
from feedback.surveys.model import State, Survey, Taken

LATENESS = (60, 300, 900, 3600, 4 * 3600, 24 * 3600, 3 * 24 * 3600, 7 * 24 * 3600)


class Metrics:
    """Labels are closed lists; nobody is named, no client either (decision 26)."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._surveys = telemetry.counter(
            "surveys_total", "Questions by what became of them", ("became",)
        )
        self._suppressed = telemetry.counter(
            "surveys_suppressed_total", "Questions that were not asked, and why", ("reason",)
        )
        self._answers = telemetry.counter(
            "answers_total", "Answers that counted, by their verdict", ("verdict", "nth")
        )
        self._answered_after = telemetry.histogram(
            "answer_delay_seconds", "From a question to its first answer", (), LATENESS
        )
        self._ended = telemetry.counter("followups_done_total", "How contacts ended", ("outcome",))
        self._late = telemetry.counter(
            "followups_late_total", "Follow-ups that ended after they were due"
        )
        self._took = telemetry.histogram(
            "followup_seconds", "From a bad answer to the end of its follow-up", (), LATENESS
        )

    def asked_or_not(self, survey: Survey) -> None:
        if survey.state is State.SUPPRESSED:
            self._suppressed.labels(str(survey.reason)).inc()
        self._surveys.labels(str(survey.state)).inc()

    def delivered(self, survey: Survey | None) -> None:
        if survey is not None:
            self._surveys.labels("delivered").inc()

    def expired(self, survey: Survey | None) -> None:
        if survey is not None:
            self._surveys.labels("expired").inc()

    def answered(self, taken: Taken) -> None:
        survey, first = taken.survey, taken.previous is None
        verdict = {True: "good", False: "bad", None: "between"}[survey.good]
        self._answers.labels(verdict, "first" if first else "revision").inc()
        if first and survey.asked_at is not None:
            self._surveys.labels("answered").inc()
            self._answered_after.observe((taken.answer.at - survey.asked_at).total_seconds())

    def followed_up(self, ended: Followup, now: datetime) -> None:
        self._ended.labels(str(ended.outcome)).inc()
        self._took.observe((now - ended.opened_at).total_seconds())
        if now > ended.due_at:
            self._late.inc()


async def of_service(request: Request) -> Metrics:
    """Dependency of routes that count."""
    found: Metrics = request.app.state.metrics
    return found
