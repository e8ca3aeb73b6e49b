"""What is held back for a person to look at: nothing is ever thrown away by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction

__all__ = ["Held", "RowMapping"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """`reason` is one word of ours, `detail` are more; `linked` a ticket it seems to belong to."""

    tenant: UUID
    id: UUID
    raw_id: UUID
    brand: UUID
    reason: str
    detail: tuple[str, ...]
    from_address: str
    subject: str
    linked: UUID | None
    received_at: datetime


async def hold(tx: Transaction, held: Held) -> None:
    await tx.execute(
        _HOLD,
        {
            "tenant": held.tenant,
            "id": held.id,
            "raw_id": held.raw_id,
            "brand": held.brand,
            "reason": held.reason,
            "detail": list(held.detail),
            "from_address": held.from_address[:500],
            "subject": held.subject[:500],
            "linked": held.linked,
            "received_at": held.received_at,
        },
    )


async def page(
    tx: Transaction, state: str, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """Of the tenants in scope, newest first."""
    at, id_ = after or (None, None)
    return await tx.all(_PAGE, {"state": state, "at": at, "id": id_, "limit": limit})


async def one_for_change(tx: Transaction, id: UUID) -> RowMapping | None:
    """Of the tenants in scope, locked."""
    return await tx.first(_ONE, {"id": id})


async def decided(tx: Transaction, tenant: UUID, id: UUID, state: str, by: UUID | None) -> None:
    await tx.execute(_DECIDED, {"tenant": tenant, "id": id, "state": state, "by": by})


async def linked_ticket(tx: Transaction, tenant: UUID, id: UUID) -> UUID | None:
    found: UUID | None = await tx.scalar(_LINKED, {"tenant": tenant, "id": id})
    return found


_HOLD = text(
    """INSERT INTO quarantine (tenant_id, id, raw_id, channel, brand_id, reason, detail,
                               from_address, subject, linked_ticket, received_at)
       VALUES (:tenant, :id, :raw_id, 'mail', :brand, :reason, CAST(:detail AS text[]),
               :from_address, :subject, :linked, :received_at)"""
)
_COLUMNS = """SELECT q.tenant_id, q.id, q.brand_id, q.reason, q.detail, q.from_address, q.subject,
  q.linked_ticket, q.received_at, q.state, q.raw_id,
  (SELECT k.ticket_id FROM contact_keys k WHERE k.tenant_id = q.tenant_id AND k.channel = 'mail'
      AND k.key = 'q:' || q.id::text LIMIT 1) AS ticket_id
  FROM quarantine q"""
_PAGE = text(
    f"""{_COLUMNS} WHERE q.state = :state
   AND (CAST(:at AS timestamptz) IS NULL OR (q.received_at, q.id) < (:at, CAST(:id AS uuid)))
 ORDER BY q.received_at DESC, q.id DESC LIMIT :limit"""
)
_ONE = text(f"{_COLUMNS} WHERE q.id = :id FOR UPDATE OF q")
_DECIDED = text(
    """UPDATE quarantine SET state = :state, decided_by = :by, decided_at = clock_timestamp()
        WHERE tenant_id = :tenant AND id = :id"""
)
_LINKED = text("SELECT linked_ticket FROM quarantine WHERE tenant_id = :tenant AND id = :id")
