"""`intake.ticket.v1`: a ticket and its messages in one version sequence.

So nobody ever sees an answer before its question. Each event carries `ticket`, the state after
the change; message text never leaves intake.
"""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import EventData
from contracts.vocabulary import AuthorKind, Channel, Damage, Priority, TicketState, WaitingOn


class TicketFacts(EventData):
    """A ticket's state after the change, as far as other services decide on it."""

    reference: str = Field(description="what people call it, for example NH-4182")
    brand: UUID
    customer: UUID
    channel: Channel
    plan: str
    language: str = Field(description="BCP 47, or `und` while unknown")
    language_confidence: float = Field(ge=0, le=1)
    category: str
    damage: Damage
    priority: Priority
    state: TicketState
    waiting_on: WaitingOn
    opened_at: AwareDatetime = Field(description="server receive time of the first contact")
    cycle: int = Field(ge=1, description="counts from 1, one more with each reopening")
    incident: UUID | None = None
    live: bool = Field(description="a person waits at the other end (chat, phone)")


class TicketEvent(EventData):
    ticket: TicketFacts


class TicketOpenedV1(TicketEvent):
    """A contact became a ticket."""

    agent_created: bool = False


class TicketClassifiedV1(TicketEvent):
    """Language, category, damage and priority are known (or `und`/defaults after five seconds)."""


class TicketPriorityChangedV1(TicketEvent):
    changed_at: AwareDatetime
    changed_by: UUID | None = None


class TicketWaitingOnChangedV1(TicketEvent):
    """State moved between open, pending and hold without a message doing it."""

    changed_at: AwareDatetime
    reason: str = ""


class TicketEtaPromisedV1(TicketEvent):
    promised_for: AwareDatetime
    promised_by: UUID
    promised_at: AwareDatetime


class TicketSolvedV1(TicketEvent):
    solved_at: AwareDatetime
    solved_by: UUID | None = None
    confirm_until: AwareDatetime


class TicketConfirmedV1(TicketEvent):
    confirmed_at: AwareDatetime


class TicketReopenedV1(TicketEvent):
    reopened_at: AwareDatetime
    by: AuthorKind


class TicketClosedV1(TicketEvent):
    closed_at: AwareDatetime
    timed_out: bool


class TicketMergedV1(TicketEvent):
    """This ticket was merged away into another."""

    into: UUID
    merged_at: AwareDatetime
    oldest_unanswered_at: AwareDatetime | None = None


class TicketSplitV1(TicketEvent):
    into: UUID
    split_at: AwareDatetime


class TicketMarkedSpamV1(TicketEvent):
    """Marked as spam, or restored (`spam` false)."""

    spam: bool
    marked_at: AwareDatetime


class TicketIncidentLinkedV1(TicketEvent):
    incident: UUID
    linked_at: AwareDatetime


class TicketHumanRequestedV1(TicketEvent):
    requested_at: AwareDatetime


class TicketRestatedV1(TicketEvent):
    """The whole state at this version, for a reader that starts late or lacks versions."""

    oldest_unanswered_at: AwareDatetime | None = Field(
        default=None, description="server receive time of the oldest message we owe an answer to"
    )
    first_answered_at: AwareDatetime | None = None
    solved_at: AwareDatetime | None = None


class MessageEvent(TicketEvent):
    """`received_at` is the server receive time: the only time that verdicts use."""

    message: UUID
    author_kind: AuthorKind
    author: UUID | None = Field(default=None, description="staff id or customer id")
    public: bool
    received_at: AwareDatetime
    answers: UUID | None = Field(default=None, description="the oldest message this one answers")
    language: str = "und"


class MessageReceivedV1(MessageEvent):
    """A customer (or the client) wrote."""

    machine: bool = Field(
        default=False, description="auto-reply or bounce: never stops or resumes a clock"
    )


class MessageSentV1(MessageEvent):
    """A public answer was accepted for sending."""


class MessageDeliveryFailedV1(MessageEvent):
    reason: str


class MessageNotedV1(MessageEvent):
    """An internal note: colleagues only."""
