"""What events change: the facts of tickets, the promises on them, customers to be forgotten.

None of this touches people: whoever must act on it is asked to look, item by item.
"""

from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from contracts.envelope import EventMeta
from routing.matching.decide.ownership import Followed, follow, worth_a_look
from routing.matching.decide.relaxation import next_slack_look
from routing.matching.handlers import records
from routing.matching.model import ClockFacts, Work, WorkState, work_id
from routing.matching.store import clients, promises, queue
from routing.matching.store import work as store
from routing.people import handlers as people


async def enter(tx: Transaction, fresh: Work, cause: EventMeta, now: datetime) -> None:
    """A ticket is classified: it enters the queue, or its facts are taken over."""
    before = await store.work_to_change(tx, fresh.tenant, fresh.id)
    followed = follow(before, fresh)
    if not followed.new:
        await _changed(tx, followed)
        return
    await promises.count_arrival(tx, followed.work)
    if followed.work.state is WorkState.WAITING:
        await records.enqueue(tx, followed.work, now, cause)
    else:
        await store.save_work(tx, followed.work)


async def follow_ticket(tx: Transaction, fresh: Work) -> None:
    """Take over the facts of a ticket that is work already."""
    before = await store.work_to_change(tx, fresh.tenant, fresh.id)
    if before is not None:
        await _changed(tx, follow(before, fresh))


async def _changed(tx: Transaction, followed: Followed) -> None:
    await store.save_work(tx, followed.work)
    tx.wake(people.MATCHING)
    if followed.tend:
        await queue.ask_to_look(tx, followed.work.tenant, followed.work.id)


async def note_reply(tx: Transaction, tenant: UUID, ticket: UUID, at: datetime) -> None:
    """We answered: a missed reply is no longer at risk."""
    await store.note_reply(tx, tenant, work_id(ticket), at)


async def follow_clock(tx: Transaction, clock: ClockFacts, now: datetime) -> None:
    """Keep what is promised; look again when its slack runs out, or when its owner is not there."""
    if not clock.open:
        await promises.drop_clock(tx, clock)
        return
    await promises.save_clock(tx, clock)
    found = await store.work(tx, clock.tenant, work_id(clock.ticket))
    if found is None or found.state is WorkState.DONE:
        return
    owed = await promises.promises_on(tx, clock.tenant, clock.ticket)
    policy = await clients.policy(tx, clock.tenant)
    await records.look_at(tx, records.SLACK, found, next_slack_look(policy, owed, now))
    holder = await people.person(tx, found.owner) if found.owner else None
    if worth_a_look(found, holder):
        await records.ask_to_look(tx, found.tenant, found.id)


async def forget_customer(tx: Transaction, tenant: UUID, customer: UUID) -> None:
    await store.forget_customer(tx, tenant, customer)
