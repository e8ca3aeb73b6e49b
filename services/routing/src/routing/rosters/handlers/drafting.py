"""A lead drafts shifts. Nobody is told before the roster is published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from routing.people import handlers as people
from routing.rosters import store
from routing.rosters.decide import editing, rules
from routing.rosters.model import Amendment, Plan, Refused, Shift, Status, Warn


@dataclass(frozen=True, slots=True)
class Absent:
    """No such shift, or no such person."""


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody changed the shift since the caller looked at it."""


Drafted = Shift | Refused | Absent | Stale


async def draft_shift(tx: Transaction, id_: UUID, plan: Plan, now: datetime) -> Drafted:
    if await people.person(tx, plan.person) is None:
        return Absent()
    wanted = editing.decide_plan(plan, now)
    if isinstance(wanted, Refused):
        return wanted
    shift = Shift(id=id_, draft=wanted)
    await store.save_shift(tx, shift)
    return shift


async def edit_shift(
    tx: Transaction, id_: UUID, change: Amendment, seen: int | None, now: datetime
) -> Drafted:
    """`seen` is the revision the lead looked at."""
    shift = await store.shift_to_change(tx, id_)
    if shift is None or (change.person and await people.person(tx, change.person) is None):
        return Absent()
    if seen not in (None, shift.revision):
        return Stale()
    after = editing.decide_edit(shift, editing.amended(shift.plan, change), now)
    if isinstance(after, Shift):
        await store.save_shift(tx, after)
    return after


async def remove_shift(tx: Transaction, id_: UUID, seen: int | None, now: datetime) -> Drafted:
    """Taken out with the next publication; a shift nobody was told of is gone at once."""
    shift = await store.shift_to_change(tx, id_)
    if shift is None:
        return Absent()
    if seen not in (None, shift.revision):
        return Stale()
    after = editing.decide_removal(shift, now)
    if isinstance(after, Shift):
        await (store.save_shift(tx, after) if after.published else store.drop_shift(tx, id_))
    return after


async def roster(
    tx: Transaction, start: datetime, end: datetime, person: UUID | None = None
) -> list[Shift]:
    """What is drafted or published for the range, without what was cancelled."""
    found = await store.shifts_between(tx, start, end, person)
    return [shift for shift in found if editing.status(shift) is not Status.CANCELLED]


async def warnings_about(tx: Transaction, shift: Shift) -> tuple[Warn, ...]:
    """The rules this shift breaks, seen with the person's shifts around it."""
    if shift.draft is None:
        return ()
    found = rules.warnings(drafts(await store.near(tx, shift.draft)))
    return tuple(warn for warn in found if shift.id in (warn.shift, warn.other))


def drafts(shifts: Sequence[Shift]) -> list[tuple[UUID, Plan]]:
    return [(shift.id, shift.draft) for shift in shifts if shift.draft is not None]
