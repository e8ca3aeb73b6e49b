"""Shows clocks and what they rest on: their facts, their timeline, what was told and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from contracts.vocabulary import Metric
from sla.clocks.decide.posting import shown
from sla.clocks.decide.timeline import timeline
from sla.clocks.model import Clock, Entry, Recorded, Segment, Ticket, Told
from sla.clocks.store import entries, tickets, told
from sla.owners import handlers as owners
from sla.policies import handlers as policies


@dataclass(frozen=True, slots=True)
class Shown:
    """A clock as the ledger keeps it, drawn from its facts."""

    entry: Entry
    ticket: Ticket
    clock: Clock
    timeline: tuple[Segment, ...]
    owner: UUID | None


@dataclass(frozen=True, slots=True)
class Evidence:
    shown: Shown
    facts: Sequence[Recorded]
    lines: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Decided:
    """A clock with its verdict, drawn from its facts, and the line of the ledger that gave it."""

    entry: Entry
    drawn: Clock
    evidence: UUID | None


async def promises(tx: Transaction, ticket: UUID) -> tuple[Ticket, list[Entry]] | None:
    """A ticket among the tenants in scope, with its clocks."""
    known = await tickets.find(tx, ticket)
    if known is None:
        return None
    return known, await entries.of_ticket(tx, known.tenant, ticket)


async def evidence(tx: Transaction, clock: UUID) -> Evidence | None:
    """Everything one clock rests on; None when it is not among the tenants in scope."""
    found = await entries.find(tx, clock)
    if found is None:
        return None
    tenant, entry = found
    drawn = await _drawn(tx, tenant, [entry])
    facts = await tickets.recorded(tx, tenant, entry.ticket)
    return Evidence(drawn[0], facts, await told.of_clock(tx, tenant, clock))


async def misses(
    tx: Transaction,
    tenant: UUID,
    due: tuple[datetime, datetime],
    metric: Metric | None,
    page: tuple[tuple[datetime, UUID] | None, int],
) -> list[Shown]:
    """Breached clocks that fell due in a span, newest first."""
    after, limit = page
    found = await entries.misses(tx, tenant, due=due, metric=metric, after=after, limit=limit)
    return await _drawn(tx, tenant, found)


async def decided(
    tx: Transaction,
    tenant: UUID,
    spans: Sequence[tuple[int, datetime, datetime]],
    page: tuple[tuple[datetime, UUID] | None, int],
) -> list[Decided]:
    """Clocks with a verdict that fell due in the span of their contract version, oldest first."""
    return await _decided(tx, tenant, await entries.decided(tx, tenant, spans, page))


async def decided_one(tx: Transaction, tenant: UUID, clock: UUID) -> Decided | None:
    entry = await entries.one(tx, tenant, clock)
    return (await _decided(tx, tenant, [entry]))[0] if entry else None


overdue = entries.overdue
undecided = entries.undecided


async def _decided(tx: Transaction, tenant: UUID, found: Sequence[Entry]) -> list[Decided]:
    ids = list(dict.fromkeys(entry.ticket for entry in found))
    book = await policies.book(tx, tenant)
    known = await tickets.many(tx, tenant, ids)
    facts = await tickets.facts(tx, tenant, ids)
    given = await told.evidence(tx, tenant, [entry.id for entry in found])
    return [
        Decided(
            entry,
            shown(known[entry.ticket], facts[entry.ticket], book, entry),
            given.get(entry.id),
        )
        for entry in found
    ]


async def _drawn(tx: Transaction, tenant: UUID, found: Sequence[Entry]) -> list[Shown]:
    ids = list(dict.fromkeys(entry.ticket for entry in found))
    book = await policies.book(tx, tenant)
    known = await tickets.many(tx, tenant, ids)
    facts = await tickets.facts(tx, tenant, ids)
    held = await owners.of_tickets(tx, tenant, ids)
    drawn = []
    for entry in found:
        ticket = known[entry.ticket]
        clock = shown(ticket, facts[entry.ticket], book, entry)
        at = clock.breach_at or clock.ended_at or clock.as_of
        owner = owners.owner_at(held.get(entry.ticket, ()), at)
        drawn.append(Shown(entry, ticket, clock, timeline(clock), owner))
    return drawn
