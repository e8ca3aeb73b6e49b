"""Follows the roster, and says who may own a follow-up. Needs FIRM in scope."""

from collections.abc import Mapping
from uuid import UUID

from chassis import directory
from chassis.db import Transaction
from feedback.duty import store
from feedback.duty.decide import choose_owner, may_own
from feedback.duty.model import Choice, Colleague, Rating

take_shift = store.save_shift


async def owner_for(tx: Transaction, rating: Rating, loads: Mapping[UUID, int]) -> Choice:
    return choose_owner(await store.shifts_at(tx, rating.at), await _staff(tx), loads, rating)


async def may_take(tx: Transaction, person: UUID, rating: Rating) -> bool:
    """Whether this person may own a follow-up of the client."""
    return may_own((await _staff(tx)).get(person), rating)


async def _staff(tx: Transaction) -> dict[UUID, Colleague]:
    return {
        entry.person: Colleague(entry.person, entry.roles, entry.tenants, entry.active)
        for entry in await directory.all_staff(tx)
    }
