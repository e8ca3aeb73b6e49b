"""Pages of the desk, and what its forms do."""

import asyncio
import secrets
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.framing import allowed, chosen_tenant, frame, start_page
from console.gateway.client import Json, RefusedError, UnavailableError
from console.pages import Composer, OfferView, SearchPage, TicketPage, WorkPage
from console.screen import NoRightsError, SignedIn, form, safe_target, screen_of, signed_in
from console.workspace import translate

router = APIRouter()

SignedInPerson = Annotated[SignedIn, Depends(signed_in)]
Sent = Annotated[dict[str, str], Depends(form)]
Trouble = Literal["", "empty", "too_long", "conflict", "unavailable"]
Kind = Literal["reply", "note"]
Back = tuple[Kind, str, Trouble]

LONGEST = 100_000
LIST_LIMIT = 50


@router.get("/")
async def home(person: SignedInPerson) -> Response:
    return RedirectResponse(start_page(person.who), 303)


@router.get("/work")
async def work(request: Request, person: SignedInPerson, cursor: str = "") -> Response:
    refuse_strangers(person)
    screen = screen_of(request)
    try:
        groups, offers, more = await own_work(request, person, cursor=cursor)
        unavailable = False
    except UnavailableError:
        groups, offers, more, unavailable = (), (), "", True
    page = WorkPage(await frame(request, person, "work"), groups, offers, more, unavailable)
    return HTMLResponse(screen.templates.render("work.html", page))


@router.get("/work/{ticket}")
async def show_ticket(request: Request, person: SignedInPerson, ticket: UUID) -> Response:
    refuse_strangers(person)
    return HTMLResponse(await ticket_page(request, person, ticket))


@router.get("/search")
async def search(
    request: Request, person: SignedInPerson, q: str = "", cursor: str = ""
) -> Response:
    refuse_strangers(person)
    screen, now = screen_of(request), person.reader.now
    tenant = chosen_tenant(screen, person.who, request)
    found = await screen.gateway.intake.get(
        "/v1/tickets", person.caller, q=q, limit=LIST_LIMIT, cursor=cursor, tenant=tenant
    )
    page = SearchPage(
        await frame(request, person, ""),
        q,
        tuple(translate.work_item(screen, ticket, now) for ticket in found["items"]),
        more=f"/search?q={q}&cursor={found['next']}" if found.get("next") else "",
    )
    return HTMLResponse(screen.templates.render("search.html", page))


@router.get("/work/{ticket}/files/{file}")
async def download(request: Request, person: SignedInPerson, ticket: UUID, file: UUID) -> Response:
    """Always a download: what a stranger sent is never shown as part of our pages."""
    path = f"/v1/tickets/{ticket}/attachments/{file}"
    answer = await screen_of(request).gateway.intake.fetch(path, person.caller)
    kept = ("content-type", "content-disposition", "content-length")
    return Response(
        answer.content,
        headers={name: answer.headers[name] for name in kept if name in answer.headers},
    )


@router.post("/work/{ticket}/reply")
async def reply(request: Request, person: SignedInPerson, ticket: UUID, sent: Sent) -> Response:
    """A reply or a note; what could not be sent comes back with its words."""
    kind: Kind = "note" if sent.get("kind") == "note" else "reply"
    words = sent.get("text", "").strip()
    if not words:
        return HTMLResponse(await ticket_page(request, person, ticket, _back(kind, "", "empty")))
    if len(words) > LONGEST:
        return HTMLResponse(
            await ticket_page(request, person, ticket, _back(kind, words, "too_long"))
        )
    body: dict[str, Any] = {"text": words}
    if kind == "reply":
        body["then"] = "solve" if sent.get("then") == "solve" else "wait"
    try:
        place = "notes" if kind == "note" else "replies"
        await command(request, person, f"/v1/tickets/{ticket}/{place}", body, sent.get("key", ""))
    except (RefusedError, UnavailableError) as error:
        trouble = _trouble(error)
        return HTMLResponse(await ticket_page(request, person, ticket, _back(kind, words, trouble)))
    done = "noted" if kind == "note" else ("solved" if body["then"] == "solve" else "sent")
    return RedirectResponse(f"/work/{ticket}?done={done}", 303)


@router.post("/work/{ticket}/solve")
async def solve(request: Request, person: SignedInPerson, ticket: UUID, sent: Sent) -> Response:
    await command(request, person, f"/v1/tickets/{ticket}/solve", {}, sent.get("key", ""))
    return RedirectResponse(f"/work/{ticket}?done=solved", 303)


@router.post("/offers/{reservation}/{answer}")
async def answer_offer(
    request: Request,
    person: SignedInPerson,
    reservation: UUID,
    answer: Literal["accept", "reject"],
    sent: Sent,
) -> Response:
    version = request.query_params.get("version", "")
    body = {"reason": sent.get("reason") or "busy"} if answer == "reject" else {}
    await screen_of(request).gateway.routing.send(
        "POST",
        f"/v1/reservations/{reservation}/{answer}",
        person.caller,
        body=body,
        headers={"Idempotency-Key": secrets.token_hex(16), "If-Match": f'"{version}"'},
    )
    done = "accepted" if answer == "accept" else "rejected"
    return RedirectResponse(f"/work?done={done}", 303)


@router.post("/presence")
async def change_presence(request: Request, person: SignedInPerson, sent: Sent) -> Response:
    await screen_of(request).gateway.routing.send(
        "POST",
        "/v1/me/presence",
        person.caller,
        body={"state": sent.get("state", "available")},
        headers={"Idempotency-Key": secrets.token_hex(16)},
    )
    return RedirectResponse(safe_target(sent.get("next", "/work")), 303)


async def command(
    request: Request, person: SignedIn, path: str, body: dict[str, Any], key: str
) -> Json:
    return await screen_of(request).gateway.intake.send(
        "POST",
        path,
        person.caller,
        body=body,
        headers={"Idempotency-Key": key or secrets.token_hex(16)},
    )


async def own_work(
    request: Request, person: SignedIn, *, current: str = "", cursor: str = ""
) -> tuple[Any, tuple[OfferView, ...], str]:
    """The agent's tickets in groups, live offers, and where older ones are."""
    screen, now = screen_of(request), person.reader.now
    tenant = chosen_tenant(screen, person.who, request)
    mine, queue = await asyncio.gather(
        screen.gateway.intake.get(
            "/v1/tickets",
            person.caller,
            owner=person.who.person,
            tenant=tenant,
            limit=LIST_LIMIT,
            cursor=cursor,
        ),
        screen.gateway.routing.get("/v1/me/work", person.caller),
    )
    offers = [one for one in queue.get("reservations", ()) if one.get("state") == "pending"]
    offered = await asyncio.gather(*(_offer(request, person, one) for one in offers))
    more = f"/work?cursor={mine['next']}" if mine.get("next") else ""
    return translate.groups(screen, mine["items"], now, current=current), tuple(offered), more


async def _offer(request: Request, person: SignedIn, reservation: Json) -> OfferView:
    screen = screen_of(request)
    path = f"/v1/tickets/{reservation['ticket']}"
    ticket = translate.whole(await screen.gateway.intake.get(path, person.caller))
    return translate.offer(screen, reservation, ticket, person.reader.now)


async def ticket_page(
    request: Request, person: SignedIn, id_: UUID, back: Back | None = None
) -> str:
    screen, now = screen_of(request), person.reader.now
    told, (groups, offers, more), around = await asyncio.gather(
        screen.gateway.intake.get(f"/v1/tickets/{id_}", person.caller),
        own_work(request, person, current=str(id_)),
        frame(request, person, "work"),
    )
    ticket = translate.whole(told)
    customer = translate.customer_view(screen, ticket)
    page = TicketPage(
        frame=around,
        groups=groups,
        ticket=translate.ticket_view(screen, person, ticket),
        brand=translate.brand_view(screen, ticket),
        customer=customer,
        timeline=translate.timeline(screen, person, ticket),
        promises=translate.promises(ticket, customer.zone or person.reader.zone, now),
        composer=_composer(ticket, back),
        offers=offers,
        more=more,
        draft_sent=request.query_params.get("done") in ("sent", "noted", "solved"),
    )
    return screen.templates.render("ticket.html", page)


def _composer(ticket: Json, back: Back | None) -> Composer | None:
    if ticket["state"] in translate.SHUT:
        return None
    kind, words, trouble = back or _back("reply", "", "")
    return Composer(
        send=f"/work/{ticket['id']}/reply",
        language=str(ticket["language"]),
        channel=ticket["channel"],
        key=secrets.token_hex(16),
        kind=kind,
        text=words,
        error=trouble,
    )


def _back(kind: Kind, words: str, trouble: Trouble) -> Back:
    return kind, words, trouble


def _trouble(error: RefusedError | UnavailableError) -> Trouble:
    """What the desk can say about it; anything else is a page of its own."""
    if isinstance(error, UnavailableError):
        return "unavailable"
    if error.status in (409, 410, 412):
        return "conflict"
    if error.status == 413:
        return "too_long"
    raise error


def refuse_strangers(person: SignedIn) -> None:
    if "work" not in allowed(person.who):
        raise NoRightsError(person.session)
