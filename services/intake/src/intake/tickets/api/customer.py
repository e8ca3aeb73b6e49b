"""A customer's own ticket by the signed link of every mail: no account; reading never writes."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from chassis import http, idempotency, problems
from chassis.idempotency import Answer, RequestKey
from chassis.kit import Kit
from chassis.links import LinkExpired, LinkForged
from chassis.tenancy import TenantScope, scope
from chassis.values import FIRM, MessageId
from contracts.vocabulary import Channel
from intake.channels.api_models.doors import OpenDoors
from intake.channels.handlers import web
from intake.channels.handlers.doors import Doors
from intake.tenants.handlers import Home
from intake.tickets.api.desk import download
from intake.tickets.api.refusals import problem_of
from intake.tickets.api_models import shapes
from intake.tickets.api_models.views import customer_ticket_out
from intake.tickets.handlers import customer, reading
from intake.tickets.handlers.customer import Incoming
from intake.tickets.handlers.reading import Whole
from intake.tickets.model import FollowUp, Refused, Text, Ticket
from intake.tickets.translate import LINK_PURPOSE, ticket_link

router = APIRouter(prefix="/v1/customer", tags=["customer"])

Given = Annotated[Kit[Any], Depends(http.kit)]
Key = Annotated[RequestKey | None, Depends(http.public_key)]


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose link it is."""

    tenant: UUID
    ticket: UUID

    @property
    def scope(self) -> TenantScope:
        return scope(self.tenant, FIRM)


async def bearer(token: str, kit: Given) -> Bearer:
    """Dependency: what the link opens.

    Raises:
        Problem: 410 for one that is over, 404 for one that is not ours.
    """
    try:
        claims = kit.links.read(LINK_PURPOSE, token)
        return Bearer(UUID(claims["tenant"]), UUID(claims["ticket"]))
    except LinkExpired as error:
        raise problems.gone() from error
    except (LinkForged, KeyError, ValueError) as error:
        raise problems.not_found() from error


By = Annotated[Bearer, Depends(bearer)]


@router.get("/{token}")
async def see(kit: Given, by: By, opened: OpenDoors) -> shapes.CustomerTicketOut:
    whole = await _whole(kit, by)
    return customer_ticket_out(whole, await _home(opened, whole))


@router.get("/{token}/attachments/{attachment}")
async def see_attachment(attachment: UUID, kit: Given, by: By) -> Response:
    async with kit.database.transaction(by.scope) as tx:
        shown = await reading.one(tx, by.ticket)
        found = await reading.attachment(tx, shown, attachment) if shown else None
    if found is None or not found["public"]:
        raise problems.not_found()
    return download(found["name"], found["content"])


@router.post("/{token}/replies")
async def write(
    body: shapes.CustomerReplyIn, kit: Given, by: By, opened: OpenDoors, key: Key
) -> Response:
    """Another message; where the ticket is over for too long, it opens a linked one."""
    return await _say(kit, by, opened, (body.text, key))


@router.post("/{token}/confirm")
async def confirm(body: shapes.Empty, kit: Given, by: By, key: Key) -> Response:
    """Yes, it is solved. Saying so twice is fine."""
    async with kit.database.transaction(by.scope) as tx:

        async def once() -> Answer:
            outcome = await customer.confirm(tx, by.tenant, by.ticket)
            if isinstance(outcome, Refused) and outcome.why != "unchanged":
                raise problem_of(outcome)
            shown = await reading.one(tx, by.ticket)
            if shown is None:
                raise problems.not_found()
            return _answered(shown.ticket)

        return http.answered(await idempotency.once(tx, key, by.tenant, once))


@router.post("/{token}/reopen")
async def reopen(
    body: shapes.CustomerReopenIn, kit: Given, by: By, opened: OpenDoors, key: Key
) -> Response:
    """No, it is not solved: with a text the text does it."""
    if body.text.strip():
        return await _say(kit, by, opened, (body.text, key))
    async with kit.database.transaction(by.scope) as tx:

        async def once() -> Answer:
            outcome = await customer.reopen(tx, by.tenant, by.ticket)
            if isinstance(outcome, Refused):
                raise problem_of(outcome)
            return _answered(outcome)

        return http.answered(await idempotency.once(tx, key, by.tenant, once))


async def _say(
    kit: Kit[Any], by: Bearer, opened: Doors, said: tuple[str, RequestKey | None]
) -> Response:
    text, key = said
    whole = await _whole(kit, by)
    home = await _home(opened, whole)
    incoming = Incoming(
        tenant=by.tenant,
        ticket=by.ticket,
        message=MessageId(kit.clock.new_id()),
        text=Text(text=text, author_name=whole.customer.name, kind="contact"),
        evidence=await opened.reader.gather(text, home.tenant.languages),
    )
    over: FollowUp | None = None
    async with kit.database.transaction(by.scope) as tx:

        async def once() -> Answer:
            nonlocal over
            outcome = await customer.receive(tx, incoming)
            if isinstance(outcome, FollowUp):
                over = outcome
                return Answer(200)
            return _answered(outcome)

        answer = await idempotency.once(tx, key, by.tenant, once)
    if over is None and answer.body:
        return http.answered(answer)
    return await _follow_up(kit, opened, (whole, home), said)


async def _follow_up(
    kit: Kit[Any],
    opened: Doors,
    of: tuple[Whole, Home],
    said: tuple[str, RequestKey | None],
) -> Response:
    (whole, home), (text, key) = of, said
    closed = whole.shown.ticket
    known = {identity.kind.value: identity.address for identity in whole.identities}
    written = web.Written(
        channel=Channel.WEB,
        key=f"t:{closed.id}:{key.key if key else opened.new_id()}",
        raw=text.encode(),
        name=whole.customer.name,
        mail=known.get("mail"),
        phone=known.get("phone"),
        subject=whole.shown.subject,
        text=text,
        verified=True,
    )
    admitted = await web.follow_up(opened, home, closed, written)
    if admitted.ticket is None:
        raise problems.conflict()
    link = ticket_link(kit.links, kit.settings.public_url, home.tenant.id, admitted.ticket)
    answer = _answered(closed, admitted.reference, link)
    return http.answered(answer)


def _answered(ticket: Ticket, follow_up: str | None = None, url: str | None = None) -> Answer:
    told = shapes.CustomerAnswerOut(
        state=ticket.state, reference=ticket.reference, follow_up=follow_up, ticket_url=url
    )
    return Answer(200, told.model_dump(mode="json"))


async def _whole(kit: Kit[Any], by: Bearer) -> Whole:
    async with kit.database.transaction(by.scope) as tx:
        shown = await reading.one(tx, by.ticket)
        whole = await reading.whole(tx, shown) if shown else None
    if whole is None:
        raise problems.not_found()
    return whole


async def _home(opened: Doors, whole: Whole) -> Home:
    home = await opened.catalogue.of_brand(whole.shown.ticket.brand)
    if home is None:
        raise problems.not_found()
    return home
