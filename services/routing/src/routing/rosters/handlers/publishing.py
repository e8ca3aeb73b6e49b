"""A roster is published, and its shifts begin and end."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis import outbox, timers
from chassis.db import Transaction
from chassis.timers import Timer
from chassis.values import FIRM, StaffId, next_version
from contracts.envelope import Draft, EventData
from routing.people import handlers as people
from routing.rosters import store, translate
from routing.rosters.decide import duty, editing, rules
from routing.rosters.handlers.drafting import drafts
from routing.rosters.model import Phase, Published, Shift, Warn

START = "rosters.start"
END = "rosters.end"

Say = Callable[[Shift, Published, datetime], Draft[EventData]]


@dataclass(frozen=True, slots=True)
class Changes:
    """What publishing would tell, and which rules the drafts of the range break."""

    shifts: tuple[Shift, ...]
    warnings: tuple[Warn, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    roster_version: int
    told: int
    cancelled: int


async def changes(tx: Transaction, start: datetime, end: datetime) -> Changes:
    around = await store.shifts_between(tx, start - store.NEIGHBOURS, end + store.NEIGHBOURS)
    meant = [shift for shift in around if editing.touches(shift, start, end)]
    inside = {shift.id for shift in meant}
    found = rules.warnings(drafts(around))
    return Changes(
        editing.changes(meant),
        tuple(warn for warn in found if warn.shift in inside or warn.other in inside),
    )


async def publish(tx: Transaction, start: datetime, end: datetime, now: datetime) -> Publication:
    """Everything drafted for the range holds from now on; everyone it concerns is told."""
    number = await store.next_roster_version(tx)
    found = await store.shifts_to_publish(tx, start, end)
    meant = [shift for shift in found if editing.touches(shift, start, end)]
    release = editing.publish(meant, number, now)
    for shift in release.published:
        await _tell(tx, shift, translate.published, now)
        await _await_borders(tx, shift)
    for shift in release.cancelled:
        await _tell(tx, shift, translate.cancelled, now)
        await _forget_borders(tx, shift)
    concerned = {shift.id for shift in (*release.published, *release.cancelled)}
    before = [shift for shift in meant if shift.id in concerned]
    await _follow(tx, [*release.published, *release.cancelled, *before], now)
    return Publication(number, len(release.published), len(release.cancelled))


async def leads_at(tx: Transaction, now: datetime) -> frozenset[StaffId]:
    """Who leads a shift that runs now, as published."""
    shifts = await store.shifts_between(tx, now, now + editing.LONGEST)
    return frozenset(
        told.plan.person
        for shift in shifts
        if (told := shift.published) and told.plan.lead and told.phase is Phase.RUNNING
    )


async def begin_shift(tx: Transaction, id_: UUID, now: datetime) -> None:
    await _cross(tx, id_, duty.begin, translate.started, now=now)


async def end_shift(tx: Transaction, id_: UUID, now: datetime) -> None:
    await _cross(tx, id_, duty.end, translate.ended, now=now)


async def _cross(
    tx: Transaction,
    id_: UUID,
    border: Callable[[Shift, datetime], Shift | None],
    say: Say,
    *,
    now: datetime,
) -> None:
    """A border that was moved or taken away means nothing; presence follows what holds now."""
    await store.hold_roster(tx)
    shift = await store.shift_to_change(tx, id_)
    if shift is None:
        return
    crossed = border(shift, now)
    if crossed is not None:
        await _tell(tx, crossed, say, now)
    await _follow(tx, [shift], now)


async def _tell(tx: Transaction, shift: Shift, say: Say, now: datetime) -> None:
    if shift.published is None:
        raise LookupError(f"shift {shift.id} was never published")
    after = replace(shift, version=next_version(shift.version, tx.database.epoch))
    await store.save_shift(tx, after)
    await outbox.put(tx, say(after, shift.published, now))


async def _await_borders(tx: Transaction, shift: Shift) -> None:
    told = shift.published
    if told is None:
        return
    if told.phase is Phase.AHEAD:
        await timers.arm(tx, Timer(FIRM, START, shift.id, told.plan.starts_at))
    await timers.arm(tx, Timer(FIRM, END, shift.id, told.plan.ends_at))


async def _forget_borders(tx: Transaction, shift: Shift) -> None:
    for kind in (START, END):
        await timers.disarm(tx, FIRM, kind, shift.id)


async def _follow(tx: Transaction, shifts: Iterable[Shift], now: datetime) -> None:
    """Presence and the ends of shifts, as the roster says now; people in the order of ids."""
    for person in sorted({_person(shift) for shift in shifts if shift.published}):
        told = await store.published_of(tx, person, now)
        await people.follow_roster(tx, person, duty.duty_at(told, now), now)


def _person(shift: Shift) -> StaffId:
    if shift.published is None:
        raise LookupError(f"shift {shift.id} was never published")
    return shift.published.plan.person
