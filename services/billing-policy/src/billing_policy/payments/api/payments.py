"""HTTP of payments: another attempt at a failed one, the ledger, what the provider had."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from billing_policy.payments.api_models import (
    LedgerView,
    PaymentView,
    ReconciliationsView,
    payment_view,
)
from billing_policy.payments.handlers import reading, retrying
from billing_policy.payments.model import RefundRefused
from chassis import http, idempotency, problems
from chassis.auth import Principal, allow
from chassis.idempotency import Answer, RequestKey
from chassis.kit import Kit
from contracts.vocabulary import Role

router = APIRouter(prefix="/v1", tags=["payments"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Manager = Annotated[Principal, Depends(allow(Role.MANAGER, Role.ADMIN))]
Books = Annotated[Principal, Depends(allow(Role.MANAGER, Role.ADMIN, Role.SERVICE))]
Key = Annotated[RequestKey | None, Depends(http.request_key)]
Month = Annotated[str, Query(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]


@router.post("/payments/{payment}/retry")
async def retry_payment(payment: UUID, kit: Given, principal: Manager, key: Key) -> Response:
    """A new attempt under a new key; only after the last one failed."""
    try:
        async with kit.database.transaction(principal.scope()) as tx:
            known = await retrying.find_payment(tx, payment)
            if known is None:
                raise problems.not_found()

            async def work() -> Answer:
                after = await retrying.retry_payment(tx, known, kit.clock.now())
                if after is None:
                    raise problems.conflict(
                        "not-failed",
                        "Not possible now",
                        "This payment has not failed, so it is not tried anew.",
                        "Reload to see how it stands.",
                    )
                return Answer(200, payment_view(after).model_dump(mode="json"))

            return http.answered(await idempotency.once(tx, key, known.tenant, work))
    except RefundRefused:
        raise problems.conflict(
            "over-charge",
            "Not possible now",
            "The charge has not so much left any more, or is disputed.",
            "Look at what was already given back on it.",
        ) from None


@router.get("/payments/{payment}")
async def get_payment(payment: UUID, kit: Given, principal: Books) -> PaymentView:
    async with kit.database.transaction(principal.scope()) as tx:
        known = await retrying.find_payment(tx, payment)
    if known is None:
        raise problems.not_found()
    return payment_view(known)


@router.get("/tenants/{tenant}/ledger")
async def get_ledger(tenant: UUID, month: Month, kit: Given, principal: Books) -> LedgerView:
    """Every change of every payment of a month (UTC), and how they stood at its end."""
    async with kit.database.transaction(principal.require_tenant(tenant)) as tx:
        return await reading.ledger(tx, tenant, month)


@router.get("/tenants/{tenant}/reconciliation")
async def get_reconciliation(tenant: UUID, kit: Given, principal: Books) -> ReconciliationsView:
    """The last comparisons with the provider's own list, newest first."""
    async with kit.database.transaction(principal.require_tenant(tenant)) as tx:
        return await reading.reconciliations(tx, tenant)
