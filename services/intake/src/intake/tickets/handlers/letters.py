"""The correspondence on a ticket, for whoever writes letters: what was said, and that it left."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from chassis.values import MessageId
from contracts.vocabulary import AuthorKind
from intake.tickets.model import Message, Text
from intake.tickets.store import conversation, letters
from intake.tickets.store.conversation import StoredMessage
from intake.tickets.store.letters import Correspondence

__all__ = ["Correspondence", "StoredMessage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """A letter of the platform's own, as it stands in the conversation."""

    tenant: UUID
    ticket: UUID
    id: MessageId
    kind: str
    text: str
    delivery: str
    at: datetime


async def correspondence(tx: Transaction, tenant: UUID, ticket: UUID) -> Correspondence | None:
    return await letters.correspondence(tx, tenant, ticket)


async def newest_of(tx: Transaction, tenant: UUID, customer: UUID) -> UUID | None:
    return await letters.newest_of(tx, tenant, customer)


async def letter(tx: Transaction, tenant: UUID, message: MessageId) -> StoredMessage | None:
    return await conversation.message(tx, tenant, message)


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
    text = Text(text=notified.text, author_name="", kind=notified.kind, delivery=notified.delivery)
    await conversation.save_message(tx, notified.tenant, notified.ticket, message, text)
