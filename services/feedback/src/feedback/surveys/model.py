"""A question after one cycle of a ticket, what it rests on, and the closed lists of its words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.vocabulary import Channel, SurveyType, TicketState

SCALE = 5
LIVES = timedelta(days=7)


class State(StrEnum):
    """`planned` waits for its instant; `suppressed` was not asked, or is taken back."""

    PLANNED = "planned"
    ASKED = "asked"
    ANSWERED = "answered"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"


class Reason(StrEnum):
    """Why nobody was asked. The last five are a lead's own; an agent can suppress nothing."""

    DISABLED = "disabled"
    NOT_SAMPLED = "not_sampled"
    SPAM = "spam"
    MERGED = "merged"
    MACHINE = "machine"
    UNANSWERED = "unanswered"
    INCIDENT = "incident"
    ASKED_IN_14_DAYS = "asked_in_14_days"
    ASKED_3_IN_90_DAYS = "asked_3_in_90_days"
    REOPENED = "reopened"
    AUTO_CLOSED = "auto_closed"
    ERASED = "erased"
    UNDELIVERABLE = "undeliverable"
    OUTAGE = "outage"
    ABUSE = "abuse"
    NOT_OUR_CASE = "not_our_case"
    DUPLICATE = "duplicate"
    TEST = "test"


LEAD_REASONS = frozenset(
    {Reason.OUTAGE, Reason.ABUSE, Reason.NOT_OUR_CASE, Reason.DUPLICATE, Reason.TEST}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`by_person`: a customer wrote, not a machine. `answered_by`: whose public answer was last."""

    id: UUID
    tenant: UUID
    reference: str
    customer: UUID
    brand: UUID
    channel: Channel
    language: str
    live: bool
    state: TicketState
    cycle: int
    incident: UUID | None = None
    by_person: bool = False
    answered: bool = False
    answered_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Solved:
    """The end of a cycle. `by` None: nobody of us pressed the button."""

    at: datetime
    by: UUID | None
    confirm_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySettings:
    """Of a tenant; these are what holds until it says otherwise."""

    enabled: bool = True
    delay: timedelta = timedelta(hours=1)
    sample_percent: int = 100
    followup_within: timedelta = timedelta(days=1)
    bad_at_most: int = 2
    good_at_least: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """`day` is the client's local day it counts in. `good` None: neither good nor bad.

    `version` 0: nothing has been told of it yet. `answers` counts the first and its revisions.
    """

    id: UUID
    tenant: UUID
    ticket: UUID
    customer: UUID
    brand: UUID
    type: SurveyType
    cycle: int
    language: str
    channel: Channel
    attributed_to: UUID | None
    state: State
    ask_at: datetime
    day: date | None = None
    asked_at: datetime | None = None
    delivered_at: datetime | None = None
    expires_at: datetime | None = None
    answered_at: datetime | None = None
    score: int | None = None
    good: bool | None = None
    answers: int = 0
    reason: Reason | None = None
    suppressed_by: UUID | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What stands when a question is about to be asked; `asked` are earlier questions' instants."""

    ticket: Ticket
    settings: SurveySettings
    asked: tuple[datetime, ...]
    erased: bool
    sampled: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, the client's local day, and the writer's epoch."""

    now: datetime
    day: date
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """What the customer sent."""

    score: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as kept: the first, or the nth that took its place."""

    nth: int
    score: int
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer counts. `previous` None: it is the first."""

    survey: Survey
    answer: Answer
    previous: int | None


@dataclass(frozen=True, slots=True)
class Same:
    """It says what was said before: a second click."""

    survey: Survey


@dataclass(frozen=True, slots=True)
class Over:
    """Too late, or taken back."""


class Refusal(StrEnum):
    """Why a lead cannot suppress a question."""

    ANSWERED = "answered"
    OVER = "over"
    OWN = "own"
