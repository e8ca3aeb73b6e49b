"""Tickets for colleagues and client companies: read, answer, note, solve and the rest."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis import etags, http, idempotency, problems
from chassis.auth import Principal, allow
from chassis.db import Transaction
from chassis.idempotency import Answer, RequestKey
from chassis.kit import Kit
from chassis.pagination import Page, PageParams, page, page_params
from chassis.values import MessageId
from contracts.vocabulary import Role
from intake.tickets.api.refusals import problem_of
from intake.tickets.api_models import shapes
from intake.tickets.api_models.views import changed_out, ticket_out, whole_out
from intake.tickets.decide.rights import may_read_notes, may_work
from intake.tickets.handlers import reading, work
from intake.tickets.handlers.work import Doing
from intake.tickets.model import Refused, Ticket
from intake.tickets.store.pages import Wanted

router = APIRouter(prefix="/v1", tags=["tickets"])

Given = Annotated[Kit[Any], Depends(http.kit)]
STAFF = (Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN)
Reader = Annotated[
    Principal, Depends(allow(*STAFF, Role.CLIENT_VIEWER, Role.CLIENT_ADMIN, Role.SERVICE))
]
Colleague = Annotated[Principal, Depends(allow(*STAFF))]
Key = Annotated[RequestKey | None, Depends(http.request_key)]
Act = Callable[[Transaction, Doing], Awaitable[Ticket | Refused]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What every command on a ticket needs."""

    request: Request
    kit: Kit[Any]
    by: Principal
    key: RequestKey | None


async def _desk(request: Request, kit: Given, by: Colleague, key: Key) -> Desk:
    return Desk(request, kit, by, key)


At = Annotated[Desk, Depends(_desk)]


@router.get("/tickets")
async def list_tickets(
    kit: Given,
    reader: Reader,
    params: Annotated[PageParams, Depends(page_params)],
    wanted: Annotated[shapes.TicketQuery, Depends(shapes.TicketQuery)],
) -> Page[shapes.TicketOut]:
    """Newest first. `owner` is a person's id, `me` or `none`; `q` a reference, subject or name."""
    asked = _wanted(wanted, reader, params)
    async with kit.database.transaction(reader.scope()) as tx:
        shown, names = await reading.found(tx, asked)
    items, after = page(shown, params.limit, lambda each: (each.ticket.opened_at, each.ticket.id))
    return Page(items=[ticket_out(each, names) for each in items], next=after)


@router.get("/tickets/{ticket}")
async def get_ticket(
    ticket: UUID, kit: Given, reader: Reader, response: Response
) -> shapes.WholeTicketOut:
    async with kit.database.transaction(reader.scope()) as tx:
        shown = await reading.one(tx, ticket)
        whole = await reading.whole(tx, shown) if shown else None
    if whole is None:
        raise problems.not_found()
    kit.telemetry.log.info(
        "ticket read", tenant=str(whole.shown.ticket.tenant), ticket=str(ticket),
        person=str(reader.person or reader.subject),
    )  # fmt: skip
    etags.tag(response, whole.shown.ticket.version)
    return whole_out(whole, notes=may_read_notes(reader.roles))


@router.get("/tickets/{ticket}/attachments/{attachment}")
async def get_attachment(ticket: UUID, attachment: UUID, kit: Given, reader: Reader) -> Response:
    async with kit.database.transaction(reader.scope()) as tx:
        shown = await reading.one(tx, ticket)
        found = await reading.attachment(tx, shown, attachment) if shown else None
    if found is None or not (found["public"] or may_read_notes(reader.roles)):
        raise problems.not_found()
    return download(found["name"], found["content"])


@router.post("/tickets/{ticket}/replies")
async def reply(ticket: UUID, body: shapes.ReplyIn, at: At) -> Response:
    """A public answer by the owner or a lead; it leaves by mail."""
    message = MessageId(at.kit.clock.new_id())

    async def act(tx: Transaction, who: Doing) -> Ticket | Refused:
        writing = work.Writing(message, body.text, body.language)
        return await work.answer(tx, who, writing, body.then)

    return await _command(at, ticket, act, message=message)


@router.post("/tickets/{ticket}/notes")
async def note(ticket: UUID, body: shapes.NoteIn, at: At) -> Response:
    """A note for colleagues, by anybody who may see the ticket. It never leaves."""
    message = MessageId(at.kit.clock.new_id())

    async def act(tx: Transaction, who: Doing) -> Ticket | Refused:
        return await work.note(tx, who, work.Writing(message, body.text, None))

    return await _command(at, ticket, act, message=message, owner_only=False)


@router.post("/tickets/{ticket}/solve")
async def solve(ticket: UUID, body: shapes.Empty, at: At) -> Response:
    """The customer is told and asked to confirm."""
    return await _command(at, ticket, work.solve)


@router.post("/tickets/{ticket}/reopen")
async def reopen(ticket: UUID, body: shapes.ReopenIn, at: At) -> Response:
    return await _command(at, ticket, work.reopen)


@router.post("/tickets/{ticket}/waiting-on")
async def wait_on(ticket: UUID, body: shapes.WaitingOnIn, at: At) -> Response:
    async def act(tx: Transaction, who: Doing) -> Ticket | Refused:
        return await work.wait_on(tx, who, body.waiting_on, body.reason)

    return await _command(at, ticket, act)


@router.post("/tickets/{ticket}/priority")
async def set_damage(ticket: UUID, body: shapes.DamageIn, at: At) -> Response:
    """Another damage; the tenant's table gives the priority."""

    async def act(tx: Transaction, who: Doing) -> Ticket | Refused:
        return await work.set_damage(tx, who, body.damage)

    return await _command(at, ticket, act)


@router.post("/tickets/{ticket}/spam")
async def mark_spam(ticket: UUID, body: shapes.SpamIn, at: At) -> Response:
    async def act(tx: Transaction, who: Doing) -> Ticket | Refused:
        return await work.mark_spam(tx, who, spam=body.spam)

    return await _command(at, ticket, act)


@router.post("/tickets/{ticket}/eta")
async def promise(ticket: UUID, body: shapes.EtaIn, at: At) -> Response:
    async def act(tx: Transaction, who: Doing) -> Ticket | Refused:
        return await work.promise(tx, who, body.promised_for)

    return await _command(at, ticket, act)


async def _command(
    at: Desk, ticket: UUID, act: Act, *, message: UUID | None = None, owner_only: bool = True
) -> Response:
    async with at.kit.database.transaction(at.by.scope()) as tx:
        shown = await reading.one(tx, ticket)
        if shown is None:
            raise problems.not_found()
        if owner_only and not may_work(at.by.person, at.by.roles, shown.owner):
            raise problems.forbidden(
                "Only the owner of the ticket or a lead can do this.",
                "Write a note, or ask a lead to give you the ticket.",
            )
        tenant = shown.ticket.tenant

        async def once() -> Answer:
            version = await reading.version_of(tx, tenant, ticket)
            if etags.expected_version(at.request) not in (None, version):
                raise problems.stale()
            outcome = await act(tx, Doing(tenant, ticket, at.by.person, at.by.name))
            if isinstance(outcome, Refused):
                raise problem_of(outcome)
            body = changed_out(outcome, message).model_dump(mode="json")
            return Answer(200, body, {"etag": etags.etag(outcome.version)})

        return http.answered(await idempotency.once(tx, at.key, tenant, once))


def download(name: str, content: bytes) -> Response:
    """Always a file to keep, never a page to show, whatever it says it is."""
    return Response(
        bytes(content),
        media_type="application/octet-stream",
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
        },
    )


def _wanted(query: shapes.TicketQuery, reader: Principal, params: PageParams) -> Wanted:
    after = params.after(datetime, UUID)
    owner = reader.person if query.owner == "me" else None
    if query.owner and query.owner not in ("me", "none"):
        owner = UUID(query.owner)
    return Wanted(
        tenant=query.tenant,
        states=tuple(query.state or ()),
        owner=owner,
        unowned=query.owner == "none",
        language=query.language,
        text=query.q,
        external_id=query.external_id,
        after=(after[0], after[1]) if after else None,  # type: ignore[arg-type]
        limit=params.fetch,
    )
