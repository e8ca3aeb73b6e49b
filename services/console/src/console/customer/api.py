"""`/t/<token>`: read, answer, confirm, reopen. GET and HEAD never write."""

import secrets
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.customer import translate
from console.gateway.client import Caller, Json, RefusedError, UnavailableError
from console.live.api import stream
from console.pages import CustomerResultPage, Reader
from console.screen import Screen, fields, refuse_foreign_origin, screen_of, stranger
from console.templating import LOCALES

router = APIRouter()

LONGEST = 20_000
LANGUAGE_COOKIE = "meridian-language"

Result = Literal["confirmed", "reopened", "already", "expired", "unavailable"]


@router.get("/t/{token}")
async def show(request: Request, token: str, locale: str = "", done: str = "") -> Response:
    """HEAD is answered like GET: mail scanners may look as often as they like."""
    screen = screen_of(request)
    try:
        ticket = await _ticket(screen, token)
    except RefusedError:
        return _result(screen, _reader(request, locale), "expired", status=404)
    except UnavailableError:
        return _result(screen, _reader(request, locale), "unavailable", status=503)
    page = translate.page(
        screen,
        ticket,
        _reader(request, locale, ticket),
        token=token,
        key=secrets.token_hex(16),
        sent=done == "sent",
    )
    answer = HTMLResponse(screen.templates.render("customer_ticket.html", page))
    if locale in LOCALES:
        answer.set_cookie(LANGUAGE_COOKIE, locale, max_age=31_536_000, samesite="lax")
    return answer


@router.post("/t/{token}/reply")
async def reply(request: Request, token: str) -> Response:
    screen, sent = screen_of(request), await _sent(request)
    words = sent.get("text", "").strip()
    trouble: translate.Trouble = (
        "empty" if not words else "too_long" if len(words) > LONGEST else ""
    )
    if not trouble:
        try:
            await _send(screen, token, "replies", {"text": words}, sent.get("key", ""))
            return RedirectResponse(f"/t/{token}?done=sent", 303)
        except RefusedError as error:
            if error.status in (404, 410):
                return _result(screen, _reader(request), "expired", status=404)
            trouble = "too_long" if error.status == 413 else "unavailable"
        except UnavailableError:
            trouble = "unavailable"
    return await _again(request, token, words, trouble)


@router.post("/t/{token}/confirm")
async def confirm(request: Request, token: str) -> Response:
    return await _act(request, token, "confirm", "confirmed")


@router.post("/t/{token}/reopen")
async def reopen(request: Request, token: str) -> Response:
    return await _act(request, token, "reopen", "reopened")


@router.get("/t/{token}/files/{file}")
async def download(request: Request, token: str, file: UUID) -> Response:
    """A file of the customer's own ticket, always as a download."""
    screen = screen_of(request)
    try:
        path = f"/v1/customer/{token}/attachments/{file}"
        answer = await screen.gateway.intake.fetch(path, Caller())
    except RefusedError:
        return _result(screen, _reader(request), "expired", status=404)
    kept = ("content-type", "content-disposition")
    return Response(answer.content, headers={name: answer.headers[name] for name in kept})


@router.get("/t/{token}/live")
async def live(request: Request, token: str) -> Response:
    """Hints about this one ticket."""
    screen = screen_of(request)
    try:
        ticket = await _ticket(screen, token)
    except (RefusedError, UnavailableError):
        return Response(status_code=204)
    topic = f"ticket:{ticket['id']}"
    listener = screen.hub.listen_to(topic)

    async def alive() -> bool:
        return True

    return stream(screen.hub, listener, alive, screen.kit.clock.now)


async def _act(request: Request, token: str, verb: str, done: Result) -> Response:
    screen, sent = screen_of(request), await _sent(request)
    try:
        ticket = await _ticket(screen, token)
        await _send(screen, token, verb, {}, sent.get("key", ""))
    except RefusedError as error:
        kind: Result = "already" if error.status == 409 else "expired"
        return _result(screen, _reader(request), kind, status=error.status)
    except UnavailableError:
        return _result(screen, _reader(request), "unavailable", status=503)
    return _result(screen, _reader(request, "", ticket), done, ticket=ticket, token=token)


async def _again(request: Request, token: str, words: str, trouble: translate.Trouble) -> Response:
    """The page with what the customer wrote still in it."""
    screen = screen_of(request)
    try:
        ticket = await _ticket(screen, token)
    except (RefusedError, UnavailableError):
        return _result(screen, _reader(request), "unavailable", status=503)
    page = translate.page(
        screen,
        ticket,
        _reader(request, "", ticket),
        token=token,
        key=secrets.token_hex(16),
        back=(words, trouble),
    )
    return HTMLResponse(screen.templates.render("customer_ticket.html", page), 400)


async def _ticket(screen: Screen, token: str) -> Json:
    return await screen.gateway.intake.get(f"/v1/customer/{token}", Caller())


async def _send(screen: Screen, token: str, verb: str, body: Json, key: str) -> None:
    headers = {"Idempotency-Key": key or secrets.token_hex(16)}
    path = f"/v1/customer/{token}/{verb}"
    await screen.gateway.intake.send("POST", path, Caller(), body=body, headers=headers)


async def _sent(request: Request) -> dict[str, str]:
    refuse_foreign_origin(request)
    return await fields(request)


def _reader(request: Request, locale: str = "", ticket: Json | None = None) -> Reader:
    """The language: chosen, else the ticket's where we have it, else the browser's."""
    told = (locale, request.cookies.get(LANGUAGE_COOKIE, ""), str((ticket or {}).get("language")))
    known = next((one for one in told if one in LOCALES), "")
    zone = str((ticket or {}).get("zone") or "")
    return stranger(request, known, zone)


def _result(
    screen: Screen,
    reader: Reader,
    kind: Result,
    *,
    status: int = 200,
    ticket: Json | None = None,
    token: str = "",
) -> Response:
    page = CustomerResultPage(
        reader=reader,
        kind=kind,
        client=translate.some_client_of(screen, ticket) if ticket else None,
        brand=str(ticket["brand"]) if ticket else "",
        back=f"/t/{token}" if ticket else "",
        contacts=translate.contacts(ticket) if ticket else (),
    )
    return HTMLResponse(screen.templates.render("customer_result.html", page), status)
