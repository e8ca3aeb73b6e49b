"""Steps that every use case of matching shares: tell, end a claim, put work back in its place."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis import directory, outbox, timers
from chassis.db import Transaction
from chassis.tenancy import scope
from chassis.timers import Timer
from chassis.values import FIRM, next_version
from contracts.envelope import Draft, EventData, EventMeta
from routing.matching import translate
from routing.matching.decide.offers import ended, waiting_again
from routing.matching.decide.relaxation import next_look, next_slack_look
from routing.matching.model import Outcome, Reservation, Work
from routing.matching.store import clients, promises, queue, reservations
from routing.matching.store import work as store
from routing.people import handlers as people
from routing.people.model import LoadChange

LOOK = "matching.look"
SLACK = "matching.slack"
EXPIRY = "matching.expiry"


async def tell(
    tx: Transaction, work: Work, data: EventData, now: datetime, cause: EventMeta | None = None
) -> Work:
    """Write the event under the work's next version. The row is locked, and saved by the caller."""
    version = next_version(work.version, tx.database.epoch)
    draft = Draft(tenant=work.tenant, aggregate=work.id, version=version, time=now, data=data)
    await outbox.put(tx, draft, caused_by=cause)
    return replace(work, version=version)


async def end(
    tx: Transaction, work: Work, held: Reservation, outcome: Outcome, *, reason: str, now: datetime
) -> int:
    """End a live claim: its units go back to the person. Returns the person's load after it."""
    after = ended(held, outcome)
    await reservations.save_reservation(tx, work.tenant, after, now, reason)
    if held.expires_at is not None:
        await timers.disarm(tx, work.tenant, EXPIRY, held.id)
    change = LoadChange(
        person=held.person, reservation=held.id, delta=-held.units, cause=outcome.value, at=now
    )
    return (await people.shift_units(tx, change)).units


async def enqueue(
    tx: Transaction, work: Work, now: datetime, cause: EventMeta | None = None
) -> Work:
    """The work waits, in its old place, and says so."""
    waiting = waiting_again(work)
    told = await tell(tx, waiting, translate.queued(waiting), now, cause)
    await wait(tx, told, now)
    return told


async def wait(tx: Transaction, work: Work, now: datetime) -> None:
    """Save waiting work, wake the matcher, and see that it is looked at when needs relax."""
    await store.save_work(tx, work)
    policy = await clients.policy(tx, work.tenant)
    owed = await promises.promises_on(tx, work.tenant, work.ticket)
    await look_at(tx, LOOK, work, next_look(policy, work.waiting_since, now))
    await look_at(tx, SLACK, work, next_slack_look(policy, owed, now))
    tx.wake(people.MATCHING)


async def look_at(tx: Transaction, kind: str, work: Work, at: datetime | None) -> None:
    if at is not None:
        await timers.arm(tx, Timer(work.tenant, kind, work.id, at))


async def ask_to_look(tx: Transaction, tenant: UUID, work: UUID) -> None:
    """Somebody shall look at this item, in a transaction of its own."""
    await queue.ask_to_look(tx, tenant, work)
    tx.wake(people.MATCHING)


async def recheck(tx: Transaction, person: UUID) -> None:
    """Look at all the person holds, whoever the clients are."""
    tenants = await directory.all_tenants(tx)
    await tx.scope_to(scope(FIRM, *tenants))
    await queue.ask_to_look_at_held(tx, tenants, person)
    tx.wake(people.MATCHING)
