"""Calls people when a promise is in danger. Needs the tenant and FIRM in scope."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import outbox, timers
from chassis.db import Transaction
from chassis.timers import Timer
from sla.clocks.model import Entry, Posting
from sla.duty import handlers as duty
from sla.escalations import store, translate
from sla.escalations.decide import (
    dangers,
    decide_acknowledge,
    decide_raise,
    decide_repeat,
    may_settle,
    next_repeat,
    resolved,
)
from sla.escalations.model import Danger, Escalation, OnDuty
from sla.policies.model import Edition

REPEAT = "sla.escalation"

listed = store.listed


async def follow(
    tx: Transaction,
    tenant: UUID,
    postings: Sequence[Posting],
    book: Sequence[Edition],
    now: datetime,
) -> None:
    """Raise what the changes of clocks call for, and settle what they end."""
    thresholds = {e.contract.version: e.contract.rules.escalate_at for e in book}
    for posting in postings:
        threshold = thresholds[posting.after.clock.contract_version]
        for danger in dangers(posting, threshold):
            await _raise(tx, tenant, posting.after, danger, now)
        if may_settle(posting):
            await _resolve(tx, tenant, posting.after, now)


async def repeat(tx: Transaction, id_: UUID, now: datetime) -> Escalation | None:
    """Nobody took it up: tell whoever is on duty now; None when there is no need any more."""
    known = await store.to_change(tx, id_)
    if known is None:
        return None
    on_duty = await _on_duty(tx, known.tenant, now)
    again = decide_repeat(known, on_duty, tx.database.epoch)
    if again is not None:
        await store.save(tx, again)
        await outbox.put(tx, translate.repeated(again, now))
        await _ring(tx, again, now)
    return again


async def acknowledge(
    tx: Transaction, known: Escalation, by: UUID, now: datetime
) -> Escalation | None:
    """None: it was taken up before, or is over."""
    taken = decide_acknowledge(known, by, now, tx.database.epoch)
    if taken is not None:
        await store.save(tx, taken)
        await outbox.put(tx, translate.acknowledged(taken, now))
        await timers.disarm(tx, taken.tenant, REPEAT, taken.id)
    return taken


to_change = store.to_change


async def _raise(
    tx: Transaction, tenant: UUID, entry: Entry, danger: Danger, now: datetime
) -> None:
    on_duty = await _on_duty(tx, tenant, now)
    for wanted in decide_raise(entry, tenant, danger, on_duty, now):
        raised = await store.save_new(tx, wanted)
        if raised is not None:
            await outbox.put(tx, translate.raised(raised, now))
            await _ring(tx, raised, now)


async def _resolve(tx: Transaction, tenant: UUID, entry: Entry, now: datetime) -> None:
    known = await store.unresolved_of(tx, tenant, entry.id)
    for over in resolved(known, entry, now, tx.database.epoch):
        await store.save(tx, over)
        await outbox.put(tx, translate.resolved(over, now))
        await timers.disarm(tx, tenant, REPEAT, over.id)


async def _ring(tx: Transaction, known: Escalation, now: datetime) -> None:
    again = next_repeat(known, now)
    if again is not None:
        await timers.arm(tx, Timer(known.tenant, REPEAT, known.id, again))


async def _on_duty(tx: Transaction, tenant: UUID, now: datetime) -> OnDuty:
    return OnDuty(
        await duty.lead_on_duty(tx, tenant, now), await duty.manager_to_call(tx, tenant, now)
    )
