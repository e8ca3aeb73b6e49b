"""HTTP of what the provider tells by itself. Nobody signs in here: its signature opens the door."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from billing_policy.metrics import Metrics
from billing_policy.payments.handlers.settling import Books
from billing_policy.payments.model import ForgedEvent, ProviderEvent
from chassis import directory, http, problems
from chassis.kit import Kit
from chassis.tenancy import scope

Read = Callable[[str, bytes], ProviderEvent]
SIGNATURE = "provider-signature"
TYPES = frozenset({"refund.updated", "dispute.opened", "dispute.closed"})


def router(books: Books, metrics: Metrics, read: Read) -> APIRouter:
    """`read` verifies and reads an event, or raises `ForgedEvent`."""
    made = APIRouter(prefix="/v1", tags=["provider"])

    @made.post("/provider/events", status_code=204)
    async def take_event(request: Request, kit: Annotated[Kit[Any], Depends(http.kit)]) -> Response:
        """Taken once per event id; told again, it is answered the same way."""
        try:
            event = read(request.headers.get(SIGNATURE, ""), await request.body())
        except ForgedEvent:
            metrics.heard("other", taken=False)
            raise problems.unauthenticated("The event is not signed by the provider.") from None
        async with kit.database.transaction(scope(event.tenant)) as tx:
            known = await directory.tenant(tx, event.tenant) is not None
            changed = await books.take_event(tx, event, kit.clock.now()) if known else None
        metrics.heard(event.type if event.type in TYPES else "other", taken=known)
        if changed is not None:
            metrics.paid(changed.state)
        return Response(status_code=204)

    return made
