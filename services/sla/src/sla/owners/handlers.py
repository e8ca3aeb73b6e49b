"""Follows who owns which ticket."""

from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from sla.owners import decide, store
from sla.owners.model import Ownership

of_tickets = store.of_tickets
owner_at = decide.owner_at


async def take_over(tx: Transaction, tenant: UUID, owned: Ownership) -> None:
    """The ticket is another agent's from now on."""
    await store.end(tx, tenant, owned.ticket, owned.since)
    await store.begin(tx, tenant, owned)


async def give_up(tx: Transaction, tenant: UUID, ticket: UUID, at: datetime) -> None:
    await store.end(tx, tenant, ticket, at)
