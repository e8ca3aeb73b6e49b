"""A failed payment is tried anew: another attempt, under another key."""

from datetime import datetime
from uuid import UUID

from billing_policy.payments.decide.orders import decide_retry
from billing_policy.payments.handlers.ordering import put_refund
from billing_policy.payments.model import Payment
from billing_policy.payments.store import charges, payments
from chassis.db import Transaction


async def find_payment(tx: Transaction, payment: UUID) -> Payment | None:
    """Among the tenants in scope."""
    return await payments.in_scope(tx, payment)


async def retry_payment(tx: Transaction, known: Payment, now: datetime) -> Payment | None:
    """The next attempt; None: it has not failed, so there is nothing to try anew.

    Raises:
        OverCharge: judged under the charge's lock.
    """
    paid = await charges.find(tx, known.tenant, known.charge, lock=True)
    latest = await payments.find(tx, known.tenant, known.id, lock=True)
    assert paid is not None
    assert latest is not None
    after = decide_retry(latest, paid, now)
    if after is not None:
        await payments.save(tx, after)
        await put_refund(tx, after)
    return after
