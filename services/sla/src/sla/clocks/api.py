"""HTTP of clocks: a ticket's promises, the evidence of one, and a month's misses."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from chassis import http, problems
from chassis.auth import Principal, signed_in
from chassis.kit import Kit
from chassis.pagination import Page, PageParams, page, page_params
from contracts.vocabulary import Metric, Role
from sla.clocks.api_models import (
    ClocksView,
    EvidenceView,
    MissView,
    clock_view,
    evidence_view,
    miss_view,
)
from sla.clocks.handlers import reading
from sla.policies import handlers as policies
from sla.reports.decide import MONTH, month_of, month_span

router = APIRouter(prefix="/v1", tags=["clocks"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Person = Annotated[Principal, Depends(signed_in)]
_CLIENTS = {Role.CLIENT_VIEWER, Role.CLIENT_ADMIN}


@router.get("/clocks")
async def list_clocks(ticket: UUID, kit: Given, principal: Person) -> ClocksView:
    async with kit.database.transaction(principal.scope()) as tx:
        found = await reading.promises(tx, ticket)
    if found is None:
        raise problems.not_found()
    known, entries = found
    return ClocksView(
        items=[clock_view(entry) for entry in entries], ticket=known.id, coverage=known.coverage
    )


@router.get("/clocks/{clock}")
async def get_clock(clock: UUID, kit: Given, principal: Person) -> EvidenceView:
    """One clock with everything it rests on."""
    async with kit.database.transaction(principal.scope()) as tx:
        found = await reading.evidence(tx, clock)
    if found is None:
        raise problems.not_found()
    return evidence_view(found, with_owner=_staff(principal))


@router.get("/tenants/{tenant}/misses")
async def list_misses(
    tenant: UUID,
    kit: Given,
    principal: Person,
    params: Annotated[PageParams, Depends(page_params)],
    month: Annotated[str | None, Query(pattern=MONTH)] = None,
    metric: Metric | None = None,
) -> Page[MissView]:
    """Promises that were missed and fell due in a month of the contract's zone, newest first."""
    scope = principal.require_tenant(tenant)
    now = kit.clock.now()
    after: Any = params.after(datetime, UUID)
    async with kit.database.transaction(scope) as tx:
        found = await policies.contract_with_versions(tx, tenant, now)
        if found is None:
            raise problems.not_found()
        zone = found[0].calendar.zone
        span = month_span(month or month_of(now, zone), zone)
        missed = await reading.misses(tx, tenant, span, metric, (after, params.fetch))
    shown, following = page(
        missed, params.limit, lambda one: (one.entry.clock.due_at or span[0], one.entry.id)
    )
    staff = _staff(principal)
    return Page(items=[miss_view(one, with_owner=staff) for one in shown], next=following)


def _staff(principal: Principal) -> bool:
    """Clients see what was missed, not who of us had it."""
    return not principal.roles & _CLIENTS
