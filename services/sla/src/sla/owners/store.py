"""All SQL of ownerships."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction
from sla.owners.model import Ownership


async def end(tx: Transaction, tenant: UUID, ticket: UUID, at: datetime) -> None:
    await tx.execute(_END, {"tenant": tenant, "ticket": ticket, "at": at})


async def begin(tx: Transaction, tenant: UUID, owned: Ownership) -> None:
    named = {"ticket": owned.ticket, "agent": owned.agent, "since": owned.since}
    await tx.execute(_BEGIN, {"tenant": tenant, **named})


async def of_tickets(
    tx: Transaction, tenant: UUID, tickets: Sequence[UUID]
) -> dict[UUID, list[Ownership]]:
    """Each ticket's ownerships in order."""
    found: dict[UUID, list[Ownership]] = {}
    for row in await tx.all(_READ, {"tenant": tenant, "tickets": list(tickets)}):
        owned = Ownership(row["ticket_id"], row["agent"], row["since"], row["until"])
        found.setdefault(owned.ticket, []).append(owned)
    return found


_END = text(
    """UPDATE ownerships SET until = greatest(since, :at)
        WHERE tenant_id = :tenant AND ticket_id = :ticket AND until IS NULL"""
)
_BEGIN = text(
    """INSERT INTO ownerships (tenant_id, ticket_id, since, agent)
       VALUES (:tenant, :ticket, :since, :agent)
       ON CONFLICT (tenant_id, ticket_id, since)
       DO UPDATE SET agent = excluded.agent, until = NULL"""
)
_READ = text(
    """SELECT ticket_id, agent, since, until FROM ownerships
        WHERE tenant_id = :tenant AND ticket_id = ANY (CAST(:tickets AS uuid[]))
        ORDER BY ticket_id, since"""
)
