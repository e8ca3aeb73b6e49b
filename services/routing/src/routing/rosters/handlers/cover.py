"""Cover by language, from what was published."""

from datetime import datetime

from chassis import directory
from chassis.db import Transaction
from chassis.values import TenantId
from routing.people import handlers as people
from routing.rosters import store
from routing.rosters.decide.cover import coverage, needed
from routing.rosters.model import Cover, Phase, Plan, Shift, Speaker


async def cover_between(
    tx: Transaction, start: datetime, end: datetime, tenant: TenantId | None
) -> tuple[Cover, ...]:
    """For the tenants in scope, or for one of them."""
    served = {
        record.id: record.state.languages
        for record in await directory.tenants(tx)
        if tenant in (None, record.id)
    }
    speakers = {
        person.id: Speaker(person.id, dict(person.profile.languages), person.rights.tenants)
        for person in await people.all_people(tx)
        if person.rights.active
    }
    shifts = await store.shifts_between(tx, start, end)
    plans = [plan for shift in shifts if (plan := _in_force(shift))]
    return coverage(plans, speakers, needed(served), (start, end), tenant)


def _in_force(shift: Shift) -> Plan | None:
    told = shift.published
    return told.plan if told and told.phase is not Phase.CANCELLED else None
