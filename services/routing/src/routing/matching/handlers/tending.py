"""One item, looked at: whatever its ticket, its holder or the clock ask for is done here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from chassis import timers
from chassis.db import Transaction
from chassis.values import TenantId
from routing.matching import translate
from routing.matching.decide import offers, ownership
from routing.matching.decide.ownership import Settlement, Situation, settle
from routing.matching.handlers import offering, records
from routing.matching.handlers.offering import Found
from routing.matching.model import Outcome, Reservation, Work, WorkState
from routing.matching.store import promises, queue, reservations
from routing.matching.store import work as store
from routing.people import handlers as people
from routing.people.model import FULL, LoadChange, Person


async def tend(
    tx: Transaction, tenant: TenantId, id_: UUID, requests: Sequence[int] | None, now: datetime
) -> Found:
    """Do what the item needs. When somebody else is at it, leave it and its requests to them.

    `requests` that are served are struck out, and earlier trouble with it; None: there is neither.
    """
    work = await store.work_to_tend(tx, tenant, id_)
    if work is None:
        return Found.BUSY
    if requests is not None:
        await queue.looked(tx, tenant, id_, requests)
    at = await _situation(tx, work)
    return await _do(tx, at, settle(at, now), now)


async def _situation(tx: Transaction, work: Work) -> Situation:
    held = await reservations.live_reservation(tx, work.tenant, work.id)
    who = held.person if held else work.last_owner
    return Situation(
        work=work,
        reservation=held,
        holder=await people.person(tx, who) if who else None,
        promises=await promises.promises_on(tx, work.tenant, work.ticket),
    )


async def _do(tx: Transaction, at: Situation, needed: Settlement, now: datetime) -> Found:
    work = at.work
    match needed:
        case ownership.Leave():
            pass
        case ownership.Match():
            return await offering.offer(tx, work, at.promises, now)
        case ownership.Enqueue():
            await records.enqueue(tx, work, now)
        case ownership.GiveBack(person):
            await _give_back(tx, work, person, now)
        case ownership.Retire():
            await _finish(tx, work)
        case ownership.TimeOut(missed):
            await _time_out(tx, work, missed, now)
        case ownership.Rescind(back, reason, waits):
            await rescind(tx, work, back, reason, waits=waits, now=now)
        case ownership.Wrap(done):
            load = await records.end(tx, work, done, Outcome.WRAPPED, reason="solved", now=now)
            told = await records.tell(tx, work, translate.wrapped(work, done, load, now), now)
            await _finish(tx, told)
        case ownership.Release(held, reason, waits):
            await release(tx, work, held, reason, waits=waits, now=now)
        case ownership.Resize(held, units):
            await _resize(tx, work, held, units, now)
        case _:
            assert_never(needed)
    return Found.SETTLED


async def release(
    tx: Transaction, work: Work, held: Reservation, reason: str, *, waits: bool, now: datetime
) -> Work:
    """The owner's claim ends; the work waits again, with the owner as its hint, or is done."""
    load = await records.end(tx, work, held, Outcome.RELEASED, reason=reason, now=now)
    said = translate.released(work, held, load, reason, now)
    told = await records.tell(tx, work, said, now)
    return await records.enqueue(tx, told, now) if waits else await _finish(tx, told)


async def rescind(
    tx: Transaction, work: Work, back: Reservation, reason: str, *, waits: bool, now: datetime
) -> Work:
    """An offer is taken back before it was answered."""
    told = await take_back(tx, work, back, reason, now)
    if not waits:
        return await _finish(tx, told)
    await records.wait(tx, offers.waiting_again(told), now)
    return told


async def take_back(
    tx: Transaction, work: Work, back: Reservation, reason: str, now: datetime
) -> Work:
    await records.end(tx, work, back, Outcome.RESCINDED, reason=reason, now=now)
    return await records.tell(tx, work, translate.rescinded(work, back, reason, now), now)


async def _time_out(tx: Transaction, work: Work, missed: Reservation, now: datetime) -> None:
    await records.end(tx, work, missed, Outcome.TIMED_OUT, reason="no answer", now=now)
    await reservations.exclude(tx, work, missed.person, now + offers.MISSED_FOR, "missed")
    await people.miss_offer(tx, missed.person, now)
    told = await records.tell(tx, work, translate.timed_out(work, missed, now), now)
    await records.wait(tx, offers.waiting_again(told), now)


async def _give_back(tx: Transaction, work: Work, person: Person, now: datetime) -> None:
    """Reopened: to its last owner if there is room, else it waits in its old place."""
    made = offers.given_back(work, person, tx.database.clock.new_id(), now)
    claimed = await offering.claim(tx, work, made, now) if made else None
    if made is None or claimed is None:
        await records.enqueue(tx, work, now)
        return
    await reservations.save_reservation(tx, work.tenant, made, now, "reopened")
    await offering.take(tx, work, made, claimed, now)


async def _resize(
    tx: Transaction, work: Work, held: Reservation, units: int, now: datetime
) -> None:
    """Hold less while others have the next word; take the share again without asking for room."""
    cause = "taken up again" if units > held.units else "waits for others"
    change = LoadChange(
        person=held.person,
        reservation=held.id,
        delta=units - held.units,
        cause=cause,
        at=now,
    )
    load = (await people.shift_units(tx, change)).units
    over = "regained" if change.delta > 0 and load > FULL else held.over_capacity
    after = replace(held, units=units, over_capacity=over, version=held.version + 1)
    await reservations.save_reservation(tx, work.tenant, after, now, cause)


async def _finish(tx: Transaction, work: Work) -> Work:
    done = replace(work, state=WorkState.DONE, owner=None)
    await store.save_work(tx, done)
    for kind in (records.LOOK, records.SLACK):
        await timers.disarm(tx, work.tenant, kind, work.id)
    return done
