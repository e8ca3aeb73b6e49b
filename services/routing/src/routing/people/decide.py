"""Decisions about one person: when they are present, and what the others must hear of."""

from dataclasses import replace
from datetime import datetime

from chassis.values import StaffId
from contracts.vocabulary import Presence
from routing.people.model import (
    Change,
    Duty,
    Person,
    PresenceRefused,
    Profile,
    Rights,
    quarters,
)

MISSES_UNTIL_AWAY = 2
AWAY_AFTER_MISSES = "missed offers"


def choose_presence(
    person: Person, wanted: Presence, reason: str, now: datetime
) -> Person | PresenceRefused:
    """A person's own choice: available or away, within a shift. Off follows the roster alone."""
    if wanted is Presence.OFF:
        return PresenceRefused("Being off follows the roster.")
    if not person.rights.active or not person.on_shift(now):
        return PresenceRefused("You have no shift now.")
    return _present(replace(person, missed=0), wanted, reason, now)


def follow_roster(person: Person, duty: Duty, now: datetime) -> Person:
    """Off outside shifts; available when one starts. A pause taken within a shift stays."""
    due = replace(person, duty=duty)
    if not due.on_shift(now) or not due.rights.active:
        return _present(replace(due, missed=0), Presence.OFF, "", now)
    if person.presence is Presence.OFF:
        return _present(replace(due, missed=0), Presence.AVAILABLE, "", now)
    return due


def miss_offer(person: Person, now: datetime) -> Person:
    """An offer nobody answered; the second in a row pauses the person, so that work goes on."""
    missed = replace(person, missed=person.missed + 1)
    if missed.missed < MISSES_UNTIL_AWAY or person.presence is not Presence.AVAILABLE:
        return missed
    return _present(missed, Presence.AWAY, AWAY_AFTER_MISSES, now)


def answer_offer(person: Person) -> Person:
    """Any answer ends a row of missed offers."""
    return replace(person, missed=0)


def put_person(
    before: Person | None, id_: StaffId, profile: Profile, rights: Rights, now: datetime
) -> Person:
    """A new person is off until a shift starts; a known one keeps presence and load."""
    if before is None:
        return Person(id=id_, profile=profile, rights=rights, presence_since=now)
    return change_rights(replace(before, profile=profile), rights, now)


def change_rights(person: Person, rights: Rights, now: datetime) -> Person:
    """Who left is off at once."""
    changed = replace(person, rights=rights)
    return changed if rights.active else _present(changed, Presence.OFF, "", now)


def change_of(before: Person | None, after: Person) -> Change | None:
    """What happened between two states of a person; None when nobody needs to hear of it."""
    if before is None or before.profile != after.profile:
        return Change.PROFILED
    if before.rights != after.rights:
        return Change.RIGHTS
    if _shown(before) != _shown(after):
        return Change.PRESENCE
    if quarters(before.units) != quarters(after.units):
        return Change.LOAD
    return None


def leaves_work(before: Person | None, after: Person) -> bool:
    """Whether what the person holds must be looked at: off shift, or no longer permitted."""
    if before is None:
        return False
    lost = before.rights.tenants - after.rights.tenants
    left = before.rights.active and not after.rights.active
    went_off = before.presence is not Presence.OFF and after.presence is Presence.OFF
    return bool(lost) or left or went_off


def _shown(person: Person) -> tuple[Presence, datetime]:
    return person.presence, person.presence_since


def _present(person: Person, presence: Presence, reason: str, now: datetime) -> Person:
    if (person.presence, person.presence_reason) == (presence, reason):
        return person
    since = person.presence_since if person.presence is presence else now
    return replace(person, presence=presence, presence_since=since, presence_reason=reason)
