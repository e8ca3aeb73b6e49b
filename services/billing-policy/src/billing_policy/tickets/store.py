"""All SQL of tickets."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from billing_policy.tickets.model import Ticket
from chassis.db import Transaction
from contracts.vocabulary import Channel, Damage, Priority, TicketState


async def save(tx: Transaction, ticket: Ticket) -> None:
    await tx.execute(_SAVE, _values(ticket))


async def ticket(tx: Transaction, id_: UUID) -> Ticket | None:
    """Among the tenants in scope."""
    row = await tx.first(_FIND, {"id": id_})
    return _ticket(row) if row else None


def _values(ticket: Ticket) -> dict[str, Any]:
    return {
        "tenant": ticket.tenant,
        "id": ticket.id,
        "customer": ticket.customer,
        "reference": ticket.reference,
        "channel": ticket.channel,
        "plan": ticket.plan,
        "language": ticket.language,
        "category": ticket.category,
        "damage": ticket.damage,
        "priority": ticket.priority,
        "state": ticket.state,
        "cycle": ticket.cycle,
    }


def _ticket(row: RowMapping) -> Ticket:
    return Ticket(
        tenant=row["tenant_id"],
        id=row["id"],
        customer=row["customer_id"],
        reference=row["reference"],
        channel=Channel(row["channel"]),
        plan=row["plan"],
        language=row["language"],
        category=row["category"],
        damage=Damage(row["damage"]),
        priority=Priority(row["priority"]),
        state=TicketState(row["state"]),
        cycle=row["cycle"],
    )


_SAVE = text(
    """INSERT INTO tickets (tenant_id, id, customer_id, reference, channel, plan, language,
                            category, damage, priority, state, cycle)
       VALUES (:tenant, :id, :customer, :reference, :channel, :plan, :language, :category,
               :damage, :priority, :state, :cycle)
       ON CONFLICT (tenant_id, id) DO UPDATE SET
         customer_id = excluded.customer_id, reference = excluded.reference,
         channel = excluded.channel, plan = excluded.plan, language = excluded.language,
         category = excluded.category, damage = excluded.damage, priority = excluded.priority,
         state = excluded.state, cycle = excluded.cycle"""
)
_FIND = text("SELECT * FROM tickets WHERE id = :id")
