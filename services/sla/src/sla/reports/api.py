"""HTTP of reports: a month's attainment with its formula, days and heat map."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from chassis import http, problems
from chassis.auth import Principal, signed_in
from chassis.kit import Kit
from sla.clocks.handlers import reading
from sla.periods import handlers as periods
from sla.policies import handlers as policies
from sla.reports import handlers
from sla.reports.api_models import AttainmentView, view
from sla.reports.decide import MONTH, month_of

router = APIRouter(prefix="/v1", tags=["reports"])


@router.get("/tenants/{tenant}/attainment")
async def get_attainment(
    tenant: UUID,
    kit: Annotated[Kit[Any], Depends(http.kit)],
    principal: Annotated[Principal, Depends(signed_in)],
    month: Annotated[str | None, Query(pattern=MONTH)] = None,
) -> AttainmentView:
    """Of a month in the contract's zone; without one, the present."""
    scope = principal.require_tenant(tenant)
    now = kit.clock.now()
    async with kit.database.transaction(scope) as tx:
        found = await policies.contract_with_versions(tx, tenant, now)
        if found is None:
            raise problems.not_found()
        contract = found[0]
        asked = month or month_of(now, contract.calendar.zone)
        counted = await handlers.month(tx, contract, asked)
        undecided = await reading.overdue(tx, tenant, now)
        frozen = await periods.closed(tx, tenant, asked)
    return view(contract, asked, counted, undecided, now, frozen=frozen)
