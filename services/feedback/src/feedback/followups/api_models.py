"""Follow-ups as those who work on them see them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from chassis.http import Command
from feedback.duty.model import Why
from feedback.followups.decide import overdue
from feedback.followups.model import Cause, Ending, Followup, FollowupState, Outcome

MOST_NOTE = 4000


class DoneIn(Command):
    """How the contact ended, and what the next colleague should know."""

    outcome: Outcome
    note: Annotated[str, Field(min_length=1, max_length=MOST_NOTE)]

    @property
    def ending(self) -> Ending:
        return Ending(self.outcome, self.note.strip())


class ReassignIn(Command):
    owner: UUID


class FollowupView(BaseModel):
    """`owner` null: nobody may own it, and somebody has to see to that.

    `words` are the customer's last; `about` is the person rated, who neither sees nor owns it.
    """

    id: UUID
    tenant: UUID
    ticket: UUID
    reference: str
    language: str
    survey: UUID
    reason: Cause
    score: int
    words: str
    state: FollowupState
    about: UUID | None
    owner: UUID | None
    owner_name: str
    owned_by_way_of: Why
    opened_at: AwareDatetime
    due_at: AwareDatetime
    overdue: bool
    done_at: AwareDatetime | None
    done_by: UUID | None
    outcome: Outcome | None
    note: str
    version: int


class FollowupStateView(BaseModel):
    """What a client company may know: that somebody comes back, until when, and how it ended."""

    state: FollowupState
    due_at: AwareDatetime
    overdue: bool
    done_at: AwareDatetime | None
    outcome: Outcome | None


def view(one: Followup, words: str, owner_name: str, now: datetime) -> FollowupView:
    return FollowupView(
        id=one.id,
        tenant=one.tenant,
        ticket=one.ticket,
        reference=one.reference,
        language=one.language,
        survey=one.survey,
        reason=one.reason,
        score=one.score,
        words=words,
        state=one.state,
        about=one.rated,
        owner=one.owner,
        owner_name=owner_name,
        owned_by_way_of=one.owned_by_way_of,
        opened_at=one.opened_at,
        due_at=one.due_at,
        overdue=overdue(one, now),
        done_at=one.done_at,
        done_by=one.done_by,
        outcome=one.outcome,
        note=one.note,
        version=one.version,
    )


def state_view(one: Followup, now: datetime) -> FollowupStateView:
    return FollowupStateView(
        state=one.state,
        due_at=one.due_at,
        overdue=overdue(one, now),
        done_at=one.done_at,
        outcome=one.outcome,
    )
