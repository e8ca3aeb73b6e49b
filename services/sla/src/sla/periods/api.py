"""HTTP of months: where they stand, closing one, and its snapshot."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import StreamingResponse

from chassis import http, idempotency, problems
from chassis.auth import Principal, allow, signed_in
from chassis.db import Database
from chassis.idempotency import Answer, RequestKey
from chassis.kit import Kit
from chassis.problems import Problem
from chassis.tenancy import TenantScope
from contracts.vocabulary import Role
from sla.periods import handlers
from sla.periods.api_models import PeriodsView, PeriodView, closed_view, open_view, row
from sla.periods.model import Obstacle
from sla.reports.decide import MONTH

router = APIRouter(prefix="/v1/tenants/{tenant}/periods", tags=["periods"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Person = Annotated[Principal, Depends(signed_in)]
Closer = Annotated[Principal, Depends(allow(Role.MANAGER, Role.SERVICE))]
Key = Annotated[RequestKey | None, Depends(http.request_key)]
Month = Annotated[str, Path(pattern=MONTH)]


@router.get("")
async def list_periods(tenant: UUID, kit: Given, principal: Person) -> PeriodsView:
    """Months of the contract, newest first."""
    scope = principal.require_tenant(tenant)
    async with kit.database.transaction(scope) as tx:
        found = await handlers.months(tx, tenant, kit.clock.now())
    if found is None:
        raise problems.not_found()
    return PeriodsView(items=[row(one) for one in found])


@router.get("/{month}")
async def get_period(tenant: UUID, month: Month, kit: Given, principal: Person) -> PeriodView:
    """What the month held, its hash and its corrections; or what keeps it open."""
    scope = principal.require_tenant(tenant)
    async with kit.database.transaction(scope) as tx:
        frozen = await handlers.closed(tx, tenant, month)
        if frozen is not None:
            return closed_view(frozen, await handlers.corrections(tx, tenant, month))
        found = await handlers.standing(tx, tenant, month, kit.clock.now())
    if found is None:
        raise problems.not_found()
    return open_view(*found)


@router.get("/{month}/snapshot", response_class=StreamingResponse)
async def get_snapshot(tenant: UUID, month: Month, kit: Given, principal: Person) -> Response:
    """Every clock that fell due, a JSON line each. The hash is that of these bytes."""
    scope = principal.require_tenant(tenant)
    async with kit.database.transaction(scope) as tx:
        frozen = await handlers.closed(tx, tenant, month)
    if frozen is None:
        raise problems.not_found()
    return StreamingResponse(
        _bytes(kit.database, scope, tenant, month),
        media_type="application/x-ndjson",
        headers={
            "etag": f'"{frozen.sha256}"',
            "content-disposition": f'attachment; filename="promises-{month}.ndjson"',
        },
    )


@router.post("/{month}/close")
async def close_period(
    tenant: UUID, month: Month, kit: Given, principal: Closer, key: Key
) -> Response:
    """Freeze a month that is over. A month that is closed stays as it is."""
    scope = principal.require_tenant(tenant)
    async with kit.database.transaction(scope) as tx:

        async def work() -> Answer:
            now = kit.clock.now()
            outcome = await handlers.close(tx, tenant, month, principal.subject, now)
            if outcome is None:
                raise problems.not_found()
            if isinstance(outcome, Obstacle):
                raise _kept_open(outcome)
            shown = closed_view(outcome, await handlers.corrections(tx, tenant, month))
            return Answer(200, shown.model_dump(mode="json"))

        return http.answered(await idempotency.once(tx, key, tenant, work))


async def _bytes(
    database: Database, scope: TenantScope, tenant: UUID, month: str
) -> AsyncIterator[bytes]:
    """A page at a time, each in a transaction of its own: what is written once stays the same."""
    first = 0
    while True:
        async with database.transaction(scope) as tx:
            page = await handlers.lines(tx, tenant, month, first, handlers.PAGE)
        if not page:
            return
        yield "".join(f"{line}\n" for line in page).encode()
        first += len(page)


def _kept_open(obstacle: Obstacle) -> Problem:
    title = "This month cannot be closed yet"
    match obstacle:
        case Obstacle.NOT_OVER:
            return problems.conflict(
                obstacle, title, "The month is not over where the contract lives.",
                "Close it after its last day.",
            )  # fmt: skip
        case Obstacle.FEED:
            return problems.conflict(
                obstacle, title, "Not everything that happened in it has arrived.",
                "Try again in a minute.",
            )  # fmt: skip
        case Obstacle.MISSING:
            return problems.conflict(
                obstacle, title, "Events of this client wait to be looked at.",
                "Have the dead letters of this client replayed or discarded, then try again.",
            )  # fmt: skip
        case Obstacle.UNDECIDED:
            return problems.conflict(
                obstacle, title, "Promises that fell due in it have no verdict yet.",
                "Try again in a minute.",
            )  # fmt: skip
