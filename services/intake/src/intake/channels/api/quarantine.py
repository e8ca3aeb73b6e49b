"""What was held back, over HTTP: for leads and those above."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from chassis import http, problems
from chassis.auth import Principal, allow
from chassis.kit import Kit
from chassis.pagination import Page, PageParams, page, page_params
from contracts.vocabulary import Role
from intake.channels.handlers import quarantine
from intake.channels.handlers.quarantine import AlreadyDecidedError, HeldAbsentError, Ruling

router = APIRouter(prefix="/v1/quarantine", tags=["quarantine"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Lead = Annotated[Principal, Depends(allow(Role.LEAD, Role.MANAGER, Role.ADMIN))]


class HeldOut(BaseModel):
    """`reason` and `detail` are our own words; `ticket` is what it became when it was released."""

    id: UUID
    tenant: UUID
    brand: UUID
    reason: str
    detail: list[str]
    from_address: str
    subject: str
    linked_ticket: UUID | None
    received_at: datetime
    state: str
    ticket: UUID | None


@router.get("")
async def list_held(
    kit: Given,
    reader: Lead,
    params: Annotated[PageParams, Depends(page_params)],
    state: Literal["held", "released", "discarded"] = "held",
) -> Page[HeldOut]:
    after = params.after(datetime, UUID)
    async with kit.database.transaction(reader.scope()) as tx:
        rows = await quarantine.held(tx, state, after, params.fetch)  # type: ignore[arg-type]
    items, following = page(rows, params.limit, lambda row: (row["received_at"], row["id"]))
    shown = [
        HeldOut(
            id=row["id"],
            tenant=row["tenant_id"],
            brand=row["brand_id"],
            reason=row["reason"],
            detail=list(row["detail"]),
            from_address=row["from_address"],
            subject=row["subject"],
            linked_ticket=row["linked_ticket"],
            received_at=row["received_at"],
            state=row["state"],
            ticket=row["ticket_id"],
        )
        for row in items
    ]
    return Page(items=shown, next=following)


@router.post("/{id}/release", status_code=202)
async def release(id: UUID, body: http.Command, kit: Given, by: Lead) -> dict[str, str]:
    """It becomes a ticket within a moment, linked where it belongs to one."""
    return await _rule(kit, by, Ruling(id, "released", by.person))


@router.post("/{id}/discard")
async def discard(id: UUID, body: http.Command, kit: Given, by: Lead) -> dict[str, str]:
    """It stays where it is, marked; the raw mail is kept."""
    return await _rule(kit, by, Ruling(id, "discarded", by.person))


async def _rule(kit: Kit[Any], by: Principal, ruling: Ruling) -> dict[str, str]:
    try:
        async with kit.database.transaction(by.scope()) as tx:
            await quarantine.rule(tx, ruling)
    except HeldAbsentError as error:
        raise problems.not_found() from error
    except AlreadyDecidedError as error:
        raise problems.conflict(
            "already-decided",
            "Decided before",
            "Somebody released or discarded it before.",
            "Reload the list.",
        ) from error
    return {"state": ruling.state}
