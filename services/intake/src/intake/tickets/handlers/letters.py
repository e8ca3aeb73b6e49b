"""The correspondence on a ticket, for whoever writes letters: what was said, and that it left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from chassis.values import MessageId
from contracts.vocabulary import AuthorKind
from intake.tickets.model import Message, Notice, Text, Ticket
from intake.tickets.store import conversation, others, pages, tickets
from intake.tickets.store.conversation import StoredMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """`newest` is the customer's last message, `previous` the reference of the ticket before."""

    ticket: Ticket
    subject: str
    newest: StoredMessage | None
    references: Sequence[str]
    previous: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """A letter of the platform's own, as it stands in the conversation."""

    tenant: UUID
    ticket: UUID
    id: MessageId
    notice: Notice
    text: str
    delivery: str
    at: datetime


async def correspondence(tx: Transaction, tenant: UUID, ticket: UUID) -> Correspondence | None:
    shown = await pages.one(tx, ticket)
    if shown is None:
        return None
    return Correspondence(
        ticket=shown.ticket,
        subject=shown.subject,
        newest=await conversation.newest_from_customer(tx, tenant, ticket),
        references=await conversation.known_references(tx, tenant, ticket),
        previous=await _previous(tx, shown.ticket),
    )


async def letter(tx: Transaction, tenant: UUID, message: MessageId) -> StoredMessage | None:
    return await conversation.message(tx, tenant, message)


async def first_reply_due(tx: Transaction, tenant: UUID, ticket: UUID) -> datetime | None:
    return await others.first_reply_due(tx, tenant, ticket)


async def note_sent(tx: Transaction, tenant: UUID, message: MessageId, now: datetime) -> None:
    await conversation.note_delivery(tx, tenant, message, delivery="sent", reason="", at=now)


async def save_notice(tx: Transaction, notified: Notified) -> None:
    message = Message(
        id=notified.id,
        author=AuthorKind.SYSTEM,
        author_id=None,
        public=True,
        received_at=notified.at,
    )
    text = Text(
        text=notified.text, author_name="", kind=notified.notice.value, delivery=notified.delivery
    )
    await conversation.save_message(tx, notified.tenant, notified.ticket, message, text)


async def _previous(tx: Transaction, ticket: Ticket) -> str:
    """Only of the same customer: a stranger's ticket reveals nothing of the one it is linked to."""
    if ticket.follows is None:
        return ""
    before = await tickets.ticket(tx, ticket.tenant, ticket.follows)
    return before.reference if before and before.customer == ticket.customer else ""
