"""The small projections: promises from sla's clocks, arrivals by hour. For slack and the board."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction
from routing.matching.model import ClockFacts, Promise, Work


async def save_clock(tx: Transaction, clock: ClockFacts) -> None:
    await tx.execute(
        _SAVE,
        {
            "tenant": clock.tenant,
            "id": clock.id,
            "ticket": clock.ticket,
            "metric": clock.metric,
            "started_at": clock.started_at,
            "due_at": clock.due_at,
            "target_s": int(clock.target.total_seconds()),
            "state": clock.state,
        },
    )


async def drop_clock(tx: Transaction, clock: ClockFacts) -> None:
    await tx.execute(_DROP, {"tenant": clock.tenant, "id": clock.id})


async def promises_on(tx: Transaction, tenant: UUID, ticket: UUID) -> tuple[Promise, ...]:
    """What still has to be kept: clocks that run, and missed ones nobody has answered since."""
    rows = await tx.all(_OPEN, {"tenant": tenant, "ticket": ticket})
    return tuple(Promise(row["due_at"], timedelta(seconds=row["target_s"])) for row in rows)


async def count_arrival(tx: Transaction, item: Work) -> None:
    hour = item.waiting_since.replace(minute=0, second=0, microsecond=0)
    await tx.execute(_ARRIVED, {"tenant": item.tenant, "hour": hour})


# A missed reply that was given after all is no longer a promise to keep.
OPEN_PROMISE = """p.state IN ('running', 'breached') AND p.due_at IS NOT NULL
    AND (p.state = 'running' OR p.metric NOT IN ('first_reply', 'next_reply')
         OR w.replied_at IS NULL OR w.replied_at <= p.started_at)"""
_DROP = text("DELETE FROM promises WHERE tenant_id = :tenant AND id = :id")
_SAVE = text(
    """INSERT INTO promises
         (tenant_id, id, ticket, metric, started_at, due_at, target_s, state)
       VALUES (:tenant, :id, :ticket, :metric, :started_at, :due_at, :target_s, :state)
       ON CONFLICT (tenant_id, id) DO UPDATE SET started_at = excluded.started_at,
          due_at = excluded.due_at, target_s = excluded.target_s, state = excluded.state"""
)
_OPEN = text(
    f"""SELECT p.due_at, p.target_s FROM promises p
          LEFT JOIN work_items w ON (w.tenant_id, w.ticket) = (p.tenant_id, p.ticket)
         WHERE p.tenant_id = :tenant AND p.ticket = :ticket AND {OPEN_PROMISE}
         ORDER BY p.due_at"""
)
_ARRIVED = text(
    """INSERT INTO arrivals AS a (tenant_id, hour, count) VALUES (:tenant, :hour, 1)
       ON CONFLICT (tenant_id, hour) DO UPDATE SET count = a.count + 1"""
)
