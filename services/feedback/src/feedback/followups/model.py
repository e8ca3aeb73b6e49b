"""A customer to come back to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from feedback.duty.model import Why
from feedback.surveys.model import Survey


class FollowupState(StrEnum):
    OPEN = "open"
    DONE = "done"


class Cause(StrEnum):
    """Why we come back."""

    BAD_ANSWER = "bad_answer"


class Outcome(StrEnum):
    """How a contact ended."""

    RESOLVED = "resolved"
    EXPLAINED = "explained"
    COMPENSATED = "compensated"
    NO_CONTACT_WANTED = "no_contact_wanted"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Bad:
    """A bad answer, what its ticket is called, and until when somebody comes back."""

    survey: Survey
    reference: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Followup:
    """`owner` None: nobody may own it, and everybody sees so. `rated` never owns it."""

    id: UUID
    tenant: UUID
    ticket: UUID
    reference: str
    language: str
    customer: UUID
    survey: UUID
    rated: UUID | None
    reason: Cause
    score: int
    state: FollowupState
    owner: UUID | None
    owned_by_way_of: Why
    opened_at: datetime
    due_at: datetime
    done_at: datetime | None = None
    done_by: UUID | None = None
    outcome: Outcome | None = None
    note: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `leads`: a lead of the client, or a manager."""

    person: UUID
    leads: bool


@dataclass(frozen=True, slots=True)
class Ending:
    outcome: Outcome
    note: str


class NotPossible(StrEnum):
    """Why somebody cannot do it."""

    FOREIGN = "foreign"
    RATED = "rated"
    DONE = "done"
    NO_RIGHTS = "no_rights"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for. `owner` None: whoever owns them."""

    open: bool | None = None
    owner: UUID | None = None
    tenant: UUID | None = None
