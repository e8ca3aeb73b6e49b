"""A ticket as intake shows it to its customer → the customer's page."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from console.framing import some_client
from console.gateway.client import Json
from console.live.model import initials
from console.pages import (
    Client,
    ContactView,
    CustomerMessage,
    CustomerPage,
    Due,
    HandlerView,
    Person,
    Reader,
)
from console.reading import instant, maybe_instant, text
from console.screen import Screen
from console.workspace.translate import due, paragraphs

State = Literal["received", "read", "working", "waiting_for_you", "solved", "closed"]
Trouble = Literal["", "empty", "too_long", "unavailable"]

LANGUAGES = (("en", "English"), ("ar", "العربية"))
LINKS = {"mail": "mailto:", "phone": "tel:"}


def state(ticket: Json) -> State:
    """The ticket's state in words a customer would use."""
    match ticket["state"]:
        case "solved":
            return "solved"
        case "closed" | "merged" | "spam":
            return "closed"
    if ticket["waiting_on"] == "customer":
        return "waiting_for_you"
    if any(message["author"]["kind"] == "agent" for message in ticket["messages"]):
        return "working"
    return "read" if ticket.get("owner") else "received"


def page(
    screen: Screen,
    ticket: Json,
    reader: Reader,
    *,
    token: str,
    key: str,
    sent: bool = False,
    back: tuple[str, Trouble] = ("", ""),
) -> CustomerPage:
    at, here = state(ticket), f"/t/{token}"
    return CustomerPage(
        reader=reader,
        client=some_client_of(screen, ticket),
        brand=text(ticket.get("brand_name")),
        subject=text(ticket.get("subject")),
        reference=str(ticket["reference"]),
        language=str(ticket["language"]),
        opened=instant(ticket["opened_at"]),
        state=at,
        messages=tuple(_message(one) for one in ticket["messages"]),
        reply=f"{here}/reply",
        key=key,
        due=_due(ticket, reader.now) if at in ("received", "read", "working") else None,
        handler=_handler(ticket),
        confirm=f"{here}/confirm" if at == "solved" else "",
        reopen=f"{here}/reopen" if at in ("solved", "closed") else "",
        confirm_until=maybe_instant(ticket.get("confirm_until")),
        contacts=contacts(screen, ticket),
        sent=sent,
        text=back[0],
        error=back[1],
        languages=LANGUAGES,
        live=f"{here}/live",
    )


def some_client_of(screen: Screen, ticket: Json) -> Client:
    return some_client(screen, UUID(str(ticket["tenant"])))


def contacts(screen: Screen, ticket: Json) -> tuple[ContactView, ...]:
    """How to reach a human, as the client publishes it."""
    tenant = screen.world.tenants.get(UUID(str(ticket["tenant"])))
    return tuple(
        ContactView(
            contact.channel.value,
            contact.address.removeprefix("https://"),
            LINKS.get(contact.channel.value, "") + contact.address.replace(" ", ""),
        )
        for contact in (tenant.published_contacts if tenant else ())
    )


def _message(message: Json) -> CustomerMessage:
    author = message["author"]
    name = text(author.get("name"))
    return CustomerMessage(
        kind="customer" if author["kind"] == "customer" else "us",
        author=Person(name, initials(name)),
        at=instant(message["received_at"]),
        paragraphs=paragraphs(text(message.get("text"))),
        language=text(message.get("language")) or "und",
        quoted=tuple(text(message.get("quoted")).splitlines()),
    )


def _due(ticket: Json, now: datetime) -> Due | None:
    running = [due(one, now) for one in ticket.get("promises", ()) if one["state"] == "running"]
    replies = [one for one in running if one.at is not None]
    return min(replies, key=lambda one: one.at or now, default=None)


def _handler(ticket: Json) -> HandlerView | None:
    owner = ticket.get("owner")
    if not owner or not owner.get("name"):
        return None
    name = str(owner["name"])
    return HandlerView(Person(name, initials(name)), maybe_instant(owner.get("until")))
