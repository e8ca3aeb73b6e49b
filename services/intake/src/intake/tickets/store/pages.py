"""What is shown of tickets: lists, and everything around one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from intake.tickets.model import Ticket
from intake.tickets.store.tickets import COLUMNS, read_ticket

__all__ = ["RowMapping", "Shown", "Wanted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which tickets, newest first; `after` is the last one seen."""

    tenant: UUID | None = None
    states: tuple[str, ...] = ()
    owner: UUID | None = None
    unowned: bool = False
    language: str | None = None
    text: str | None = None
    external_id: str | None = None
    after: tuple[datetime, UUID] | None = None
    limit: int = 51


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket with what stands beside it."""

    ticket: Ticket
    subject: str
    because: tuple[str, ...]
    sender_verified: bool
    customer_name: str
    owner: UUID | None
    next_due: RowMapping | None = None


async def found(tx: Transaction, wanted: Wanted) -> Sequence[Shown]:
    """Of the tenants in scope."""
    opened_at, id_ = wanted.after or (None, None)
    rows = await tx.all(
        _LIST,
        {
            "tenant": wanted.tenant,
            "states": list(wanted.states) or None,
            "owner": wanted.owner,
            "unowned": wanted.unowned,
            "language": wanted.language,
            "text": wanted.text,
            "pattern": _pattern(wanted.text) if wanted.text else None,
            "external_id": wanted.external_id.strip("<> ") if wanted.external_id else None,
            "opened_at": opened_at,
            "id": id_,
            "limit": wanted.limit,
        },
    )
    running = await _running(tx, [row["id"] for row in rows])
    return [replace(_shown(row), next_due=running.get(row["id"])) for row in rows]


async def _running(tx: Transaction, tickets: Sequence[UUID]) -> dict[UUID, RowMapping]:
    """The running promise of each ticket that falls due first."""
    rows = await tx.all(_NEXT_DUE, {"tickets": list(tickets)}) if tickets else ()
    return {row["ticket_id"]: row for row in rows}


async def one(tx: Transaction, ticket: UUID) -> Shown | None:
    """Of the tenants in scope."""
    row = await tx.first(_ONE, {"id": ticket})
    return _shown(row) if row else None


async def messages(tx: Transaction, tenant: UUID, ticket: UUID) -> Sequence[RowMapping]:
    return await tx.all(_MESSAGES, {"tenant": tenant, "ticket": ticket})


async def attachments(tx: Transaction, tenant: UUID, ticket: UUID) -> Sequence[RowMapping]:
    return await tx.all(_ATTACHMENTS, {"tenant": tenant, "ticket": ticket})


async def attachment(
    tx: Transaction, tenant: UUID, ticket: UUID, attachment: UUID
) -> RowMapping | None:
    """With its content and whether its message is public."""
    return await tx.first(
        _ATTACHMENT, {"tenant": tenant, "ticket": ticket, "attachment": attachment}
    )


async def changes(tx: Transaction, tenant: UUID, ticket: UUID) -> Sequence[RowMapping]:
    return await tx.all(_CHANGES, {"tenant": tenant, "ticket": ticket})


async def promises(tx: Transaction, tenant: UUID, ticket: UUID) -> Sequence[RowMapping]:
    return await tx.all(_PROMISES, {"tenant": tenant, "ticket": ticket})


def _pattern(wanted: str) -> str:
    escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _shown(row: RowMapping) -> Shown:
    return Shown(
        ticket=read_ticket(row),
        subject=row["subject"],
        because=tuple(row["because"]),
        sender_verified=row["sender_verified"],
        customer_name=row["customer_name"],
        owner=row["owner"],
    )


_SHOWN = f"""SELECT {COLUMNS}, c.name AS customer_name, o.person AS owner
  FROM tickets t
  JOIN customers c ON c.tenant_id = t.tenant_id AND c.id = t.customer_id
  LEFT JOIN owners o ON o.tenant_id = t.tenant_id AND o.ticket_id = t.id"""
_ONE = text(f"{_SHOWN} WHERE t.id = :id")
_LIST = text(
    f"""{_SHOWN}
 WHERE (CAST(:tenant AS uuid) IS NULL OR t.tenant_id = :tenant)
   AND (CAST(:states AS text[]) IS NULL OR t.state = ANY (:states))
   AND (CAST(:owner AS uuid) IS NULL OR o.person = :owner)
   AND (NOT CAST(:unowned AS boolean) OR o.person IS NULL)
   AND (CAST(:language AS text) IS NULL OR t.language = :language)
   AND (CAST(:text AS text) IS NULL OR t.reference = upper(:text) OR t.subject ILIKE :pattern
        OR c.name ILIKE :pattern
        OR EXISTS (SELECT FROM customer_identities i WHERE i.tenant_id = t.tenant_id
                      AND i.customer_id = t.customer_id AND i.address = lower(:text)))
   AND (CAST(:external_id AS text) IS NULL OR EXISTS (
          SELECT FROM messages m WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id
             AND m.external_id IN (:external_id, '<' || CAST(:external_id AS text) || '>')))
   AND (CAST(:opened_at AS timestamptz) IS NULL
        OR (t.opened_at, t.id) < (:opened_at, CAST(:id AS uuid)))
 ORDER BY t.opened_at DESC, t.id DESC LIMIT :limit"""
)
_NEXT_DUE = text(
    """SELECT DISTINCT ON (ticket_id) ticket_id, metric, cycle, state, due_at, target_s, elapsed_s,
              at
         FROM promises WHERE ticket_id = ANY (:tickets) AND state = 'running'
        ORDER BY ticket_id, due_at"""
)
_MESSAGES = text(
    """SELECT id, author_kind, author_id, author_name, public, kind, text, quoted, html, language,
              machine, received_at, from_address, delivery, delivery_reason, delivered_at, answers
         FROM messages WHERE tenant_id = :tenant AND ticket_id = :ticket
        ORDER BY received_at, id"""
)
_ATTACHMENTS = text(
    """SELECT a.id, a.message_id, a.name, a.media_type, a.size FROM attachments a
         JOIN messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
        WHERE a.tenant_id = :tenant AND m.ticket_id = :ticket ORDER BY a.message_id, a.id"""
)
_ATTACHMENT = text(
    """SELECT a.name, a.media_type, a.content, m.public FROM attachments a
         JOIN messages m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
        WHERE a.tenant_id = :tenant AND m.ticket_id = :ticket AND a.id = :attachment"""
)
_CHANGES = text(
    """SELECT version, type, at, by_kind, by, detail FROM ticket_changes
        WHERE tenant_id = :tenant AND ticket_id = :ticket ORDER BY version"""
)
_PROMISES = text(
    """SELECT metric, cycle, state, due_at, target_s, elapsed_s, at FROM promises
        WHERE tenant_id = :tenant AND ticket_id = :ticket ORDER BY cycle, metric"""
)
