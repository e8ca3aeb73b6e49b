"""Questions as customers answer them, as staff read them, and a client's settings."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from chassis.http import Command
from contracts.vocabulary import Channel, SurveyType
from feedback.surveys.decide import answerable
from feedback.surveys.handlers.reading import Shown
from feedback.surveys.model import (
    SCALE,
    Given,
    Reason,
    State,
    Survey,
    SurveySettings,
)

MOST_WORDS = 4000


class AnswerIn(Command):
    score: Annotated[int, Field(ge=1, le=SCALE)]
    words: Annotated[str, Field(max_length=MOST_WORDS)] = ""

    @property
    def given(self) -> Given:
        return Given(self.score, self.words.strip())


class SuppressIn(Command):
    """A lead's own reasons; nobody is asked, and it is counted."""

    reason: Literal["outage", "abuse", "not_our_case", "duplicate", "test"]


class SettingsBody(Command):
    """`bad_at_most` and below opens a follow-up; `good_at_least` and above is praise."""

    enabled: bool = True
    delay_s: Annotated[int, Field(ge=0, le=604_800)] = 3600
    sample_percent: Annotated[int, Field(ge=0, le=100)] = 100
    followup_within_s: Annotated[int, Field(ge=1, le=2_592_000)] = 86_400
    bad_at_most: Annotated[int, Field(ge=1, le=SCALE - 1)] = 2
    good_at_least: Annotated[int, Field(ge=2, le=SCALE)] = 4

    @property
    def settings(self) -> SurveySettings:
        return SurveySettings(
            enabled=self.enabled,
            delay=timedelta(seconds=self.delay_s),
            sample_percent=self.sample_percent,
            followup_within=timedelta(seconds=self.followup_within_s),
            bad_at_most=self.bad_at_most,
            good_at_least=self.good_at_least,
        )


class PublicSurveyView(BaseModel):
    """`words` and `score` are the last answer; until `answerable_until` another may replace it."""

    survey: UUID
    tenant: UUID
    client: str
    brand: str
    language: str
    reference: str
    type: SurveyType
    scale: int
    state: Literal["open", "answered", "expired"]
    score: int | None
    words: str
    agent_name: str
    answerable_until: AwareDatetime | None


class AnswerView(BaseModel):
    nth: int
    score: int
    words: str
    at: AwareDatetime


class SurveyView(BaseModel):
    """`answers` are the first and its revisions. Clients are not told who of us it is about."""

    id: UUID
    ticket: UUID
    reference: str
    cycle: int
    type: SurveyType
    scale: int
    language: str
    channel: Channel
    state: State
    reason: Reason | None
    about: UUID | None
    about_name: str
    asked_at: AwareDatetime | None
    delivered_at: AwareDatetime | None
    answered_at: AwareDatetime | None
    expires_at: AwareDatetime | None
    score: int | None
    good: bool | None
    words: str
    answers: list[AnswerView]


class SuppressedView(BaseModel):
    id: UUID
    state: State
    reason: Reason | None


def public_view(shown: Shown, now: datetime) -> PublicSurveyView:
    survey = shown.survey
    return PublicSurveyView(
        survey=survey.id,
        tenant=survey.tenant,
        client=shown.client,
        brand=shown.brand,
        language=survey.language,
        reference=shown.ticket.reference,
        type=survey.type,
        scale=SCALE,
        state=_public_state(survey, now),
        score=survey.score,
        words=shown.answers[-1].words if shown.answers else "",
        agent_name=shown.agent_name,
        answerable_until=survey.expires_at,
    )


def view(shown: Shown, *, with_names: bool) -> SurveyView:
    survey = shown.survey
    return SurveyView(
        id=survey.id,
        ticket=survey.ticket,
        reference=shown.ticket.reference,
        cycle=survey.cycle,
        type=survey.type,
        scale=SCALE,
        language=survey.language,
        channel=survey.channel,
        state=survey.state,
        reason=survey.reason,
        about=survey.attributed_to if with_names else None,
        about_name=shown.agent_name if with_names else "",
        asked_at=survey.asked_at,
        delivered_at=survey.delivered_at,
        answered_at=survey.answered_at,
        expires_at=survey.expires_at,
        score=survey.score,
        good=survey.good,
        words=shown.answers[-1].words if shown.answers else "",
        answers=[
            AnswerView(nth=one.nth, score=one.score, words=one.words, at=one.at)
            for one in shown.answers
        ],
    )


def suppressed_view(survey: Survey) -> SuppressedView:
    return SuppressedView(id=survey.id, state=survey.state, reason=survey.reason)


def settings_view(found: SurveySettings) -> SettingsBody:
    return SettingsBody(
        enabled=found.enabled,
        delay_s=int(found.delay.total_seconds()),
        sample_percent=found.sample_percent,
        followup_within_s=int(found.followup_within.total_seconds()),
        bad_at_most=found.bad_at_most,
        good_at_least=found.good_at_least,
    )


def _public_state(survey: Survey, now: datetime) -> Literal["open", "answered", "expired"]:
    """Whoever has answered sees their answer for as long as the link lives."""
    if survey.state is State.ANSWERED:
        return "answered"
    return "open" if answerable(survey, now) else "expired"
