"""What other services decided about a ticket, as far as it is shown here: owner and promises."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction
from contracts.sla_clock import ClockFacts


async def save_owner(
    tx: Transaction, tenant: UUID, ticket: UUID, person: UUID | None, since: datetime
) -> None:
    await tx.execute(_OWNER, {"tenant": tenant, "ticket": ticket, "person": person, "since": since})


async def save_promise(tx: Transaction, tenant: UUID, clock: UUID, facts: ClockFacts) -> None:
    await tx.execute(
        _PROMISE,
        {
            "tenant": tenant,
            "clock": clock,
            "ticket": facts.ticket,
            "metric": facts.metric,
            "cycle": facts.cycle,
            "state": facts.state,
            "due_at": facts.due_at,
            "target": facts.target_s,
            "elapsed": facts.elapsed_s,
            "at": facts.at,
        },
    )


_OWNER = text(
    """INSERT INTO owners (tenant_id, ticket_id, person, since)
       VALUES (:tenant, :ticket, :person, :since)
       ON CONFLICT (tenant_id, ticket_id) DO UPDATE
          SET person = excluded.person, since = excluded.since"""
)
_PROMISE = text(
    """INSERT INTO promises (tenant_id, clock_id, ticket_id, metric, cycle, state, due_at, target_s,
                             elapsed_s, at)
       VALUES (:tenant, :clock, :ticket, :metric, :cycle, :state, :due_at, :target, :elapsed, :at)
       ON CONFLICT (tenant_id, clock_id) DO UPDATE SET state = excluded.state,
          due_at = coalesce(excluded.due_at, promises.due_at), target_s = excluded.target_s,
          elapsed_s = excluded.elapsed_s, at = excluded.at"""
)
