"""Messages and their attachments, and whether what we sent has arrived."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import MessageId, TicketId
from contracts.vocabulary import AuthorKind
from intake.tickets.model import Attachment, Message, Text


@dataclass(frozen=True, slots=True)
class StoredMessage:
    ticket: TicketId
    message: Message
    said: Text


async def save_message(
    tx: Transaction, tenant: UUID, ticket: UUID, message: Message, said: Text
) -> None:
    await tx.execute(
        _SAVE,
        {
            "tenant": tenant,
            "id": message.id,
            "ticket": ticket,
            "author_kind": message.author,
            "author_id": message.author_id,
            "author_name": said.author_name,
            "public": message.public,
            "kind": said.kind,
            "text": said.text,
            "quoted": said.quoted,
            "html": said.html,
            "language": message.language,
            "machine": message.machine,
            "received_at": message.received_at,
            "from_address": said.from_address,
            "external_id": said.external_id,
            "raw_id": said.raw_id,
            "answers": message.answers,
            "delivery": said.delivery,
        },
    )
    for attachment in said.attachments:
        await _save_attachment(tx, tenant, message.id, attachment)


async def _save_attachment(
    tx: Transaction, tenant: UUID, message: UUID, attachment: Attachment
) -> None:
    await tx.execute(
        _ATTACH,
        {
            "tenant": tenant,
            "id": attachment.id,
            "message": message,
            "name": attachment.name,
            "media_type": attachment.media_type,
            "size": len(attachment.content),
            "content": attachment.content,
        },
    )


async def message(tx: Transaction, tenant: UUID, message: UUID) -> StoredMessage | None:
    row = await tx.first(_MESSAGE, {"tenant": tenant, "id": message})
    return _stored(row) if row else None


async def note_delivery(
    tx: Transaction, tenant: UUID, message: UUID, *, delivery: str, reason: str, at: datetime
) -> bool:
    """False when it was noted as failed before."""
    row = await tx.first(
        _DELIVERY,
        {"tenant": tenant, "id": message, "delivery": delivery, "reason": reason, "at": at},
    )
    return row is not None


def _stored(row: RowMapping) -> StoredMessage:
    return StoredMessage(
        TicketId(row["ticket_id"]),
        Message(
            id=MessageId(row["id"]),
            author=AuthorKind(row["author_kind"]),
            author_id=row["author_id"],
            public=row["public"],
            received_at=row["received_at"],
            language=row["language"],
            machine=row["machine"],
            answers=row["answers"],
        ),
        Text(
            text=row["text"],
            author_name=row["author_name"],
            quoted=row["quoted"],
            html=row["html"],
            kind=row["kind"],
            from_address=row["from_address"],
            external_id=row["external_id"],
            raw_id=row["raw_id"],
            delivery=row["delivery"],
        ),
    )


_SAVE = text(
    """INSERT INTO messages (tenant_id, id, ticket_id, author_kind, author_id, author_name, public,
         kind, text, quoted, html, language, machine, received_at, from_address, external_id,
         raw_id, answers, delivery)
       VALUES (:tenant, :id, :ticket, :author_kind, :author_id, :author_name, :public, :kind,
         :text, :quoted, :html, :language, :machine, :received_at, :from_address, :external_id,
         :raw_id, :answers, :delivery)"""
)
_ATTACH = text(
    """INSERT INTO attachments (tenant_id, id, message_id, name, media_type, size, content)
       VALUES (:tenant, :id, :message, :name, :media_type, :size, :content)"""
)
_COLUMNS = "SELECT * FROM messages WHERE tenant_id = :tenant"
_MESSAGE = text(f"{_COLUMNS} AND id = :id")
_DELIVERY = text(
    """UPDATE messages SET delivery = :delivery, delivery_reason = :reason, delivered_at = :at
        WHERE tenant_id = :tenant AND id = :id AND delivery <> 'failed' RETURNING id"""
)
