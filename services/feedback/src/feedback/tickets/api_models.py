"""A ticket's opinion, each part as far as its reader may know it."""

from uuid import UUID

from pydantic import BaseModel

from feedback.followups.api_models import FollowupStateView, FollowupView
from feedback.surveys.api_models import SurveyView


class TicketFeedbackView(BaseModel):
    """`survey` is the newest cycle's, `earlier` those before it. `followup` null: nothing followed,
    or it is not the reader's to see; `followup_state` says how far it is, to everybody.
    """

    ticket: UUID
    survey: SurveyView | None
    earlier: list[SurveyView]
    followup: FollowupView | None
    followup_state: FollowupStateView | None
