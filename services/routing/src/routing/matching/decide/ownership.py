"""What becomes of work when its ticket, its holder or its time has changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.values import TenantId
from contracts.vocabulary import Presence, TicketState
from routing.matching.model import (
    Outcome,
    Promise,
    Reservation,
    TicketFacts,
    Work,
    WorkState,
)
from routing.people.model import Person

AT_WORK = frozenset({TicketState.NEW, TicketState.OPEN})
OTHERS_TURN = frozenset({TicketState.PENDING, TicketState.HOLD})
UNFINISHED = AT_WORK | OTHERS_TURN


@dataclass(frozen=True, slots=True)
class Leave:
    """All is as it should be."""


@dataclass(frozen=True, slots=True)
class Match:
    """It waits: look for somebody."""


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Unfinished again with nobody to take it up: it waits in its old place."""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Reopened: its last owner is at work and may have it, if there is room."""

    person: Person


@dataclass(frozen=True, slots=True)
class Retire:
    """Finished while nobody held it."""


@dataclass(frozen=True, slots=True)
class TimeOut:
    reservation: Reservation


@dataclass(frozen=True, slots=True)
class Rescind:
    reservation: Reservation
    reason: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Wrap:
    reservation: Reservation


@dataclass(frozen=True, slots=True)
class Release:
    """The holder's claim ends: `waits` says whether somebody else is needed."""

    reservation: Reservation
    reason: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Resize:
    """The held share changes with whose turn it is."""

    reservation: Reservation
    units: int


Settlement = (
    Leave | Match | Enqueue | GiveBack | Retire | TimeOut | Rescind | Wrap | Release | Resize
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that settles one work item. `holder`: who holds or last held it."""

    work: Work
    reservation: Reservation | None
    holder: Person | None
    promises: tuple[Promise, ...] = ()


def settle(at: Situation, now: datetime) -> Settlement:
    """What the work needs now. Asked again after it was done, the answer is Leave or Match."""
    if at.reservation is None:
        return _unheld(at, now)
    if at.reservation.state is Outcome.PENDING:
        return _offered(at, at.reservation, now)
    return _held(at, at.reservation, now)


def _unheld(at: Situation, now: datetime) -> Settlement:
    if at.work.facts.state not in UNFINISHED:
        return Leave() if at.work.state is WorkState.DONE else Retire()
    if at.work.state is WorkState.WAITING:
        return Match()
    if at.holder is not None and _may_go_on(at.holder, at.work.tenant, now):
        return GiveBack(at.holder)
    return Enqueue()


def _offered(at: Situation, reservation: Reservation, now: datetime) -> Settlement:
    if at.work.facts.state not in UNFINISHED:
        return Rescind(reservation, at.work.facts.state.value, waits=False)
    if at.holder is None or not _may_go_on(at.holder, at.work.tenant, now):
        return Rescind(reservation, "no longer on shift", waits=True)
    if reservation.expires_at is not None and reservation.expires_at <= now:
        return TimeOut(reservation)
    return Leave()


def _held(at: Situation, reservation: Reservation, now: datetime) -> Settlement:
    facts = at.work.facts
    if facts.state is TicketState.SOLVED:
        return Wrap(reservation)
    if facts.state not in UNFINISHED:
        return Release(reservation, facts.state.value, waits=False)
    reason = _why_not_keep(at, now)
    if reason:
        return Release(reservation, reason, waits=True)
    units = held_share(reservation.full_units, facts.state)
    return Leave() if units == reservation.units else Resize(reservation, units)


def _why_not_keep(at: Situation, now: datetime) -> str:
    holder = at.holder
    if holder is None or not permitted(holder, at.work.tenant):
        return "no longer permitted"
    if holder.presence is Presence.OFF and hands_back(at.work.facts, holder, at.promises, now):
        return "shift ended"
    return ""


def hands_back(
    facts: TicketFacts, holder: Person, promises: Sequence[Promise], now: datetime
) -> bool:
    """Whether work goes back to the queue because its holder is off shift.

    Whoever is not rostered again gives everything back. Live conversations go back while it is our
    turn: nobody waits at the line till tomorrow. Written work stays with its owner unless a promise
    falls due before the owner's next shift; then it goes back with the owner as its hint.
    """
    back = holder.duty.back
    if back is None or back <= now:
        return True
    if facts.live:
        return facts.state in AT_WORK
    return any(promise.due_at < back for promise in promises)


def held_share(full_units: int, state: TicketState) -> int:
    """Work that waits for others keeps a quarter of its units, rounded up."""
    return -(-full_units // 4) if state in OTHERS_TURN else full_units


def permitted(person: Person, tenant: TenantId) -> bool:
    return person.rights.active and tenant in person.rights.tenants


def _may_go_on(person: Person, tenant: TenantId, now: datetime) -> bool:
    return (
        permitted(person, tenant) and person.presence is not Presence.OFF and person.on_shift(now)
    )


@dataclass(frozen=True, slots=True)
class Followed:
    """The work after an event of its ticket; `tend` when somebody must look at it."""

    work: Work
    new: bool
    tend: bool


def follow(before: Work | None, fresh: Work) -> Followed:
    """Take over a ticket's facts. `fresh` is the work as it would be if the ticket were new.

    Facts of the ticket never touch ownership here: that is settled on its own, person by person.
    """
    if before is None:
        unfinished = fresh.facts.state in UNFINISHED
        state = WorkState.WAITING if unfinished else WorkState.DONE
        return Followed(replace(fresh, state=state), new=True, tend=False)
    after = replace(before, facts=fresh.facts)
    return Followed(after, new=False, tend=before.facts.state is not after.facts.state)


def worth_a_look(work: Work, holder: Person | None) -> bool:
    """Whether a promise that changed may move work: only if its holder is not there to keep it."""
    return work.state is WorkState.OWNED and (holder is None or holder.presence is Presence.OFF)
