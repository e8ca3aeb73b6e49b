"""HTTP of contracts: put a version, read it, and preview when something would fall due."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Response

from chassis import http, problems
from chassis.auth import Principal, allow, signed_in
from chassis.etags import tag
from chassis.kit import Kit
from contracts.vocabulary import Channel, Priority, Role
from sla.calendars import translate as calendars
from sla.calendars.model import CalendarError, CalendarSpec
from sla.clocks.handlers import judging
from sla.periods import handlers as periods
from sla.policies import handlers
from sla.policies.api_models import (
    CalendarBody,
    ContractBody,
    ContractView,
    PreviewBody,
    PreviewOne,
    PreviewView,
    TargetBody,
    VersionView,
)
from sla.policies.model import Contract, ContractError, Hours, Made, Rules, Selector, Target

router = APIRouter(prefix="/v1", tags=["contracts"])


@router.put("/tenants/{tenant}/contract")
async def put_contract(
    tenant: UUID,
    body: ContractBody,
    response: Response,
    kit: Kit[Any] = Depends(http.kit),
    principal: Principal = Depends(allow(Role.ADMIN, Role.SERVICE)),
) -> ContractView:
    """A new version, effective from now or later. The same contract again changes nothing."""
    scope = principal.require_tenant(tenant)
    now = kit.clock.now()
    try:
        # A country's holidays take a while to compute.
        draft = await asyncio.to_thread(draft_of, tenant, body, now)
        async with kit.database.transaction(scope) as tx:
            contract, fresh = await handlers.put_contract(
                tx, draft, asked=body.model_dump_json(), by=principal.subject, now=now
            )
            if fresh:
                await judging.take_up(tx, contract)
                await periods.ring_present(tx, tenant, now)
            found = await handlers.contract_with_versions(tx, tenant, contract.effective_from)
    except (ContractError, CalendarError) as error:
        raise problems.invalid(
            "The contract cannot be kept: {reason}.", reason=str(error)
        ) from None
    assert found is not None
    tag(response, contract.version)
    return _view(*found)


@router.get("/tenants/{tenant}/contract")
async def get_contract(
    tenant: UUID,
    response: Response,
    kit: Kit[Any] = Depends(http.kit),
    principal: Principal = Depends(signed_in),
) -> ContractView:
    async with kit.database.transaction(principal.require_tenant(tenant)) as tx:
        found = await handlers.contract_with_versions(tx, tenant, kit.clock.now())
    if found is None:
        raise problems.not_found()
    tag(response, found[0].version)
    return _view(*found)


@router.post("/preview-due")
async def preview_due(
    body: PreviewBody,
    kit: Kit[Any] = Depends(http.kit),
    principal: Principal = Depends(signed_in),
) -> PreviewView:
    """When the promises to a ticket opened then would fall due, if nothing pauses them."""
    at = body.at or kit.clock.now()
    selector = Selector(body.priority, body.plan, body.channel, body.language)
    async with kit.database.transaction(principal.require_tenant(body.tenant)) as tx:
        known = await handlers.book(tx, body.tenant)
    contract, promised = handlers.promises_at(known, selector, at)
    return PreviewView(
        contract_version=contract.version if contract else None,
        at=at,
        promises=[
            PreviewOne(
                metric=metric,
                target_s=int(term.target.total_seconds()),
                hours=term.hours,
                due_at=term.open.due(at, term.target),
            )
            for metric, term in promised
        ],
    )


def draft_of(tenant: UUID, body: ContractBody, now: datetime) -> Contract:
    """The draft of a version. A country's holidays become dates here, and stay what they are.

    Raises:
        CalendarError: a time of day or a country that is none.
    """
    effective_from = body.effective_from or now
    return Contract(
        tenant=tenant,
        id=body.id or uuid5(tenant, "contract"),
        version=0,
        effective_from=effective_from,
        calendar_version=0,
        calendar=_calendar(body.zone, body.calendar, effective_from.year),
        targets=tuple(_target(target) for target in body.targets),
        rules=Rules(
            warn=tuple(body.warn),
            escalate_at=body.escalate_at,
            grace=timedelta(seconds=body.grace_s),
            pauses={metric: frozenset(waits) for metric, waits in body.pauses.items() if waits},
            reopen=body.reopen,
            applies_to_running=body.applies_to_running,
            close_after_days=body.close_after_days,
        ),
        attainment=dict(body.attainment),
    )


def _target(body: TargetBody) -> Target:
    return Target(
        metric=body.metric,
        priority=Priority(body.priority),
        seconds=body.seconds,
        hours=Hours(body.hours),
        plan=body.plan,
        channel=Channel(body.channel) if body.channel else None,
        language=body.language,
    )


def _calendar(zone: str, body: CalendarBody, year: int) -> CalendarSpec:
    days = frozenset(body.holidays)
    first, last = year - calendars.YEARS_BACK, year + calendars.YEARS_AHEAD
    if body.country:
        years = range(first, last + 1)
        days |= calendars.country_holidays(body.country, body.subdivision, years)
    return CalendarSpec(
        zone=zone,
        week=calendars.week(body.week),
        holidays=days,
        dated=calendars.dated({day.isoformat(): w for day, w in body.dated.items()}),
        known_from=date(first, 1, 1) if body.country else None,
        known_until=date(last + 1, 1, 1) if body.country else None,
    )


def _view(contract: Contract, versions: list[Made]) -> ContractView:
    rules = contract.rules
    return ContractView(
        id=contract.id,
        version=contract.version,
        calendar_version=contract.calendar_version,
        effective_from=contract.effective_from,
        zone=contract.calendar.zone,
        calendar=calendars.to_document(contract.calendar),
        targets=[_target_view(target) for target in contract.targets],
        warn=list(rules.warn),
        escalate_at=rules.escalate_at,
        grace_s=int(rules.grace.total_seconds()),
        pauses={metric: sorted(waits) for metric, waits in rules.pauses.items()},
        reopen=rules.reopen,
        applies_to_running=rules.applies_to_running,
        close_after_days=rules.close_after_days,
        attainment={metric: str(share) for metric, share in contract.attainment.items()},
        versions=[_version_view(made) for made in versions],
    )


def _target_view(target: Target) -> TargetBody:
    return TargetBody(
        metric=target.metric,
        priority=target.priority,
        plan=target.plan,
        channel=target.channel,
        language=target.language,
        seconds=target.seconds,
        hours=target.hours,
    )


def _version_view(made: Made) -> VersionView:
    return VersionView(
        version=made.version,
        calendar_version=made.calendar_version,
        effective_from=made.effective_from,
        made_at=made.at,
        made_by=made.by,
    )
