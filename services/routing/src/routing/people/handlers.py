"""What is done about people. The other capabilities enter here for presence and for capacity.

Whoever calls has FIRM in scope. Locks: a work item first, then people in the order of their ids.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis import outbox, timers
from chassis.db import Transaction
from chassis.timers import Timer
from chassis.values import FIRM, StaffId, TenantId
from contracts.vocabulary import Presence
from routing.people import decide, store, translate
from routing.people.model import (
    Duty,
    LoadChange,
    Person,
    PresenceRefused,
    Profile,
    Rights,
)

# Loops that wait for people wake on this channel.
MATCHING = "matching"
# The firm's timer by which whatever a person holds is looked at, whoever the clients are.
RECHECK = "matching.recheck"

person = store.person
people_to_change = store.people_to_change
all_people = store.all_people
at_work = store.at_work
at_work_for = store.at_work_for


@dataclass(frozen=True, slots=True)
class SubjectTaken:
    """Somebody else signs in by that name."""


async def put_person(
    tx: Transaction, id_: StaffId, profile: Profile, rights: Rights, now: datetime
) -> Person | SubjectTaken:
    """Make the person, or change profile and rights at once."""
    before = await store.person_to_change(tx, id_)
    if await store.subject_of_another(tx, profile.subject, id_):
        return SubjectTaken()
    after = decide.put_person(before, id_, profile, rights, now)
    return await _saved(tx, before, after, now)


async def change_rights(
    tx: Transaction, id_: StaffId, rights: Rights, now: datetime
) -> Person | None:
    """None: there is no such person."""
    before = await store.person_to_change(tx, id_)
    if before is None:
        return None
    return await _saved(tx, before, decide.change_rights(before, rights, now), now)


async def choose_presence(
    tx: Transaction, id_: StaffId, wanted: Presence, reason: str, now: datetime
) -> Person | PresenceRefused | None:
    before = await store.person_to_change(tx, id_)
    if before is None:
        return None
    after = decide.choose_presence(before, wanted, reason, now)
    if isinstance(after, PresenceRefused):
        return after
    return await _saved(tx, before, after, now)


async def follow_roster(tx: Transaction, id_: StaffId, duty: Duty, now: datetime) -> Person | None:
    """What the published roster says of the person now."""
    before = await store.person_to_change(tx, id_)
    if before is None:
        return None
    return await _saved(tx, before, decide.follow_roster(before, duty, now), now)


async def miss_offer(tx: Transaction, id_: StaffId, now: datetime) -> None:
    before = await store.person_to_change(tx, id_)
    if before is not None:
        await _saved(tx, before, decide.miss_offer(before, now), now)


async def answer_offer(tx: Transaction, id_: StaffId, now: datetime) -> Person:
    """An answer ends a row of missed offers.

    Raises:
        LookupError: nobody by that id.
    """
    before = await store.person_to_change(tx, id_)
    if before is None:
        raise LookupError(f"nobody by the id {id_}")
    return await _saved(tx, before, decide.answer_offer(before), now)


async def claim(tx: Transaction, taken: LoadChange, tenant: TenantId) -> Person | None:
    """Take units of a person for new work; None when they are no longer free."""
    after = await store.claim(tx, taken, tenant)
    if after is not None:
        await _loaded(tx, after, taken)
    return after


async def shift_units(tx: Transaction, change: LoadChange) -> Person:
    """Give units back, or take them whatever the load; the record tells when that was over."""
    after = await store.shift_units(tx, change)
    await _loaded(tx, after, change)
    tx.wake(MATCHING)
    return after


async def _loaded(tx: Transaction, after: Person, change: LoadChange) -> None:
    before = replace(after, units=after.units - change.delta)
    told = decide.change_of(before, after)
    if told is not None:
        await outbox.put(tx, translate.person_changed(told, after, change.at))


async def _saved(tx: Transaction, before: Person | None, after: Person, now: datetime) -> Person:
    if decide.leaves_work(before, after):
        await timers.arm(tx, Timer(FIRM, RECHECK, after.id, now))
    change = decide.change_of(before, after)
    if change is None:
        await store.save_quietly(tx, after)
        return after
    saved = await store.save_person(tx, after)
    await outbox.put(tx, translate.person_changed(change, saved, now))
    tx.wake(MATCHING)
    return saved
