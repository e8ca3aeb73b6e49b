"""Plans a question when a cycle ends, asks it at its instant, or says why not."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import outbox, timers
from chassis.db import Transaction
from chassis.timers import Timer
from contracts.envelope import EventMeta
from feedback.customers import handlers as customers
from feedback.scorecards import handlers as scorecards
from feedback.surveys import store, translate
from feedback.surveys.decide import (
    LONG_RUN,
    decide_ask,
    decide_cancel,
    decide_plan,
    sampled,
)
from feedback.surveys.handlers.kinds import ASK, EXPIRE
from feedback.surveys.model import Moment, Reason, Seen, Solved, State, Survey, Ticket


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why now: the key of the sample, what caused it, and whether it is the customer's own act."""

    key: bytes
    now: datetime
    cause: EventMeta | None = None
    own_act: bool = False


follow = store.save_ticket


async def plan(tx: Transaction, ticket: Ticket, solved: Solved, occasion: Occasion) -> list[Survey]:
    """The cycle's question, by its timer or, on a live channel, now. Once per cycle."""
    planned = decide_plan(ticket, solved, await store.settings(tx, ticket.tenant))
    if not await store.save_new(tx, planned):
        return []
    if ticket.live:
        asked = await _ask(tx, planned, ticket, occasion)
        return [asked] if asked else []
    await timers.arm(tx, Timer(ticket.tenant, ASK, planned.id, planned.ask_at))
    return []


async def ask_now(tx: Transaction, ticket: Ticket, occasion: Occasion) -> list[Survey]:
    """The customer says that it is solved: what was planned is asked at once."""
    planned = await store.planned_of(tx, ticket.tenant, ticket.id)
    found = [await _ask(tx, survey, ticket, occasion) for survey in planned]
    return [survey for survey in found if survey]


async def ask_due(tx: Transaction, survey: UUID, occasion: Occasion) -> Survey | None:
    """None: it was asked, cancelled or forgotten in the meantime."""
    planned = await store.to_change(tx, survey)
    ticket = await store.ticket(tx, planned.ticket) if planned else None
    if planned is None or ticket is None:
        return None
    return await _ask(tx, planned, ticket, occasion)


async def ticket_of(tx: Transaction, survey: UUID) -> UUID | None:
    found = await store.survey(tx, survey)
    return found.ticket if found else None


async def cancel(
    tx: Transaction, ticket: Ticket, reason: Reason, occasion: Occasion
) -> list[Survey]:
    """What was planned is not asked any more."""
    at = await scorecards.moment(tx, ticket.tenant, occasion.now)
    found = []
    for planned in await store.planned_of(tx, ticket.tenant, ticket.id):
        cancelled = decide_cancel(planned, reason, at)
        if cancelled is not None:
            await suppress(tx, planned, cancelled, at, occasion.cause)
            found.append(cancelled)
    return found


async def suppress(
    tx: Transaction, before: Survey, after: Survey, at: Moment, cause: EventMeta | None = None
) -> None:
    """Nobody is asked, and it is written down why."""
    await store.save(tx, after)
    await scorecards.count(tx, before, after)
    await outbox.put(tx, translate.suppressed(after, at.now), cause)
    await timers.disarm(tx, after.tenant, ASK, after.id)
    await timers.disarm(tx, after.tenant, EXPIRE, after.id)


async def _ask(
    tx: Transaction, planned: Survey, ticket: Ticket, occasion: Occasion
) -> Survey | None:
    """Throttle and question are one step: the customer is held until both are written."""
    erased = await customers.lock(tx, planned.tenant, planned.customer)
    settings = await store.settings(tx, planned.tenant)
    since = occasion.now - LONG_RUN
    seen = Seen(
        ticket=ticket,
        settings=settings,
        asked=await store.asked_since(tx, planned.tenant, planned.customer, since),
        erased=erased,
        sampled=sampled(occasion.key, ticket.id, settings.sample_percent),
    )
    at = await scorecards.moment(tx, planned.tenant, occasion.now)
    decided = decide_ask(planned, seen, at)
    if decided is not None and decided.state is State.SUPPRESSED:
        await suppress(tx, planned, decided, at, occasion.cause)
    elif decided is not None:
        await _send(tx, planned, decided, occasion)
    return decided


async def _send(tx: Transaction, before: Survey, asked: Survey, occasion: Occasion) -> None:
    assert asked.expires_at is not None
    await store.save(tx, asked)
    await scorecards.count(tx, before, asked)
    told = await outbox.put(tx, translate.asked(asked, occasion.now), occasion.cause)
    epoch = tx.database.epoch
    wanted = translate.outreach(asked, occasion.now, own_act=occasion.own_act, epoch=epoch)
    await outbox.put(tx, wanted, told)
    await timers.disarm(tx, asked.tenant, ASK, asked.id)
    await timers.arm(tx, Timer(asked.tenant, EXPIRE, asked.id, asked.expires_at))
