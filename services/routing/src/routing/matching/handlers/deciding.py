"""A person decides who owns a ticket: hand-over to a named colleague, or back to the queue."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from chassis.values import StaffId
from routing.matching import translate
from routing.matching.decide import offers
from routing.matching.decide.relaxation import demand
from routing.matching.decide.transfer import (
    Actor,
    Handover,
    HandoverRefused,
    decide_transfer,
    may_release,
)
from routing.matching.handlers import records, tending
from routing.matching.model import Outcome, Reservation, Work
from routing.matching.store import clients, promises, reservations
from routing.matching.store import work as store
from routing.people import handlers as people
from routing.people.model import LoadChange


@dataclass(frozen=True, slots=True)
class Absent:
    """No such work, or no such person, for this caller."""


async def transfer(
    tx: Transaction, ticket: UUID, to: StaffId, by: Actor, note: str, now: datetime
) -> Handover | HandoverRefused | Absent:
    """Ownership goes to a named person. A lead may exceed capacity; the record says so."""
    work = await _work(tx, ticket)
    client = await clients.client(tx, work.tenant) if work else None
    if work is None or client is None:
        return Absent()
    held = await reservations.live_reservation(tx, work.tenant, work.id)
    locked = await people.people_to_change(tx, [to, *([held.person] if held else [])])
    if to not in locked:
        return Absent()
    asked = demand(client, work, await promises.promises_on(tx, work.tenant, ticket), now)
    decided = decide_transfer(work, asked, held, locked[to], by)
    if isinstance(decided, Handover):
        freed = await _free(tx, work, held, now)
        await _hand_over(tx, freed, decided, by, note, now)
    return decided


async def give_up(
    tx: Transaction, ticket: UUID, by: Actor, reason: str, now: datetime
) -> bool | Absent:
    """Back to the queue in its old place; whoever had it is passed over for a while."""
    work = await _work(tx, ticket)
    if work is None:
        return Absent()
    held = await reservations.live_reservation(tx, work.tenant, work.id)
    if held is None or work.owner is None or not may_release(work, by):
        return False
    await reservations.exclude(tx, work, held.person, now + offers.DECLINED_FOR, "gave it up")
    await tending.release(tx, work, held, reason, waits=True, now=now)
    return True


async def tell_again(tx: Transaction, ticket: UUID, now: datetime) -> bool:
    """The whole state as the next version, for a reader that starts late. False: no such work."""
    work = await _work(tx, ticket)
    if work is None:
        return False
    held = await reservations.live_reservation(tx, work.tenant, work.id)
    since = held.offered_at if held else work.waiting_since
    told = await records.tell(tx, work, translate.restated(work, held, since), now)
    await store.save_work(tx, told)
    return True


async def _work(tx: Transaction, ticket: UUID) -> Work | None:
    found = await store.work_of(tx, ticket)
    return await store.work_to_change(tx, found.tenant, found.id) if found else None


async def _free(tx: Transaction, work: Work, held: Reservation | None, now: datetime) -> Work:
    """End the claim that stands in the way; an open offer is taken back aloud."""
    if held is None:
        return work
    if held.state is Outcome.PENDING:
        return await tending.take_back(tx, work, held, "handed over", now)
    await records.end(tx, work, held, Outcome.RELEASED, reason="handed over", now=now)
    return work


async def _hand_over(
    tx: Transaction, work: Work, decided: Handover, by: Actor, note: str, now: datetime
) -> None:
    made = replace(
        offers.held(work, decided.to.id, tx.database.clock.new_id(), decided.full_units, now),
        units=decided.units,
        automatic=False,
        over_capacity="manual" if decided.over_capacity else "",
        note=note,
    )
    await reservations.save_reservation(tx, work.tenant, made, now, "handed over")
    change = LoadChange(
        person=made.person,
        reservation=made.id,
        delta=made.units,
        cause="handed over by hand" if decided.over_capacity else "handed over",
        at=now,
        assigns=True,
    )
    await people.shift_units(tx, change)
    said = translate.transferred(work, made, from_agent=work.owner, by=by.person, now=now)
    told = await records.tell(tx, offers.owned(work, made.person, now), said, now)
    await store.save_work(tx, told)
