"""What time does to a solved ticket."""

from uuid import UUID

from chassis import effects
from chassis.db import Transaction
from intake.replies.translate import notice_effect
from intake.tickets.decide import life_cycle
from intake.tickets.handlers.apply import apply, load, moment
from intake.tickets.model import Notice, Step


async def remind(tx: Transaction, tenant: UUID, ticket: UUID, cycle: int) -> None:
    """One polite follow-up for each cycle, while the customer is still asked."""
    found, _ = await load(tx, tenant, ticket)
    if life_cycle.reminder_due(found, cycle):
        await effects.put(tx, notice_effect(found, Notice.REMINDER, tx.database.clock.new_id()))


async def close(tx: Transaction, tenant: UUID, ticket: UUID, cycle: int) -> None:
    found, _ = await load(tx, tenant, ticket)
    outcome = life_cycle.decide_close(found, cycle, await moment(tx))
    if isinstance(outcome, Step):
        await apply(tx, outcome)
