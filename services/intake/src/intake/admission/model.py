"""Values of admission: a contact as a channel hands it over, and what became of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.values import CustomerId, MessageId, TicketId
from contracts.vocabulary import Channel
from intake.customers.model import Customer, Identity
from intake.tenants.model import Brand, Tenant
from intake.tickets.model import Attachment, Step, Ticket
from intake.understanding.model import Evidence, Topic


@dataclass(frozen=True, slots=True)
class Budget:
    """How often one automatic mail may go: `gap` after the last, at most `cap` within `span`.

    `digest` stands for whom and where; the address itself is not kept.
    """

    digest: bytes
    gap: timedelta
    span: timedelta
    cap: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Read, checked and made harmless by its channel.

    `key` makes it the same contact when it comes again; `sha` tells whether it says the same.
    `raw` is None where the raw input was stored before: then `raw_id` still waits to be worked off.
    """

    tenant: Tenant
    brand: Brand
    channel: Channel
    mailbox: str
    key: str
    sha: bytes
    raw_id: UUID
    raw: bytes | None
    received_at: datetime | None
    sender: Identity
    sender_name: str
    verified: bool
    subject: str
    text: str
    evidence: Evidence
    quoted: str = ""
    html: str | None = None
    machine: bool = False
    external_id: str = ""
    attachments: tuple[Attachment, ...] = ()
    follows: TicketId | None = None
    declared_language: str | None = None
    acknowledgement: Budget | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows when the contact is decided: the clock, a number, the customer."""

    at: datetime
    number: int
    customer: Customer | None


@dataclass(frozen=True, slots=True)
class Ids:
    """Fresh ids for what may be new."""

    customer: CustomerId
    ticket: TicketId
    message: MessageId
    acknowledgement: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The decision: every value of every row. `opened` is version one, `rest` the two after it."""

    contact: Contact
    customer: Customer
    customer_is_new: bool
    opened: Ticket
    rest: Step
    message: MessageId
    topic: Topic
    acknowledgement: UUID | None

    @property
    def ticket(self) -> Ticket:
        return self.rest.ticket


class Status(StrEnum):
    """`replay`: the same contact again. `clash`: its key with another content.

    `gone`: another worker had worked it off already.
    """

    NEW = "new"
    REPLAY = "replay"
    CLASH = "clash"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Admitted:
    status: Status
    ticket: TicketId | None
    reference: str | None
