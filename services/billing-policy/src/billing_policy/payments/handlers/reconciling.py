"""Once a day the provider's list is compared with our ledger; the call for it is an effect."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from billing_policy.payments.decide.reconciling import WINDOW, decide_findings, next_day
from billing_policy.payments.model import Findings, Known
from billing_policy.payments.store import books
from chassis import effects, timers
from chassis.db import Transaction
from chassis.effects import Effect
from chassis.timers import Timer

DUE = "payments.reconcile"
COMPARE = "payment.reconcile"


async def arm(tx: Transaction, tenant: UUID, now: datetime) -> None:
    """The next comparison; the same one however often it is armed."""
    day, due_at = next_day(now)
    key = uuid5(tenant, f"reconcile:{day}")
    await timers.arm(tx, Timer(tenant, DUE, key, due_at, {"day": day.isoformat()}))


async def ask(tx: Transaction, timer: Timer, now: datetime) -> None:
    """Put the call as a row, and arm the next day's."""
    await effects.put(
        tx,
        Effect(
            id=timer.key,
            tenant=timer.tenant,
            kind=COMPARE,
            key=f"reconcile:{timer.tenant}:{timer.payload['day']}",
            payload=timer.payload,
        ),
    )
    await arm(tx, timer.tenant, now)


def window(until: datetime) -> tuple[datetime, datetime]:
    return until - WINDOW, until


async def compare(
    tx: Transaction, tenant: UUID, day: date, theirs: Sequence[Known], now: datetime
) -> Findings:
    """What was found, kept. Our side looks a day further back: clocks differ."""
    since, until = window(now)
    ours = await books.attempts(tx, tenant, since - timedelta(days=1), until)
    found = decide_findings(ours, theirs, until)
    await books.save_findings(tx, tenant, day, found, now)
    return found
