"""A person answers an offer."""

from datetime import datetime
from uuid import UUID

from chassis import timers
from chassis.db import Transaction
from chassis.values import StaffId
from routing.matching import translate
from routing.matching.decide import offers
from routing.matching.decide.offers import (
    Accept,
    AlreadyAccepted,
    Gone,
    NotTheirs,
    Reject,
    Stale,
    decide_accept,
    decide_reject,
)
from routing.matching.handlers import offering, records
from routing.matching.model import Outcome, Reservation, Work
from routing.matching.store import reservations
from routing.matching.store import work as store
from routing.people import handlers as people


async def accept(
    tx: Transaction, id_: UUID, person: StaffId, seen: int | None, now: datetime
) -> Accept | AlreadyAccepted | Gone | Stale | NotTheirs:
    """`seen` is the version of the offer the person looked at."""
    found = await _locked(tx, id_)
    if found is None:
        return NotTheirs()
    work, offer = found
    answer = decide_accept(offer, person, seen, now)
    if isinstance(answer, Accept):
        await _take(tx, work, answer.reservation, now)
    return answer


async def reject(
    tx: Transaction, id_: UUID, person: StaffId, seen: int | None, reason: str, now: datetime
) -> Reject | Gone | Stale | NotTheirs:
    """The work waits again in its old place, and is not offered to this person for a while."""
    found = await _locked(tx, id_)
    if found is None:
        return NotTheirs()
    work, offer = found
    answer = decide_reject(offer, person, seen, now)
    if isinstance(answer, Reject):
        await _decline(tx, work, offer, reason, now)
    return answer


async def _locked(tx: Transaction, id_: UUID) -> tuple[Work, Reservation] | None:
    named = await reservations.reservation(tx, id_)
    if named is None:
        return None
    tenant, offer = named
    work = await store.work_to_change(tx, tenant, offer.work)
    again = await reservations.reservation(tx, id_)
    return (work, again[1]) if work and again else None


async def _take(tx: Transaction, work: Work, taken: Reservation, now: datetime) -> None:
    await reservations.save_reservation(tx, work.tenant, taken, now)
    await timers.disarm(tx, work.tenant, records.EXPIRY, taken.id)
    holder = await people.answer_offer(tx, taken.person, now)
    await offering.take(tx, work, taken, holder, now)


async def _decline(
    tx: Transaction, work: Work, offer: Reservation, reason: str, now: datetime
) -> None:
    await records.end(tx, work, offer, Outcome.REJECTED, reason=reason, now=now)
    await reservations.exclude(tx, work, offer.person, now + offers.DECLINED_FOR, "declined")
    await people.answer_offer(tx, offer.person, now)
    told = await records.tell(tx, work, translate.rejected(work, offer, reason, now), now)
    await records.wait(tx, offers.waiting_again(told), now)
