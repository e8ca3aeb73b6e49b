"""All SQL of follow-ups. How many a person has open is the firm's, counted over all clients."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import FIRM
from feedback.duty.model import Why
from feedback.followups.model import Cause, Followup, FollowupState, Outcome, Wanted


async def save_new(tx: Transaction, opened: Followup) -> bool:
    """False: the question has its follow-up already."""
    return await tx.first(_OPEN, asdict(opened)) is not None


async def save(tx: Transaction, changed: Followup) -> None:
    await tx.execute(_SAVE, asdict(changed))


async def to_change(tx: Transaction, followup: UUID) -> Followup | None:
    """Among the tenants in scope, locked until the transaction ends."""
    row = await tx.first(_LOCK, {"id": followup})
    return _followup(row) if row else None


async def followup(tx: Transaction, followup: UUID) -> Followup | None:
    row = await tx.first(_READ, {"id": followup})
    return _followup(row) if row else None


async def of_ticket(tx: Transaction, ticket: UUID) -> list[Followup]:
    """Newest first."""
    return [_followup(row) for row in await tx.all(_OF_TICKET, {"ticket": ticket})]


async def listed(
    tx: Transaction, wanted: Wanted, *, not_about: UUID, after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Followup]:  # fmt: skip
    """Of the tenants in scope, the first due first; without those about the reader."""
    named = {
        "open": wanted.open,
        "owner": wanted.owner,
        "tenant": wanted.tenant,
        "rated": not_about,
        "after_at": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
    }
    return [_followup(row) for row in await tx.all(_LIST, named)]


async def loads(tx: Transaction) -> dict[UUID, int]:
    """Open follow-ups by owner. Needs FIRM in scope."""
    return {row["person"]: row["open"] for row in await tx.all(_LOADS, {"firm": FIRM})}


async def move_load(tx: Transaction, person: UUID, by: int) -> None:
    """Needs FIRM in scope."""
    named = {"firm": FIRM, "person": person, "by": by}
    if by > 0:
        await tx.execute(_MORE, named)
    else:
        await tx.execute(_FEWER, named)


async def erase(tx: Transaction, tenant: UUID, customer: UUID) -> list[Followup]:
    """Every follow-up of the customer; those that there were."""
    named = {"tenant": tenant, "customer": customer}
    return [_followup(row) for row in await tx.all(_ERASE, named)]


def _followup(row: RowMapping) -> Followup:
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN}
    return Followup(
        **plain,
        tenant=row["tenant_id"],
        ticket=row["ticket_id"],
        customer=row["customer_id"],
        survey=row["survey_id"],
        reason=Cause(row["reason"]),
        state=FollowupState(row["state"]),
        owned_by_way_of=Why(row["owned_by_way_of"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
    )


_PLAIN = (
    "id", "reference", "language", "rated", "score", "owner", "opened_at", "due_at", "done_at",
    "done_by", "note", "version",
)  # fmt: skip
_OPEN = text(
    """INSERT INTO followups (tenant_id, id, ticket_id, reference, language, customer_id, survey_id,
                              rated, reason, score, state, owner, owned_by_way_of, opened_at,
                              due_at, version)
       VALUES (:tenant, :id, :ticket, :reference, :language, :customer, :survey, :rated, :reason,
               :score, :state, :owner, :owned_by_way_of, :opened_at, :due_at, :version)
       ON CONFLICT DO NOTHING RETURNING id"""
)
_SAVE = text(
    """UPDATE followups SET state = :state, owner = :owner, owned_by_way_of = :owned_by_way_of,
              done_at = :done_at, done_by = :done_by, outcome = :outcome, note = :note,
              version = :version
        WHERE tenant_id = :tenant AND id = :id"""
)
_READ = text("SELECT * FROM followups WHERE id = :id")
_LOCK = text("SELECT * FROM followups WHERE id = :id FOR UPDATE")
_OF_TICKET = text("SELECT * FROM followups WHERE ticket_id = :ticket ORDER BY opened_at DESC, id")
_LIST = text(
    """SELECT * FROM followups
        WHERE (CAST(:open AS boolean) IS NULL OR (state = 'open') = CAST(:open AS boolean))
          AND (CAST(:owner AS uuid) IS NULL OR owner = CAST(:owner AS uuid))
          AND (CAST(:tenant AS uuid) IS NULL OR tenant_id = CAST(:tenant AS uuid))
          AND rated IS DISTINCT FROM CAST(:rated AS uuid)
          AND (CAST(:after_at AS timestamptz) IS NULL
               OR (due_at, id) > (CAST(:after_at AS timestamptz), CAST(:after_id AS uuid)))
        ORDER BY due_at, id LIMIT :limit"""
)
_LOADS = text("SELECT person, open FROM owner_loads WHERE tenant_id = :firm")
_MORE = text(
    """INSERT INTO owner_loads AS l (tenant_id, person, open) VALUES (:firm, :person, :by)
       ON CONFLICT (tenant_id, person) DO UPDATE SET open = l.open + excluded.open"""
)
_FEWER = text(
    "UPDATE owner_loads SET open = open + :by WHERE tenant_id = :firm AND person = :person"
)
_ERASE = text(
    "DELETE FROM followups WHERE tenant_id = :tenant AND customer_id = :customer RETURNING *"
)
