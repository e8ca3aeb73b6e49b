"""What time does to a solved ticket."""

from datetime import datetime, timedelta
from uuid import UUID

from chassis import effects, timers
from chassis.db import Transaction
from chassis.timers import Timer
from intake.outreach import handlers as outreach
from intake.replies.translate import notice_effect
from intake.tickets.decide import life_cycle
from intake.tickets.handlers.apply import CLOSE, apply, load, moment
from intake.tickets.model import Notice, Step

UNTIL_ASKED = timedelta(hours=1)


async def remind(tx: Transaction, tenant: UUID, ticket: UUID, cycle: int) -> None:
    """One polite follow-up for each cycle, while the customer is still asked."""
    found, _ = await load(tx, tenant, ticket)
    if life_cycle.reminder_due(found, cycle):
        await effects.put(tx, notice_effect(found, Notice.REMINDER, tx.database.clock.new_id()))


async def close(tx: Transaction, tenant: UUID, ticket: UUID, cycle: int, now: datetime) -> None:
    """Only after the customer was asked how it was: a question that is held holds this too."""
    found, _ = await load(tx, tenant, ticket)
    if await outreach.question_waits(tx, tenant, ticket):
        again = Timer(tenant, CLOSE, ticket, now + UNTIL_ASKED, {"cycle": cycle})
        await timers.arm(tx, again)
        return
    outcome = life_cycle.decide_close(found, cycle, await moment(tx))
    if isinstance(outcome, Step):
        await apply(tx, outcome)
