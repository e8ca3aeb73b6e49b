"""Values of a ticket: its state, its messages, and what can happen to it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from chassis.values import BrandId, CustomerId, MessageId, TenantId, TicketId, next_version
from contracts.vocabulary import AuthorKind, Channel, Damage, Priority, TicketState, WaitingOn

# The states in which somebody still works on the ticket.
ACTIVE = frozenset({TicketState.NEW, TicketState.OPEN, TicketState.PENDING, TicketState.HOLD})


class Then(StrEnum):
    """What an answer leaves the ticket in."""

    WAIT = "wait"
    SOLVE = "solve"
    KEEP = "keep"


class Notice(StrEnum):
    """What the platform itself writes to a customer."""

    ACKNOWLEDGEMENT = "acknowledgement"
    SOLVED = "solved"
    REMINDER = "reminder"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Policy:
    """The tenant's times, counted from the instant a ticket was solved."""

    solved_timeout: timedelta
    reminder: timedelta
    reopen_window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`opened_at` is the server receive time of the first contact; `cycle` grows with reopenings.

    `unanswered` is the oldest customer message that no person has answered in public.
    """

    tenant: TenantId
    id: TicketId
    reference: str
    brand: BrandId
    customer: CustomerId
    channel: Channel
    plan: str
    language: str
    language_confidence: float
    category: str
    damage: Damage
    priority: Priority
    state: TicketState
    waiting_on: WaitingOn
    opened_at: datetime
    cycle: int = 1
    live: bool = False
    incident: UUID | None = None
    follows: TicketId | None = None
    unanswered: MessageId | None = None
    solved_at: datetime | None = None
    confirm_until: datetime | None = None
    closed_at: datetime | None = None
    promised_for: datetime | None = None
    before_spam: TicketState | None = None
    version: int = 0

    def after(self, epoch: int, **changes: object) -> Self:
        """The ticket after a change: the next version."""
        return replace(self, version=next_version(self.version, epoch), **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is decided about a message, without its text. `received_at` is the server's time.

    `machine`: an auto-reply or a bounce; it is shown, and changes nothing.
    """

    id: MessageId
    author: AuthorKind
    author_id: UUID | None
    public: bool
    received_at: datetime
    language: str = "und"
    machine: bool = False
    answers: MessageId | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """`name` is for display only, made harmless; the stored name is the id."""

    id: UUID
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a message says and how it came or goes; never in an event.

    `quoted` is what was cut off as quotation, to be unfolded; `html` is already made harmless.
    `external_id` is the mail's own Message-ID.
    """

    text: str
    author_name: str
    kind: str
    quoted: str = ""
    html: str | None = None
    from_address: str = ""
    external_id: str = ""
    raw_id: UUID | None = None
    delivery: str = "none"
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    message: Message


@dataclass(frozen=True, slots=True)
class Sent:
    message: Message


@dataclass(frozen=True, slots=True)
class Noted:
    message: Message


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    message: Message
    reason: str


@dataclass(frozen=True, slots=True)
class Classified:
    at: datetime


@dataclass(frozen=True, slots=True)
class PriorityChanged:
    at: datetime
    by: UUID | None


@dataclass(frozen=True, slots=True)
class WaitingOnChanged:
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class EtaPromised:
    at: datetime
    by: UUID
    promised_for: datetime


@dataclass(frozen=True, slots=True)
class Solved:
    at: datetime
    by: UUID | None
    confirm_until: datetime


@dataclass(frozen=True, slots=True)
class Confirmed:
    at: datetime


@dataclass(frozen=True, slots=True)
class Reopened:
    at: datetime
    by: AuthorKind


@dataclass(frozen=True, slots=True)
class Closed:
    at: datetime
    timed_out: bool


@dataclass(frozen=True, slots=True)
class SpamMarked:
    at: datetime
    spam: bool


Happening = (
    Received
    | Sent
    | Noted
    | DeliveryFailed
    | Classified
    | PriorityChanged
    | WaitingOnChanged
    | EtaPromised
    | Solved
    | Confirmed
    | Reopened
    | Closed
    | SpamMarked
)


@dataclass(frozen=True, slots=True)
class Change:
    """One happening and the ticket after it; each is one event."""

    after: Ticket
    what: Happening


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When the customer is reminded and when the ticket closes by itself."""

    remind_at: datetime
    close_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What follows from a command: changes in order, what the customer is told, the deadlines.

    `deadlines` None leaves them; `ends_deadlines` takes them back.
    """

    changes: tuple[Change, ...]
    tell: Notice | None = None
    deadlines: Deadlines | None = None
    ends_deadlines: bool = False

    @property
    def ticket(self) -> Ticket:
        return self.changes[-1].after


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The ticket is closed for too long: the message opens a new one linked to it."""

    closed: Ticket


class Why(StrEnum):
    """Why a command is not possible now."""

    CLOSED = "closed"
    NOT_SOLVED = "not_solved"
    ALREADY_SOLVED = "already_solved"
    SPAM = "spam"
    NOT_SPAM = "not_spam"
    MERGED = "merged"
    UNCHANGED = "unchanged"
    IN_THE_PAST = "in_the_past"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Refused:
    why: Why
