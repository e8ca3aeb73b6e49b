"""An offer and its answers: how long it stands, who may still take it, what a refusal costs."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.values import StaffId
from contracts.vocabulary import Channel
from routing.matching.model import Client, Look, Outcome, Reservation, Work, WorkState
from routing.people.model import Meter, Person

TIME_TO_ANSWER = {
    Meter.VOICE: timedelta(seconds=15),
    Meter.CHAT: timedelta(seconds=20),
    Meter.MESSAGING: timedelta(seconds=60),
    Meter.MAIL: timedelta(seconds=300),
    Meter.WEB: timedelta(seconds=300),
    Meter.API: timedelta(seconds=300),
}
DECLINED_FOR = timedelta(minutes=30)
MISSED_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Accept:
    reservation: Reservation


@dataclass(frozen=True, slots=True)
class AlreadyAccepted:
    reservation: Reservation


@dataclass(frozen=True, slots=True)
class Reject:
    """Declined in time."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The offer no longer stands: answered, timed out or taken back."""

    state: Outcome


@dataclass(frozen=True, slots=True)
class Stale:
    """The caller has seen another version of this reservation."""


@dataclass(frozen=True, slots=True)
class NotTheirs:
    """Somebody else's offer: to this caller it does not exist."""


def accepts_itself(client: Client, work: Work) -> bool:
    """Written work is taken up in the offer's own transaction, where the client wants it so."""
    facts = work.facts
    if facts.live:
        return False
    counted_as = Channel.API if facts.channel is Channel.PHONE else facts.channel
    return counted_as in client.auto_accept


def reserve(look: Look, person: Person, id_: UUID, now: datetime) -> Reservation:
    """The claim as it is offered; accepted at once where the client wants written work so."""
    automatic = accepts_itself(look.client, look.work)
    units = look.cost_for(person)
    return Reservation(
        id=id_,
        work=look.work.id,
        person=person.id,
        state=Outcome.ACCEPTED if automatic else Outcome.PENDING,
        units=units,
        full_units=units,
        automatic=automatic,
        offered_at=now,
        expires_at=expires_at(look.demand.meter, automatic, now),
    )


def given_back(work: Work, person: Person, id_: UUID, now: datetime) -> Reservation | None:
    """Reopened work for whoever had it, taken up at once; None: they no longer do such work."""
    units = person.profile.cost_of(work.facts.meter)
    if units is None:
        return None
    return held(work, person.id, id_, units, now)


def held(work: Work, person: StaffId, id_: UUID, units: int, now: datetime) -> Reservation:
    """A claim that needs no answer."""
    return Reservation(
        id=id_,
        work=work.id,
        person=person,
        state=Outcome.ACCEPTED,
        units=units,
        full_units=units,
        automatic=True,
        offered_at=now,
    )


def expires_at(meter: Meter, automatic: bool, now: datetime) -> datetime | None:
    return None if automatic else now + TIME_TO_ANSWER[meter]


def decide_accept(
    reservation: Reservation, person: StaffId, seen: int | None, now: datetime
) -> Accept | AlreadyAccepted | Gone | Stale | NotTheirs:
    """A late yes finds it gone, whatever version it names; a repeated yes is no error."""
    if reservation.person != person:
        return NotTheirs()
    if reservation.state is Outcome.ACCEPTED:
        return AlreadyAccepted(reservation)
    if not _stands(reservation, now):
        return Gone(reservation.state)
    if seen is not None and seen != reservation.version:
        return Stale()
    return Accept(ended(reservation, Outcome.ACCEPTED))


def decide_reject(
    reservation: Reservation, person: StaffId, seen: int | None, now: datetime
) -> Reject | Gone | Stale | NotTheirs:
    """A no counts only while the offer stands; else there is nothing to decline."""
    if reservation.person != person:
        return NotTheirs()
    if not _stands(reservation, now):
        return Gone(reservation.state)
    if seen is not None and seen != reservation.version:
        return Stale()
    return Reject()


def ended(reservation: Reservation, outcome: Outcome) -> Reservation:
    """The reservation in its next state. Only an accepted one goes on holding units."""
    units = reservation.units if outcome is Outcome.ACCEPTED else 0
    return replace(
        reservation,
        state=outcome,
        units=units,
        expires_at=None,
        version=reservation.version + 1,
    )


def offered(work: Work) -> Work:
    return replace(work, state=WorkState.OFFERED)


def owned(work: Work, person: StaffId, now: datetime) -> Work:
    return replace(
        work,
        state=WorkState.OWNED,
        owner=person,
        last_owner=person,
        owned_at=now,
        stuck_at=None,
    )


def waiting_again(work: Work) -> Work:
    """Back in its old place: neither rejection, time-out nor release restarts the waiting."""
    return replace(work, state=WorkState.WAITING, owner=None)


def _stands(reservation: Reservation, now: datetime) -> bool:
    expired = reservation.expires_at is not None and reservation.expires_at <= now
    return reservation.state is Outcome.PENDING and not expired
