"""Closes months, keeps what they held, and writes corrections beside them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from chassis import messaging, outbox, parking, timers
from chassis.db import Transaction
from chassis.timers import Timer
from chassis.values import first_version, next_version
from contracts.catalog import TICKET
from contracts.envelope import EventMeta
from sla.clocks.handlers import reading
from sla.clocks.model import Posting
from sla.periods import store, translate
from sla.periods.decide import (
    canonical,
    closes_at,
    contract_of,
    corrected,
    correction_hash,
    decide_obstacle,
    falls_in,
    line,
    listed,
    month_after,
    months_until,
    period_id,
    spans,
    tallied,
    touched,
)
from sla.periods.model import (
    BY_CLOCK,
    Closed,
    Correction,
    Head,
    Line,
    Listed,
    Obstacle,
    PeriodState,
    Standing,
)
from sla.policies import handlers as policies
from sla.policies.model import Contract, Edition
from sla.reports.decide import month_of

CLOCKS = "sla.clocks"
CLOSE = "sla.close-month"
TRY_AGAIN = timedelta(hours=1)
PAGE = 500

closed = store.closed
corrections = store.corrections
lines = store.lines


async def ring(tx: Transaction, contract: Contract, month: str) -> None:
    """The month closes by itself some working days after its end, if nothing closes it before."""
    key = period_id(contract.tenant, month)
    due = closes_at(contract, month)
    await timers.arm(tx, Timer(contract.tenant, CLOSE, key, due, {"month": month}))


async def ring_present(tx: Transaction, tenant: UUID, now: datetime) -> None:
    """What was before we kept the books is closed by hand; from this month on, by the clock."""
    found = await policies.contract_with_versions(tx, tenant, now)
    if found is not None:
        await ring(tx, found[0], month_of(now, found[0].calendar.zone))


async def close_by_clock(
    tx: Transaction, tenant: UUID, month: str, now: datetime
) -> Closed | Obstacle | None:
    """Close the month, or try again in a while; either way the next one is awaited."""
    contract = contract_of(await policies.book(tx, tenant), month_after(month))
    if contract is not None:
        await ring(tx, contract, month_after(month))
    outcome = await close(tx, tenant, month, BY_CLOCK, now)
    if isinstance(outcome, Obstacle):
        again = Timer(tenant, CLOSE, period_id(tenant, month), now + TRY_AGAIN, {"month": month})
        await timers.arm(tx, again)
    return outcome


async def close(
    tx: Transaction, tenant: UUID, month: str, by: str, now: datetime
) -> Closed | Obstacle | None:
    """Freeze the month, once; what keeps it open; None where no contract was in force."""
    book = await policies.book(tx, tenant)
    contract = contract_of(book, month)
    if contract is None:
        return None
    head = await store.locked(tx, tenant, month)
    if head.closed:
        return await store.closed(tx, tenant, month)
    obstacle = decide_obstacle(await _standing(tx, tenant, book, month), now)
    if obstacle:
        return obstacle
    found, digest = await _freeze(tx, tenant, book, month)
    frozen = Closed(
        tenant=tenant,
        month=month,
        closed_at=now,
        closed_by=by,
        zone=contract.calendar.zone,
        contract_version=contract.version,
        clocks=len(found),
        sha256=digest,
        tallies=tallied(found, contract.attainment),
    )
    version = first_version(tx.database.epoch)
    await store.save_closed(tx, frozen, version)
    await outbox.put(tx, translate.closed_told(frozen, version))
    return frozen


async def standing(
    tx: Transaction, tenant: UUID, month: str, now: datetime
) -> tuple[Listed, Obstacle | None] | None:
    """Where a month stands and what keeps it open; None where no contract was in force."""
    book = await policies.book(tx, tenant)
    if contract_of(book, month) is None:
        return None
    frozen = await store.closed(tx, tenant, month)
    if frozen is not None:
        return _listed(frozen), None
    obstacle = decide_obstacle(await _standing(tx, tenant, book, month), now)
    return listed(month, obstacle), obstacle


async def months(tx: Transaction, tenant: UUID, now: datetime) -> list[Listed] | None:
    """The months of the contract, newest first; None without one."""
    book = await policies.book(tx, tenant)
    if not book:
        return None
    first, last = book[0].contract, book[-1].contract
    begun = month_of(first.effective_from, first.calendar.zone)
    frozen = await store.all_closed(tx, tenant)
    found = []
    for month in months_until(begun, month_of(now, last.calendar.zone)):
        if month in frozen:
            found.append(_listed(frozen[month]))
        else:
            stands = await _standing(tx, tenant, book, month)
            found.append(listed(month, decide_obstacle(stands, now)))
    return found


async def follow(
    tx: Transaction,
    tenant: UUID,
    postings: Sequence[Posting],
    book: Sequence[Edition],
    cause: EventMeta | None,
    now: datetime,
) -> int:
    """Write corrections for changes of clocks that a closed month counted; returns how many.

    A month that has ended but is open is held open until these changes are there to be counted.
    """
    written = 0
    for month, clocks in touched(postings, book, now).items():
        if await store.held_open(tx, tenant, month):
            continue
        head = await store.locked(tx, tenant, month)
        for clock in clocks:
            written += await _correct(tx, head, book, clock, cause, now)
            head = await store.locked(tx, tenant, month)
    return written


async def recomputed(tx: Transaction, tenant: UUID, month: str) -> list[Line]:
    """The month's lines from the ledger, as it stands now, in the snapshot's order."""
    book = await policies.book(tx, tenant)
    during = spans(book, month)
    found: list[Line] = []
    after: tuple[datetime, UUID] | None = None
    while True:
        page = await reading.decided(tx, tenant, during, (after, PAGE))
        told = (line(one.entry, one.drawn, one.evidence) for one in page)
        found.extend(one for one in told if one is not None)
        if len(page) < PAGE:
            return found
        after = found[-1].due_at, found[-1].clock


async def _freeze(
    tx: Transaction, tenant: UUID, book: Sequence[Edition], month: str
) -> tuple[list[Line], str]:
    found = await recomputed(tx, tenant, month)
    digest = sha256()
    for first in range(0, len(found), PAGE):
        page = [(told.clock, canonical(told)) for told in found[first : first + PAGE]]
        await store.save_lines(tx, tenant, month, first, page)
        for _, text in page:
            digest.update(f"{text}\n".encode())
    return found, digest.hexdigest()


async def _correct(
    tx: Transaction,
    head: Head,
    book: Sequence[Edition],
    clock: UUID,
    cause: EventMeta | None,
    now: datetime,
) -> bool:
    frozen = await store.closed(tx, head.tenant, head.month)
    was = await store.known_line(tx, head.tenant, head.month, clock)
    told = falls_in(await _line(tx, head.tenant, clock), book, head.month)
    fresh = canonical(told) if told else None
    if frozen is None or was == fresh:
        return False
    latest = await store.latest_correction(tx, head.tenant, head.month)
    number = latest.number + 1 if latest else 1
    entry = Correction(
        number=number,
        clock=clock,
        was=was,
        now=fresh,
        at=now,
        cause=cause.id if cause else None,
        sha256=correction_hash(frozen.sha256, number, was, fresh),
        tallies=corrected(latest.tallies if latest else frozen.tallies, was, fresh),
    )
    version = next_version(head.version, tx.database.epoch)
    await store.save_correction(tx, head, version, entry)
    await outbox.put(tx, translate.corrected_told(frozen, entry, version), caused_by=cause)
    return True


async def _line(tx: Transaction, tenant: UUID, clock: UUID) -> Line | None:
    found = await reading.decided_one(tx, tenant, clock)
    return line(found.entry, found.drawn, found.evidence) if found else None


async def _standing(tx: Transaction, tenant: UUID, book: Sequence[Edition], month: str) -> Standing:
    during = spans(book, month)
    return Standing(
        ends_at=max(span.until for span in during),
        feed_until=await messaging.watermark(tx, CLOCKS, TICKET),
        events_missing=await parking.any_waiting(tx, CLOCKS, tenant),
        undecided=await reading.undecided(tx, tenant, during),
    )


def _listed(frozen: Closed) -> Listed:
    return Listed(frozen.month, PeriodState.CLOSED, frozen.closed_at, frozen.sha256)
