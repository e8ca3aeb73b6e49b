"""The board's pages."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from console.board import translate
from console.framing import allowed, chosen_tenant, frame
from console.gateway.client import UnavailableError
from console.pages import SearchPage
from console.screen import NoRightsError, SignedIn, screen_of, signed_in
from console.workspace.translate import work_item

router = APIRouter()

SignedInPerson = Annotated[SignedIn, Depends(signed_in)]


@router.get("/board")
async def board(request: Request, person: SignedInPerson) -> Response:
    _leads_only(person)
    screen = screen_of(request)
    around = await frame(request, person, "board")
    chosen = chosen_tenant(screen, person.who, request)
    tenants = [chosen] if chosen else sorted(person.who.tenants)
    try:
        told = await screen.gateway.routing.get("/v1/board", person.caller, tenant=chosen)
        page = translate.page(screen, around, told, tenants)
    except UnavailableError:
        page = translate.unavailable(around)
    return HTMLResponse(screen.templates.render("board.html", page))


@router.get("/board/waiting")
async def waiting(
    request: Request, person: SignedInPerson, language: str, tenant: UUID
) -> Response:
    """The tickets behind one number of the board."""
    _leads_only(person)
    screen = screen_of(request)
    found = await screen.gateway.intake.get(
        "/v1/tickets", person.caller, language=language, tenant=tenant, owner="none", limit=50
    )
    items = tuple(work_item(screen, ticket, person.reader.now) for ticket in found["items"])
    page = SearchPage(await frame(request, person, "board"), language, items)
    return HTMLResponse(screen.templates.render("search.html", page))


def _leads_only(person: SignedIn) -> None:
    if "board" not in allowed(person.who):
        raise NoRightsError(person.session)
