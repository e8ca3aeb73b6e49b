"""Keeps what others decided of a ticket; lets the acknowledgement go once it can be exact."""

from datetime import datetime
from uuid import UUID

from chassis import effects
from chassis.db import Transaction
from contracts.sla_clock import ClockFacts
from contracts.vocabulary import Metric
from intake.replies.translate import notice_key
from intake.tickets.model import ACTIVE, Notice
from intake.tickets.store import others, tickets

FIRST_CYCLE = 1


async def note_owner(
    tx: Transaction, tenant: UUID, ticket: UUID, person: UUID, since: datetime
) -> None:
    await others.save_owner(tx, tenant, ticket, person, since)


async def note_released(tx: Transaction, tenant: UUID, ticket: UUID, since: datetime) -> None:
    """A ticket that is over keeps the name of who ended it."""
    found = await tickets.ticket(tx, tenant, ticket)
    if found is None or found.state in ACTIVE:
        await others.save_owner(tx, tenant, ticket, None, since)


async def note_promise(tx: Transaction, tenant: UUID, clock: UUID, facts: ClockFacts) -> None:
    await others.save_promise(tx, tenant, clock, facts)


async def let_acknowledgement_go(tx: Transaction, tenant: UUID, facts: ClockFacts) -> None:
    """The first reply's due time is known now: no reason to wait any longer."""
    if facts.metric is Metric.FIRST_REPLY:
        key = notice_key(facts.ticket, Notice.ACKNOWLEDGEMENT, FIRST_CYCLE)
        await effects.release(tx, tenant, key)
