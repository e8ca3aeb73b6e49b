"""HTTP of charges: the clients' systems tell them, colleagues read them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from billing_policy.payments import handlers
from billing_policy.payments.api_models import ChargeBody, ChargesView, ChargeView, charge_view
from billing_policy.payments.decide.orders import charge_id
from billing_policy.payments.handlers import keeping
from billing_policy.payments.model import Charge, ChargeConflict
from chassis import http, problems
from chassis.auth import Principal, allow
from chassis.kit import Kit
from contracts.vocabulary import Role

router = APIRouter(prefix="/v1", tags=["charges"])

Given = Annotated[Kit[Any], Depends(http.kit)]
System = Annotated[Principal, Depends(allow(Role.SERVICE, Role.ADMIN, scopes=("charges:write",)))]
Colleague = Annotated[
    Principal,
    Depends(allow(Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN, Role.SERVICE)),
]
Reference = Annotated[str, Path(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9._~-]+$")]


@router.put("/tenants/{tenant}/charges/{reference}")
async def put_charge(
    tenant: UUID,
    reference: Reference,
    body: ChargeBody,
    response: Response,
    kit: Given,
    principal: System,
) -> ChargeView:
    """The same again changes nothing; anything else is a correction, and is kept as one."""
    wanted = Charge(
        id=charge_id(tenant, reference),
        tenant=tenant,
        reference=reference,
        disputed=False,
        refunded_minor=0,
        **body.model_dump(),
    )
    try:
        async with kit.database.transaction(principal.require_tenant(tenant)) as tx:
            kept, fresh = await keeping.put_charge(
                tx, wanted, by=principal.subject, now=kit.clock.now()
            )
    except ChargeConflict as error:
        raise problems.conflict(
            "charge-given-back",
            "Not possible now",
            "Money already went back on this charge, so this part of it stays as it is.",
            "Correct the other parts alone.",
            part=str(error),
        ) from None
    response.status_code = 201 if fresh else 200
    return charge_view(kept)


@router.get("/tenants/{tenant}/charges")
async def list_charges(
    tenant: UUID, customer: UUID, kit: Given, principal: Colleague
) -> ChargesView:
    """What one customer paid, newest first."""
    async with kit.database.transaction(principal.require_tenant(tenant)) as tx:
        found = await handlers.charges_of(tx, tenant, customer)
    return ChargesView(items=[charge_view(charge) for charge in found])
