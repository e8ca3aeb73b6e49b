"""Tickets of the ledger and their facts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from contracts.vocabulary import AuthorKind, Channel, Priority, TicketState, WaitingOn
from sla.clocks.model import Coverage, Fact, FactKind, Recorded, Ticket
from sla.policies.model import Selector


async def locked(tx: Transaction, tenant: UUID, ticket: UUID) -> Ticket:
    """The ticket's row, made if need be, held until the transaction ends: one judge at a time."""
    named = {"tenant": tenant, "ticket": ticket}
    await tx.execute(_MAKE, named)
    return _ticket(await tx.one(_LOCK, named))


async def find(tx: Transaction, ticket: UUID) -> Ticket | None:
    """Among the tenants in scope."""
    row = await tx.first(_FIND, {"ticket": ticket})
    return _ticket(row) if row else None


async def many(tx: Transaction, tenant: UUID, tickets: Sequence[UUID]) -> dict[UUID, Ticket]:
    rows = await tx.all(_MANY, {"tenant": tenant, "tickets": list(tickets)})
    return {row["id"]: _ticket(row) for row in rows}


async def open_after(tx: Transaction, tenant: UUID, after: UUID | None, limit: int) -> list[UUID]:
    """Tickets that may still owe something, by id."""
    rows = await tx.all(_OPEN, {"tenant": tenant, "after": after, "limit": limit})
    return [row["id"] for row in rows]


async def save(tx: Transaction, ticket: Ticket) -> None:
    await tx.execute(
        _SAVE,
        {
            "tenant": ticket.tenant,
            "ticket": ticket.id,
            "judged_until": ticket.judged_until,
            "reference": ticket.reference,
            "language": ticket.language,
            "state": ticket.state,
            "opened_at": ticket.opened_at,
            "coverage": ticket.coverage,
        },
    )


async def save_fact(tx: Transaction, ticket: Ticket, told: Recorded) -> None:
    fact = told.fact
    await tx.execute(
        _SAVE_FACT,
        {
            "tenant": ticket.tenant,
            "ticket": ticket.id,
            "event": told.event,
            "type": told.type,
            "seq": fact.seq,
            "at": fact.at,
            "kind": fact.kind,
            "state": fact.state,
            "waiting_on": fact.waiting_on,
            "priority": fact.selector.priority,
            "plan": fact.selector.plan,
            "channel": fact.selector.channel,
            "language": fact.selector.language,
            "author": fact.author,
            "since": fact.since,
        },
    )


async def facts(tx: Transaction, tenant: UUID, tickets: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    found: dict[UUID, list[Fact]] = {ticket: [] for ticket in tickets}
    for row in await tx.all(_FACTS, {"tenant": tenant, "tickets": list(tickets)}):
        found[row["ticket_id"]].append(_fact(row))
    return found


async def recorded(tx: Transaction, tenant: UUID, ticket: UUID) -> list[Recorded]:
    rows = await tx.all(_FACTS, {"tenant": tenant, "tickets": [ticket]})
    return [Recorded(row["event_id"], row["type"], _fact(row)) for row in rows]


def _ticket(row: RowMapping) -> Ticket:
    return Ticket(
        id=row["id"],
        tenant=row["tenant_id"],
        judged_until=row["judged_until"],
        reference=row["reference"],
        language=row["language"],
        state=TicketState(row["state"]),
        opened_at=row["opened_at"],
        coverage=Coverage(row["coverage"]),
    )


def _fact(row: RowMapping) -> Fact:
    return Fact(
        seq=row["seq"],
        at=row["at"],
        kind=FactKind(row["kind"]),
        state=TicketState(row["state"]),
        waiting_on=WaitingOn(row["waiting_on"]),
        selector=Selector(
            Priority(row["priority"]), row["plan"], Channel(row["channel"]), row["language"]
        ),
        author=AuthorKind(row["author"]) if row["author"] else None,
        since=row["since"],
    )


_COLUMNS = "tenant_id, id, judged_until, reference, language, state, opened_at, coverage"
_MAKE = text("INSERT INTO tickets (tenant_id, id) VALUES (:tenant, :ticket) ON CONFLICT DO NOTHING")
_LOCK = text(
    f"SELECT {_COLUMNS} FROM tickets WHERE tenant_id = :tenant AND id = :ticket FOR UPDATE"
)
_FIND = text(f"SELECT {_COLUMNS} FROM tickets WHERE id = :ticket")
_MANY = text(
    f"""SELECT {_COLUMNS} FROM tickets
         WHERE tenant_id = :tenant AND id = ANY (CAST(:tickets AS uuid[]))"""
)
_OPEN = text(
    """SELECT id FROM tickets
        WHERE tenant_id = :tenant AND state NOT IN ('closed', 'merged')
          AND (CAST(:after AS uuid) IS NULL OR id > :after)
        ORDER BY id LIMIT :limit"""
)
_SAVE = text(
    """UPDATE tickets SET judged_until = :judged_until, reference = :reference,
              language = :language, state = :state, opened_at = :opened_at, coverage = :coverage
        WHERE tenant_id = :tenant AND id = :ticket"""
)
_SAVE_FACT = text(
    """INSERT INTO facts (tenant_id, ticket_id, event_id, type, seq, at, kind, state, waiting_on,
                          priority, plan, channel, language, author, since)
       VALUES (:tenant, :ticket, :event, :type, :seq, :at, :kind, :state, :waiting_on,
               :priority, :plan, :channel, :language, :author, :since)"""
)
_FACTS = text(
    """SELECT ticket_id, event_id, type, seq, at, kind, state, waiting_on, priority, plan, channel,
              language, author, since
         FROM facts WHERE tenant_id = :tenant AND ticket_id = ANY (CAST(:tickets AS uuid[]))
        ORDER BY ticket_id, at, seq"""
)
