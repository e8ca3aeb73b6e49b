"""`feedback.survey.v1`: what a customer was asked about, and what they answered."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import EventData
from contracts.vocabulary import SurveyType


class SurveyFacts(EventData):
    """One question to one customer after one cycle of a ticket; the aggregate is the survey."""

    ticket: UUID
    customer: UUID
    brand: UUID
    survey_type: SurveyType
    cycle: int = Field(ge=1)
    language: str
    attributed_to: UUID | None = Field(
        description="the member of staff who solved the ticket, as known when it was solved"
    )
    at: AwareDatetime


class SurveyAskedV1(SurveyFacts):
    expires_at: AwareDatetime


class SurveyDeliveredV1(SurveyFacts):
    """The question left our house; response rates count from here."""


class SurveyAnswer(SurveyFacts):
    score: int
    scale: int = Field(description="the highest score of its scale: 5 for CSAT, 10 for NPS")
    good: bool | None = Field(description="top or bottom of the scale; null between the two")
    has_words: bool = Field(description="whether the customer wrote words beside the score")


class SurveyAnsweredV1(SurveyAnswer):
    """The first answer."""


class SurveyRevisedV1(SurveyAnswer):
    """A later answer took the place of an earlier one."""

    previous_score: int


class SurveyExpiredV1(SurveyFacts):
    """Seven days went by without an answer."""


class SurveySuppressedV1(SurveyFacts):
    """Nobody was asked, and why."""

    reason: str
