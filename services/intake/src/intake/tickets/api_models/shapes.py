"""Requests and answers about tickets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, Field

from chassis.http import Command
from contracts.vocabulary import (
    AuthorKind,
    Channel,
    Damage,
    Priority,
    TicketState,
    WaitingOn,
)
from intake.outreach.api_models import OutreachOut
from intake.remedies.api_models import RemedyOut
from intake.tickets.model import Then

Said = Annotated[str, Field(min_length=1, max_length=100_000)]
Reason = Annotated[str, Field(max_length=500)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


OWNER = r"^(me|none|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$"


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """What a list of tickets is narrowed to."""

    tenant: UUID | None = None
    state: Annotated[list[TicketState] | None, Query()] = None
    owner: Annotated[str | None, Query(pattern=OWNER)] = None
    language: Annotated[str | None, Query(max_length=35)] = None
    q: Annotated[str | None, Query(min_length=2, max_length=200)] = None
    external_id: Annotated[
        str | None,
        Query(min_length=1, max_length=998, description="a mail's Message-ID, a partner's own id"),
    ] = None


class ReplyIn(Command):
    text: Said
    language: Language | None = None
    then: Then = Then.WAIT


class NoteIn(Command):
    text: Said


class ReopenIn(Command):
    reason: Reason = ""


class WaitingOnIn(Command):
    waiting_on: WaitingOn
    reason: Reason = ""


class DamageIn(Command):
    damage: Damage


class SpamIn(Command):
    spam: bool


class EtaIn(Command):
    promised_for: AwareDatetime


class Empty(Command):
    """No values are needed."""


class Person(BaseModel):
    id: UUID
    name: str


class TicketOut(BaseModel):
    id: UUID
    tenant: UUID
    reference: str
    subject: str
    brand: UUID
    customer: Person
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
    cycle: int
    owner: Person | None
    solved_at: datetime | None
    confirm_until: datetime | None
    closed_at: datetime | None
    promised_for: datetime | None
    follows: UUID | None
    next_due: "PromiseOut | None" = Field(
        default=None, description="in lists: the running promise that falls due first"
    )
    version: int


class AttachmentOut(BaseModel):
    id: UUID
    name: str
    media_type: str
    size: int


class Delivery(BaseModel):
    state: str
    reason: str
    at: datetime | None


class MessageOut(BaseModel):
    """`html_safe` may be shown as it is: no script, no style, nothing loaded from elsewhere."""

    id: UUID
    author_kind: AuthorKind
    author: UUID | None
    author_name: str
    public: bool
    kind: str
    text: str
    quoted: str
    html_safe: str | None
    language: str
    machine: bool
    received_at: datetime
    from_address: str
    answers: UUID | None
    delivery: Delivery
    attachments: list[AttachmentOut]


class ChangeOut(BaseModel):
    version: int
    type: str
    at: datetime
    by_kind: AuthorKind
    by: Person | None
    detail: dict[str, Any]


class PromiseOut(BaseModel):
    metric: str
    cycle: int
    state: str
    due_at: datetime | None
    target_s: int
    elapsed_s: int
    at: datetime


class CustomerOut(BaseModel):
    id: UUID
    name: str
    plan: str
    segment: str
    locale: str
    zone: str
    addresses: list[str]


class WholeTicketOut(BaseModel):
    ticket: TicketOut
    why: list[str] = Field(description="the words that told category and damage")
    sender_verified: bool = Field(description="whether the sender's address is proven")
    customer: CustomerOut
    messages: list[MessageOut]
    events: list[ChangeOut]
    promises: list[PromiseOut]
    remedies: list[RemedyOut]
    outreach: list[OutreachOut] = Field(description="what others had us tell the customer")


class ChangedOut(BaseModel):
    """What a command left: the ETag is the version."""

    id: UUID
    state: TicketState
    waiting_on: WaitingOn
    version: int
    message: UUID | None = None


class CustomerMessageOut(BaseModel):
    id: UUID
    from_customer: bool
    author_name: str
    text: str
    at: datetime
    attachments: list[AttachmentOut]


class CustomerTicketOut(BaseModel):
    """What the customer sees of the own ticket: nothing that colleagues wrote to each other."""

    id: UUID
    tenant: UUID
    reference: str
    subject: str
    brand: str
    language: str
    zone: str
    state: TicketState
    waiting_on: WaitingOn
    opened_at: datetime
    owner_first_name: str | None
    first_reply_due: datetime | None
    first_replied_at: datetime | None
    promised_for: datetime | None
    confirm_until: datetime | None
    may_confirm: bool
    may_reopen: bool
    contacts: list[dict[str, str]] = Field(description="other ways to reach a human")
    messages: list[CustomerMessageOut]
    remedies: list[RemedyOut] = Field(description="what was given, is looked at, or was refused")


class CustomerReplyIn(Command):
    text: Annotated[str, Field(min_length=1, max_length=20_000)]


class CustomerReopenIn(Command):
    text: Annotated[str, Field(max_length=20_000)] = ""


class CustomerAnswerOut(BaseModel):
    """`follow_up` is the reference of a new, linked ticket where the old one was over."""

    state: TicketState
    reference: str
    follow_up: str | None = None
    ticket_url: str | None = None
