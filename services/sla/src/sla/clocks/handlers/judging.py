"""Keeps the ledger: takes facts, judges tickets, warns."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from chassis import outbox, parking, timers
from chassis.db import Transaction
from chassis.timers import Timer
from contracts.envelope import EventMeta
from sla.calendars.translate import TZDATA
from sla.clocks import translate
from sla.clocks.decide.posting import (
    Turn,
    breach_alarm,
    judged,
    next_ticket,
    settle,
    warning_for,
)
from sla.clocks.model import Entry, Judgement, Posting, Recorded, Ticket
from sla.clocks.store import entries, tickets, told
from sla.escalations import handlers as escalations
from sla.periods import handlers as periods
from sla.policies import handlers as policies
from sla.policies.model import Contract, Edition
from sla.reports import handlers as reports

GROUP = "sla.clocks"
BREACH, WARN, JUDGE, TAKE_UP = "sla.breach", "sla.warn", "sla.judge", "sla.take-up"
BLOCKED_FOR = timedelta(seconds=30)
PAGE = 500


async def take_fact(
    tx: Transaction, known: Ticket, fact: Recorded, cause: EventMeta, now: datetime
) -> Judgement:
    """Keep the fact and judge its ticket anew; returns what changed. `known` is locked."""
    await tickets.save_fact(tx, known, fact)
    return await _judge(tx, next_ticket(known, fact, now), cause, now)


async def judge(tx: Transaction, known: Ticket, until: datetime, now: datetime) -> Judgement | None:
    """Give the verdicts that are due up to an instant that the feed is known to have passed.

    None: events of this ticket are missing, so there is no verdict; it is looked at again later.
    """
    if await parking.is_blocked(tx, GROUP, known.id):
        await timers.arm(tx, _look_again(known.tenant, known.id, now + BLOCKED_FOR))
        return None
    return await _judge(tx, judged(known, until), None, now)


async def warn(tx: Transaction, known: Ticket, clock: UUID, now: datetime) -> Posting | None:
    """Give the highest warning that is due; None when there is none to give any more."""
    entry = await entries.one(tx, known.tenant, clock)
    if entry is None:
        return None
    book = await policies.book(tx, known.tenant)
    facts = await tickets.facts(tx, known.tenant, [known.id])
    posting = warning_for(known, facts[known.id], book, entry, _turn(tx, now))
    await _record(tx, known, [posting] if posting else [], book, None, now)
    return posting


async def take_up(tx: Transaction, contract: Contract) -> None:
    """A version that running tickets must be looked at for, once it takes effect."""
    if contract.version == 1 or contract.rules.applies_to_running:
        key = uuid5(contract.id, str(contract.version))
        await timers.arm(tx, Timer(contract.tenant, TAKE_UP, key, contract.effective_from))


async def take_up_zones(tx: Transaction, tenant: UUID, now: datetime) -> bool:
    """Whether clocks run that were computed under other zone rules; they are looked at again."""
    other = await entries.any_on_other_zones(tx, tenant, TZDATA)
    if other:
        await timers.arm(tx, Timer(tenant, TAKE_UP, uuid5(tenant, TZDATA), now))
    return other


async def look_again(tx: Transaction, asked: Timer, after: UUID | None) -> None:
    """Have every open ticket of a tenant judged anew, a page at a time."""
    page = await tickets.open_after(tx, asked.tenant, after, PAGE)
    for ticket in page:
        await timers.arm(tx, _look_again(asked.tenant, ticket, asked.due_at))
    if len(page) == PAGE:
        following = Timer(asked.tenant, TAKE_UP, asked.key, asked.due_at, {"after": str(page[-1])})
        await timers.arm(tx, following)


locked_ticket = tickets.locked


async def _judge(
    tx: Transaction, ticket: Ticket, cause: EventMeta | None, now: datetime
) -> Judgement:
    book = await policies.book(tx, ticket.tenant)
    facts = await tickets.facts(tx, ticket.tenant, [ticket.id])
    known = await entries.of_ticket(tx, ticket.tenant, ticket.id)
    judgement = settle(ticket, facts[ticket.id], book, known, _turn(tx, now))
    await tickets.save(tx, judgement.ticket)
    await _record(tx, ticket, judgement.postings, book, cause, now)
    return judgement


async def _record(
    tx: Transaction,
    ticket: Ticket,
    postings: Sequence[Posting],
    book: Sequence[Edition],
    cause: EventMeta | None,
    now: datetime,
) -> None:
    for posting in postings:
        await entries.save(tx, ticket.tenant, posting.after, stands_on=TZDATA)
        await _tell(tx, ticket.tenant, posting, cause)
        await _ring(tx, ticket.tenant, posting)
    await reports.count(tx, ticket.tenant, postings, book)
    await periods.follow(tx, ticket.tenant, postings, book, cause, now)
    await escalations.follow(tx, ticket.tenant, postings, book, now)


async def _tell(tx: Transaction, tenant: UUID, posting: Posting, cause: EventMeta | None) -> None:
    ids = [tx.database.clock.new_id() for _ in posting.told]
    lines = translate.told_of(tenant, posting, ids, cause.id if cause else None)
    await told.save(tx, tenant, [line for line, _ in lines])
    for _, draft in lines:
        await outbox.put(tx, draft, caused_by=cause)


async def _ring(tx: Transaction, tenant: UUID, posting: Posting) -> None:
    before, after = posting.before, posting.after
    was = (before and breach_alarm(before), before and before.warn_at)
    for kind, earlier, at in zip(
        (BREACH, WARN), was, (breach_alarm(after), after.warn_at), strict=True
    ):
        if at is not None and at != earlier:
            await timers.arm(tx, Timer(tenant, kind, after.id, at, _payload(after)))
        elif at is None and earlier is not None:
            await timers.disarm(tx, tenant, kind, after.id)


def _payload(entry: Entry) -> dict[str, str]:
    return {"ticket": str(entry.ticket)}


def _look_again(tenant: UUID, ticket: UUID, at: datetime) -> Timer:
    return Timer(tenant, JUDGE, ticket, at, {"ticket": str(ticket)})


def _turn(tx: Transaction, now: datetime) -> Turn:
    return Turn(now, tx.database.epoch)
