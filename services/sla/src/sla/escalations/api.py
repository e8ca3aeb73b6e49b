"""HTTP of escalations: what calls for somebody, and taking it up."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis import etags, http, idempotency, problems
from chassis.auth import Principal, allow
from chassis.idempotency import Answer, RequestKey
from chassis.kit import Kit
from chassis.pagination import Page, PageParams, page, page_params
from contracts.vocabulary import Role
from sla.escalations import handlers
from sla.escalations.api_models import EscalationView, view

router = APIRouter(prefix="/v1", tags=["escalations"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Lead = Annotated[Principal, Depends(allow(Role.LEAD, Role.MANAGER, Role.ADMIN, Role.SERVICE))]
Key = Annotated[RequestKey | None, Depends(http.request_key)]


@router.get("/escalations")
async def list_escalations(
    kit: Given,
    principal: Lead,
    params: Annotated[PageParams, Depends(page_params)],
    open: bool = True,
) -> Page[EscalationView]:
    """Those of the caller's clients; with `open` only what is not over."""
    after: Any = params.after(datetime, UUID)
    async with kit.database.transaction(principal.scope()) as tx:
        found = await handlers.listed(tx, unresolved=open, after=after, limit=params.fetch)
    shown, following = page(found, params.limit, lambda one: (one.raised_at, one.id))
    return Page(items=[view(one) for one in shown], next=following)


@router.post("/escalations/{escalation}/acknowledge")
async def acknowledge(
    escalation: UUID, request: Request, kit: Given, principal: Lead, key: Key
) -> Response:
    """Take it up: it is no longer told again."""
    by = principal.person
    if by is None:
        raise problems.forbidden("A person takes an escalation up.", "Sign in as a person.")
    async with kit.database.transaction(principal.scope()) as tx:
        known = await handlers.to_change(tx, escalation)
        if known is None:
            raise problems.not_found()

        async def work() -> Answer:
            if etags.expected_version(request) not in (None, known.version):
                raise problems.stale()
            taken = await handlers.acknowledge(tx, known, by, kit.clock.now())
            if taken is None:
                raise problems.conflict(
                    "already-taken-up",
                    "Not possible now",
                    "Somebody has taken it up already, or it is over.",
                    "Reload to see who.",
                )
            headers = {"etag": etags.etag(taken.version)}
            return Answer(200, view(taken).model_dump(mode="json"), headers)

        return http.answered(await idempotency.once(tx, key, known.tenant, work))
