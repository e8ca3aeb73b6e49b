"""Shifts as events tell of them: who works when, as published."""

from datetime import datetime
from typing import Any

from chassis.values import FIRM
from contracts import shift as contract
from contracts.envelope import Draft, EventData
from routing.rosters.model import Published, Shift

CANCELLED = "taken out of the roster"


def published(shift: Shift, told: Published, now: datetime) -> Draft[EventData]:
    return _draft(shift, now, contract.ShiftPublishedV1(**_facts(told)))


def cancelled(shift: Shift, told: Published, now: datetime) -> Draft[EventData]:
    return _draft(shift, now, contract.ShiftCancelledV1(**_facts(told), reason=CANCELLED))


def started(shift: Shift, told: Published, now: datetime) -> Draft[EventData]:
    return _draft(shift, now, contract.ShiftStartedV1(**_facts(told)))


def ended(shift: Shift, told: Published, now: datetime) -> Draft[EventData]:
    return _draft(shift, now, contract.ShiftEndedV1(**_facts(told)))


def _draft(shift: Shift, now: datetime, data: EventData) -> Draft[EventData]:
    return Draft(tenant=FIRM, aggregate=shift.id, version=shift.version, time=now, data=data)


def _facts(told: Published) -> dict[str, Any]:
    plan = told.plan
    return {
        "person": plan.person,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "zone": plan.zone,
        "kind": plan.kind.value,
        "tenants": plan.tenants,
        "lead": plan.lead,
        "roster_version": told.roster_version,
    }
