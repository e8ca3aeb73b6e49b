"""Keeps what customers paid, as the clients' systems tell it; a correction is kept as one."""

from dataclasses import replace
from datetime import datetime

from billing_policy.payments.decide.orders import check_correction
from billing_policy.payments.model import Charge
from billing_policy.payments.store import charges
from chassis.db import Transaction


async def put_charge(
    tx: Transaction, wanted: Charge, *, by: str, now: datetime
) -> tuple[Charge, bool]:
    """The charge as kept, and whether it is new. The same again changes nothing.

    Raises:
        ChargeConflict: money went back on it that the correction would belie.
    """
    if await charges.save_new(tx, wanted):
        return wanted, True
    known = await charges.find(tx, wanted.tenant, wanted.id, lock=True)
    assert known is not None
    after = replace(wanted, disputed=known.disputed, refunded_minor=known.refunded_minor)
    if after != known:
        check_correction(known, after)
        await charges.save_correction(tx, known, after, by=by, now=now)
    return after, False
