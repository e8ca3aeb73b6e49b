"""What a person sees when something is refused, missing or broken: what happened, what is safe."""

from typing import Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from chassis.telemetry import trace_id
from console.framing import frame, start_page
from console.gateway.client import RefusedError, UnavailableError
from console.pages import ErrorPage
from console.screen import (
    ForgedFormError,
    NoRightsError,
    NotSignedInError,
    SignedIn,
    screen_of,
    signed_in,
    stranger,
)

Kind = Literal["not_found", "not_allowed", "conflict", "unavailable", "failed"]

STATUS: dict[Kind, int] = {
    "not_found": 404,
    "not_allowed": 403,
    "conflict": 409,
    "unavailable": 503,
    "failed": 400,
}


def install(app: FastAPI) -> None:
    app.add_exception_handler(NotSignedInError, _sign_in_first)
    app.add_exception_handler(NoRightsError, _not_allowed)
    app.add_exception_handler(ForgedFormError, _not_allowed)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(UnavailableError, _unavailable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_found)


async def show(request: Request, kind: Kind, *, status: int | None = None) -> Response:
    """The error page, in the person's frame when they are signed in."""
    person = await _person(request)
    page = ErrorPage(
        reader=person.reader if person else stranger(request),
        kind=kind,
        frame=await frame(request, person, "") if person else None,
        retry=str(request.url.path) if request.method == "GET" else "",
        home=start_page(person.who) if person else "/login",
        trace=trace_id(),
    )
    text = screen_of(request).templates.render("error.html", page)
    return HTMLResponse(text, status or STATUS[kind])


async def _person(request: Request) -> SignedIn | None:
    try:
        return await signed_in(request)
    except (NotSignedInError, NoRightsError):
        return None


async def _sign_in_first(request: Request, _error: Exception) -> Response:
    if request.method != "GET":
        return RedirectResponse("/login?notice=expired", 303)
    path = request.url.path
    return RedirectResponse("/login" if path == "/" else f"/login?next={path}", 303)


async def _not_allowed(request: Request, _error: Exception) -> Response:
    return await show(request, "not_allowed")


async def _not_found(request: Request, _error: Exception) -> Response:
    return await show(request, "not_found")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    match error.status:
        case 401:
            return RedirectResponse("/login?notice=expired", 303)
        case 403:
            return await show(request, "not_allowed")
        case 404:
            return await show(request, "not_found")
        case 409 | 410 | 412 | 428:
            return await show(request, "conflict")
        case _:
            return await show(request, "failed")


async def _unavailable(request: Request, _error: Exception) -> Response:
    return await show(request, "unavailable")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code in (404, 405):
        return await show(request, "not_found", status=error.status_code)
    return await show(request, "failed", status=error.status_code)
