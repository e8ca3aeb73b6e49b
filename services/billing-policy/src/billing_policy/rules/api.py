"""HTTP of policies: put a version, read it, and have a draft checked."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from billing_policy.rules import handlers
from billing_policy.rules.api_models import (
    CheckView,
    PolicyBody,
    PolicyView,
    VersionsView,
    check_view,
    policy_view,
    version_view,
)
from billing_policy.rules.model import PolicyError
from billing_policy.rules.translate.problems import refuse_findings
from chassis import http, problems
from chassis.auth import Principal, allow, signed_in
from chassis.etags import tag
from chassis.kit import Kit
from contracts.vocabulary import Role

router = APIRouter(prefix="/v1/tenants/{tenant}/policy", tags=["policies"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Person = Annotated[Principal, Depends(signed_in)]
Keeper = Annotated[Principal, Depends(allow(Role.MANAGER, Role.ADMIN, Role.SERVICE))]


@router.put("")
async def put_policy(
    tenant: UUID, body: PolicyBody, response: Response, kit: Given, principal: Keeper
) -> PolicyView:
    """A new version, effective from now or later. The same policy again changes nothing."""
    scope = principal.require_tenant(tenant)
    now = kit.clock.now()
    async with kit.database.transaction(scope) as tx:
        draft = await handlers.draft_of(tx, tenant, body, principal.name, now)
    refuse_findings(await handlers.find_problems(draft))
    try:
        async with kit.database.transaction(scope) as tx:
            policy, _ = await handlers.put_policy(tx, draft, by=principal.subject, now=now)
            found = await handlers.policy_with_versions(tx, tenant, policy.effective_from)
    except PolicyError as error:
        refuse_findings(error.findings)
        raise
    assert found is not None
    tag(response, policy.version)
    return policy_view(policy, found[1])


@router.get("")
async def get_policy(tenant: UUID, response: Response, kit: Given, principal: Person) -> PolicyView:
    """The version in force, or the first to come."""
    async with kit.database.transaction(principal.require_tenant(tenant)) as tx:
        found = await handlers.policy_with_versions(tx, tenant, kit.clock.now())
    if found is None:
        raise problems.not_found()
    tag(response, found[0].version)
    return policy_view(*found)


@router.get("/versions")
async def list_versions(tenant: UUID, kit: Given, principal: Person) -> VersionsView:
    async with kit.database.transaction(principal.require_tenant(tenant)) as tx:
        found = await handlers.policy_with_versions(tx, tenant, kit.clock.now())
    return VersionsView(items=[version_view(made) for made in found[1]] if found else [])


@router.post("/check")
async def check_policy(tenant: UUID, body: PolicyBody, kit: Given, principal: Keeper) -> CheckView:
    """Everything that is wrong with a draft, and the facts it may use. Nothing is kept."""
    async with kit.database.transaction(principal.require_tenant(tenant)) as tx:
        draft = await handlers.draft_of(tx, tenant, body, principal.name, kit.clock.now())
    return check_view(await handlers.find_problems(draft))
