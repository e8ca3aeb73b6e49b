"""`feedback.followup.v1` and `feedback.praise.v1`: what follows from an answer."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import EventData


class FollowupFacts(EventData):
    """A customer to come back to; the aggregate is the follow-up."""

    ticket: UUID
    customer: UUID
    survey: UUID | None
    owner: UUID | None = Field(description="a member of staff; null while nobody may own it")
    due_at: AwareDatetime
    reason: str = Field(description="a word of a closed list, never the customer's own")
    score: int | None
    at: AwareDatetime


class FollowupOpenedV1(FollowupFacts):
    """A bad answer, and somebody who owes a contact by `due_at`."""


class FollowupReassignedV1(FollowupFacts):
    """Somebody else owns it now."""


class FollowupDoneV1(FollowupFacts):
    done_by: UUID
    outcome: str = Field(description="a word of a closed list")


class PraiseGivenV1(EventData):
    """A good answer for the person who earned it; the aggregate is the praise."""

    staff: UUID
    ticket: UUID
    survey: UUID
    score: int
    at: AwareDatetime
