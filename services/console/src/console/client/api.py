"""The promises' pages: for the client's own people, and for leads and managers of the firm."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from console.client import translate
from console.errors import show
from console.framing import allowed, choices, chosen_tenant, frame, some_client
from console.gateway.client import Json, RefusedError
from console.screen import NoRightsError, Screen, SignedIn, screen_of, signed_in

router = APIRouter()

SignedInPerson = Annotated[SignedIn, Depends(signed_in)]
MISSES_SHOWN = 50


@router.get("/promises")
async def promises(
    request: Request,
    person: SignedInPerson,
    month: str = "",
    metric: str = "",
    cursor: str = "",
) -> Response:
    if "promises" not in allowed(person.who):
        raise NoRightsError(person.session)
    screen = screen_of(request)
    tenant = chosen_tenant(screen, person.who, request) or _first(screen, person)
    if tenant is None:
        return await show(request, "not_found")
    around = await frame(request, person, "promises")
    wanted = translate.month_of(month, person.reader.now.date())
    path = f"/v1/tenants/{tenant}"
    attainment = await _attainment(screen, person, f"{path}/attainment", f"{wanted:%Y-%m}")
    chosen = metric or translate.first_metric(attainment)
    query = {"month": f"{wanted:%Y-%m}", "metric": chosen, "limit": MISSES_SHOWN, "cursor": cursor}
    misses: Json = {"items": []}
    if attainment:
        misses = await screen.gateway.sla.get(f"{path}/misses", person.caller, **query)
    await _name(screen, person, misses["items"])
    page = translate.page(
        around,
        some_client(screen, tenant),
        (attainment, misses),
        clients=choices(screen, person.who, request),
        month=wanted,
        metric=chosen,
        path=_path(screen, person, tenant),
        ticket_link=lambda miss: f"/work/{miss['ticket']}" if person.who.staff else "",
    )
    return HTMLResponse(screen.templates.render("promises.html", page))


def _first(screen: Screen, person: SignedIn) -> UUID | None:
    """The first client by name, when none was chosen."""
    known = [tenant for tenant in person.who.tenants if tenant in screen.world.tenants]
    return min(known, key=lambda tenant: screen.world.tenants[tenant].name, default=None)


def _path(screen: Screen, person: SignedIn, tenant: UUID) -> str:
    """People of the firm keep the client they chose in the address."""
    if person.who.staff is None:
        return "/promises"
    return f"/promises?client={screen.world.tenants[tenant].slug}"


async def _attainment(screen: Screen, person: SignedIn, path: str, month: str) -> Json:
    """A client without a contract has a page too: it says that nothing is promised."""
    try:
        return await screen.gateway.sla.get(path, person.caller, month=month)
    except RefusedError as error:
        if error.status == 404:
            return {}
        raise


async def _name(screen: Screen, person: SignedIn, misses: list[Json]) -> None:
    """sla knows no names and subjects; intake tells them, with the reader's own rights."""

    async def one(miss: Json) -> None:
        try:
            path = f"/v1/tickets/{miss['ticket']}"
            ticket = await screen.gateway.intake.get(path, person.caller)
        except RefusedError:
            return
        facts = ticket["ticket"]
        miss["customer_name"] = ticket["customer"]["name"]
        miss |= {name: facts[name] for name in ("subject", "reference", "language")}

    await asyncio.gather(*(one(miss) for miss in misses))
