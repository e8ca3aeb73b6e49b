"""Follows the roster, and says who is on duty. Needs FIRM in scope."""

from datetime import datetime
from uuid import UUID

from chassis import directory
from chassis.db import Transaction
from sla.duty import store
from sla.duty.decide import choose_lead, choose_manager
from sla.duty.model import Colleague

take_shift = store.save_shift


async def lead_on_duty(tx: Transaction, tenant: UUID, at: datetime) -> UUID | None:
    return choose_lead(await store.shifts_at(tx, at), await _staff(tx), tenant, at)


async def manager_to_call(tx: Transaction, tenant: UUID, at: datetime) -> UUID | None:
    return choose_manager(await store.shifts_at(tx, at), await _staff(tx), tenant, at)


async def _staff(tx: Transaction) -> dict[UUID, Colleague]:
    return {
        entry.person: Colleague(entry.person, entry.roles, entry.tenants, entry.active)
        for entry in await directory.all_staff(tx)
    }
