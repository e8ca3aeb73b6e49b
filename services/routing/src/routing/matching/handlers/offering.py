"""One waiting item, one look for somebody: choose, claim, offer, and keep why."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from chassis import timers
from chassis.db import Transaction
from chassis.timers import Timer
from routing.matching import translate
from routing.matching.decide import choice as choosing
from routing.matching.decide import offers
from routing.matching.decide.relaxation import demand, next_look
from routing.matching.handlers import records
from routing.matching.model import Look, Outcome, Promise, Reservation, Work
from routing.matching.store import clients, decisions, reservations
from routing.matching.store import work as store
from routing.people import handlers as people
from routing.people.model import LoadChange, Person

# How many of the ranked are tried when others claim them first; the sweep comes again anyway.
TRIES = 5


class Found(StrEnum):
    """What a look at work came to. BARREN: nobody would take it, so its like need no look now.

    SETTLED: something else was to be done, or nothing. BUSY: somebody else is at it.
    """

    SETTLED = "settled"
    BUSY = "busy"
    OFFERED = "offered"
    NOBODY = "nobody"
    BARREN = "barren"


async def offer(tx: Transaction, work: Work, promises: tuple[Promise, ...], now: datetime) -> Found:
    """Offer the work to the best person with room, or record that it waits on."""
    first = await _look(tx, work, promises, now)
    if first is None:
        return Found.NOBODY
    look = await _step_on(tx, first, now)
    for person in look.choice.ranking[:TRIES]:
        made = offers.reserve(look, person, tx.database.clock.new_id(), now)
        claimed = await claim(tx, look.work, made, now)
        if claimed is not None:
            await _offered(tx, look, made, claimed, now)
            return Found.OFFERED
    await _wait_on(tx, look, work, now)
    return Found.BARREN if look.choice.barren else Found.NOBODY


async def _look(
    tx: Transaction, work: Work, promises: tuple[Promise, ...], now: datetime
) -> Look | None:
    client = await clients.client(tx, work.tenant)
    if client is None:
        return None
    asked = demand(client, work, promises, now)
    crowd = await people.at_work_for(tx, work.tenant)
    excluded = await reservations.excluded(tx, work, now)
    known = await store.known_owner(tx, work, now)
    choice = choosing.choose(asked, crowd, excluded, known, now)
    return Look(work=work, client=client, demand=asked, choice=choice, known=known)


async def _step_on(tx: Transaction, look: Look, now: datetime) -> Look:
    """Say so when the needs have relaxed further since the last look."""
    step = look.demand.relaxation.step
    if step <= look.work.step:
        return look
    stepped = replace(look.work, step=step)
    told = await records.tell(
        tx, stepped, translate.relaxed(stepped, len(look.choice.ranking)), now
    )
    at = next_look(look.client.policy, told.waiting_since, now)
    await records.look_at(tx, records.LOOK, told, at)
    return replace(look, work=told)


async def claim(tx: Transaction, work: Work, made: Reservation, now: datetime) -> Person | None:
    taken = LoadChange(
        person=made.person,
        reservation=made.id,
        delta=made.units,
        cause="offered",
        at=now,
        assigns=True,
    )
    return await people.claim(tx, taken, work.tenant)


async def _offered(
    tx: Transaction, look: Look, made: Reservation, claimed: Person, now: datetime
) -> None:
    why = choosing.explain(look, claimed, tx.database.clock.new_id(), now)
    reserved = replace(made, decision=why.id)
    await decisions.save_decision(tx, look.work.tenant, why)
    await reservations.save_reservation(tx, look.work.tenant, reserved, now)
    until = reserved.expires_at or now + offers.TIME_TO_ANSWER[look.demand.meter]
    said = translate.offered(look.work, reserved, until, why.id)
    told = await records.tell(tx, offers.offered(look.work), said, now)
    if reserved.state is Outcome.ACCEPTED:
        await take(tx, told, reserved, claimed, now)
        return
    await store.save_work(tx, told)
    await timers.arm(tx, Timer(told.tenant, records.EXPIRY, reserved.id, until, _named(told)))


async def take(tx: Transaction, work: Work, taken: Reservation, by: Person, now: datetime) -> Work:
    """The holder of an accepted reservation owns the work."""
    said = translate.accepted(work, taken, by.units, now)
    told = await records.tell(tx, offers.owned(work, by.id, now), said, now)
    await store.save_work(tx, told)
    await timers.disarm(tx, told.tenant, records.LOOK, told.id)
    return told


async def _wait_on(tx: Transaction, look: Look, before: Work, now: datetime) -> None:
    """Nobody took it; the lead is told once when its patience is over."""
    work = look.work
    if look.demand.relaxation.alert and work.stuck_at is None:
        why = choosing.reasons(look.choice)
        told = await records.tell(tx, work, translate.stuck(work, why), now)
        work = replace(told, stuck_at=now)
    if work != before:
        await store.save_work(tx, work)


def _named(work: Work) -> dict[str, str]:
    return {"work": str(work.id)}
