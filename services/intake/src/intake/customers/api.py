"""Customers of a client company over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from chassis import http, problems
from chassis.auth import Principal, allow
from chassis.etags import tag
from chassis.kit import Kit
from contracts.vocabulary import Role
from intake.customers import handlers
from intake.customers.api_models import CustomerIn, CustomerOut, customer_out
from intake.customers.decide import identity_of
from intake.customers.handlers import AddressTakenError
from intake.tenants import handlers as tenants

router = APIRouter(prefix="/v1/tenants/{tenant}/customers", tags=["customers"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Writer = Annotated[Principal, Depends(allow(Role.ADMIN, Role.SERVICE, Role.CLIENT_ADMIN))]
Reader = Annotated[
    Principal,
    Depends(
        allow(Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN, Role.SERVICE, Role.CLIENT_ADMIN)
    ),
]


@router.put("/{customer}")
async def put_customer(
    tenant: UUID, customer: UUID, body: CustomerIn, kit: Given, by: Writer
) -> CustomerOut:
    """Make or change a customer; a known address finds this customer from then on."""
    identity = identity_of(mail=body.address, phone=body.address)
    if body.address and identity is None:
        told = [{"field": "address", "problem": "is no mail address and no phone number"}]
        raise problems.invalid(errors=told)
    async with kit.database.transaction(by.require_tenant(tenant)) as tx:
        settings = await tenants.tenant(tx, tenant)
        if settings is None:
            raise problems.not_found()
        if body.plan not in {plan.id for plan in settings.plans}:
            raise problems.invalid(errors=[{"field": "plan", "problem": "is not a plan here"}])
        try:
            after = await handlers.change_customer(tx, body.customer(tenant, customer), identity)
        except AddressTakenError as error:
            raise problems.conflict(
                "address-taken",
                "Not possible now",
                "Another customer of this client company has this address.",
                "Use the other customer, or another address.",
            ) from error
        return customer_out(after, list(await handlers.identities(tx, tenant, customer)))


@router.get("/{customer}")
async def get_customer(
    tenant: UUID, customer: UUID, kit: Given, reader: Reader, response: Response
) -> CustomerOut:
    async with kit.database.transaction(reader.require_tenant(tenant)) as tx:
        found = await handlers.customer(tx, tenant, customer)
        known = await handlers.identities(tx, tenant, customer)
    if found is None:
        raise problems.not_found()
    tag(response, found.version)
    return customer_out(found, list(known))
