"""All SQL of escalations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import first_version
from contracts.vocabulary import Metric
from sla.escalations.model import Escalation, EscalationState, Level


async def save_new(tx: Transaction, raised: Escalation) -> Escalation | None:
    """None: it was raised before. Exactly one exists per clock and level."""
    named = {**_values(raised), "version": first_version(tx.database.epoch)}
    row = await tx.first(_RAISE, named)
    return _escalation(row) if row else None


async def save(tx: Transaction, changed: Escalation) -> None:
    await tx.execute(_SAVE, _values(changed))


async def to_change(tx: Transaction, id_: UUID) -> Escalation | None:
    """Among the tenants in scope, locked until the transaction ends."""
    row = await tx.first(_LOCK, {"id": id_})
    return _escalation(row) if row else None


async def unresolved_of(tx: Transaction, tenant: UUID, clock: UUID) -> list[Escalation]:
    rows = await tx.all(_OF_CLOCK, {"tenant": tenant, "clock": clock})
    return [_escalation(row) for row in rows]


async def listed(
    tx: Transaction, *, unresolved: bool, after: tuple[datetime, UUID] | None, limit: int
) -> list[Escalation]:
    """Of the tenants in scope, newest first."""
    named = {
        "unresolved": unresolved,
        "after_at": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
    }
    return [_escalation(row) for row in await tx.all(_LIST, named)]


def _values(one: Escalation) -> dict[str, Any]:
    return {
        "tenant": one.tenant,
        "id": one.id,
        "clock": one.clock,
        "ticket": one.ticket,
        "metric": one.metric,
        "level": one.level.value,
        "state": one.state,
        "reason": one.reason,
        "on_duty": one.on_duty,
        "raised_at": one.raised_at,
        "repeats": one.repeats,
        "due_at": one.due_at,
        "acknowledged_by": one.acknowledged_by,
        "acknowledged_at": one.acknowledged_at,
        "resolved_at": one.resolved_at,
        "version": one.version,
    }


def _escalation(row: RowMapping) -> Escalation:
    return Escalation(
        id=row["id"],
        tenant=row["tenant_id"],
        clock=row["clock_id"],
        ticket=row["ticket_id"],
        metric=Metric(row["metric"]),
        level=Level(row["level"]),
        state=EscalationState(row["state"]),
        reason=row["reason"],
        on_duty=row["on_duty"],
        raised_at=row["raised_at"],
        repeats=row["repeats"],
        due_at=row["due_at"],
        acknowledged_by=row["acknowledged_by"],
        acknowledged_at=row["acknowledged_at"],
        resolved_at=row["resolved_at"],
        version=row["version"],
    )


_ALL = """tenant_id, id, clock_id, ticket_id, metric, level, state, reason, on_duty, raised_at,
          repeats, due_at, acknowledged_by, acknowledged_at, resolved_at, version"""
_RAISE = text(
    f"""INSERT INTO escalations ({_ALL})
        VALUES (:tenant, :id, :clock, :ticket, :metric, :level, :state, :reason, :on_duty,
                :raised_at, :repeats, :due_at, :acknowledged_by, :acknowledged_at, :resolved_at,
                :version)
        ON CONFLICT DO NOTHING RETURNING {_ALL}"""
)
_SAVE = text(
    """UPDATE escalations SET state = :state, on_duty = :on_duty, repeats = :repeats,
              acknowledged_by = :acknowledged_by, acknowledged_at = :acknowledged_at,
              resolved_at = :resolved_at, version = :version
        WHERE tenant_id = :tenant AND id = :id"""
)
_LOCK = text(f"SELECT {_ALL} FROM escalations WHERE id = :id FOR UPDATE")
_OF_CLOCK = text(
    f"""SELECT {_ALL} FROM escalations
         WHERE tenant_id = :tenant AND clock_id = :clock AND state <> 'resolved'
         ORDER BY level FOR UPDATE"""
)
_LIST = text(
    f"""SELECT {_ALL} FROM escalations
         WHERE (NOT CAST(:unresolved AS boolean) OR state <> 'resolved')
           AND (CAST(:after_at AS timestamptz) IS NULL
                OR (raised_at, id) < (CAST(:after_at AS timestamptz), CAST(:after_id AS uuid)))
         ORDER BY raised_at DESC, id DESC LIMIT :limit"""
)
