"""Opens the book for a decision, holds what it gives, and lets go of what was not given after all.

What lowers a sum needs no lock: releasing is one update of the entry.
"""

from datetime import datetime
from uuid import UUID

from billing_policy.budgets import store
from billing_policy.budgets.decide import fits
from billing_policy.budgets.model import Ledger, Place
from chassis.db import Transaction

hold = store.save
release = store.mark_released
look = store.ledger
month_used = store.month_used


async def open_book(tx: Transaction, place: Place, now: datetime) -> Ledger:
    """What is held and given; nothing is added to it by others until the transaction ends."""
    await store.lock(tx, place)
    return await store.ledger(tx, place, now)


async def hold_again(tx: Transaction, tenant: UUID, remedy: UUID, now: datetime) -> bool:
    """For another attempt of a payment that failed. False: others have used the cap up since.

    Ask before any charge is locked: the book is always locked first.
    """
    known = await store.entry(tx, tenant, remedy)
    if known is None:
        return False
    place = Place(tenant, known.month, known.customer, known.ticket, without=remedy)
    if not fits(known, await open_book(tx, place, now)):
        return False
    await store.mark_held(tx, tenant, remedy)
    return True
