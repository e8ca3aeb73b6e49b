"""HTTP of scores: a client's month, and a person's own."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from chassis import directory, http, problems
from chassis.auth import Principal, allow
from chassis.kit import Kit
from chassis.tenancy import scope
from chassis.values import FIRM
from contracts.vocabulary import Role
from feedback.scorecards import handlers
from feedback.scorecards.api_models import (
    PersonScoresView,
    ScoresView,
    person_view,
    scores_view,
)
from feedback.scorecards.decide import MONTH, month_of

router = APIRouter(prefix="/v1", tags=["scores"])

LEADING = frozenset({Role.LEAD, Role.MANAGER, Role.ADMIN, Role.SERVICE})
CLIENTS = frozenset({Role.CLIENT_VIEWER, Role.CLIENT_ADMIN})
Given = Annotated[Kit[Any], Depends(http.kit)]
Reader = Annotated[Principal, Depends(allow(*sorted(LEADING | CLIENTS)))]
Staff = Annotated[Principal, Depends(allow(Role.AGENT, *sorted(LEADING)))]
Asked = Annotated[str | None, Query(pattern=MONTH)]


@router.get("/tenants/{tenant}/scores")
async def get_scores(
    tenant: UUID, kit: Given, principal: Reader, month: Asked = None
) -> ScoresView:
    """Of questions asked in a month of the client's zone; without one, the present."""
    principal.require_tenant(tenant)
    now = kit.clock.now()
    async with kit.database.transaction(scope(tenant, FIRM)) as tx:
        if await directory.tenant(tx, tenant) is None:
            raise problems.not_found()
        zone = await handlers.zone_of(tx, tenant)
        wanted = month or month_of(now, zone)
        found = await handlers.month(tx, tenant, wanted)
        with_names = not principal.roles & CLIENTS
        names = await handlers.names(tx) if with_names else None
    return scores_view(tenant, found, names, month=wanted, zone=zone, as_of=now)


@router.get("/people/{person}/scores")
async def get_person_scores(
    person: UUID, kit: Given, principal: Staff, month: Asked = None
) -> PersonScoresView:
    """One's own, or those of the people of one's clients; of these clients only."""
    own = person == principal.person
    if not own and not principal.roles & LEADING:
        raise problems.not_found()
    tenants = principal.scope().tenants
    async with kit.database.transaction(scope(FIRM, *tenants)) as tx:
        known = await handlers.colleague(tx, person)
        if known is None or not (own or principal.everywhere or known.tenants & set(tenants)):
            raise problems.not_found()
        wanted = month or month_of(kit.clock.now(), handlers.UNKNOWN_ZONE)
        found = await handlers.of_person(tx, person, wanted)
    return person_view(person, known.name, wanted, found)
