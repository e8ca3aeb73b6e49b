"""A ticket as intake shows it to its customer → the customer's page."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from console.framing import some_client
from console.gateway.client import Json
from console.live.model import initials
from console.pages import (
    Attachment,
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
from console.workspace.translate import paragraphs

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
    if ticket.get("first_replied_at"):
        return "working"
    return "read" if ticket.get("owner_first_name") else "received"


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
        brand=text(ticket.get("brand")),
        subject=text(ticket.get("subject")),
        reference=str(ticket["reference"]),
        language=str(ticket["language"]),
        opened=instant(ticket["opened_at"]),
        state=at,
        messages=tuple(_message(token, one, ticket) for one in ticket["messages"]),
        reply=f"{here}/reply",
        key=key,
        due=_due(ticket, reader.now) if at in ("received", "read", "working") else None,
        handler=_handler(ticket),
        confirm=f"{here}/confirm" if ticket.get("may_confirm") else "",
        reopen=f"{here}/reopen" if ticket.get("may_reopen") else "",
        confirm_until=maybe_instant(ticket.get("confirm_until")),
        contacts=contacts(ticket),
        sent=sent,
        text=back[0],
        error=back[1],
        languages=LANGUAGES,
        live=f"{here}/live",
    )


def some_client_of(screen: Screen, ticket: Json) -> Client:
    return some_client(screen, UUID(str(ticket["tenant"])))


def contacts(ticket: Json) -> tuple[ContactView, ...]:
    """How to reach a human, as the client publishes it."""
    return tuple(
        ContactView(
            contact["channel"],
            str(contact["address"]).removeprefix("https://"),
            LINKS.get(str(contact["channel"]), "") + str(contact["address"]).replace(" ", ""),
        )
        for contact in ticket.get("contacts", ())
    )


def _message(token: str, message: Json, ticket: Json) -> CustomerMessage:
    name = text(message.get("author_name"))
    return CustomerMessage(
        kind="customer" if message["from_customer"] else "us",
        author=Person(name, initials(name)),
        at=instant(message["at"]),
        paragraphs=paragraphs(text(message.get("text"))),
        language=str(ticket["language"]),
        attachments=tuple(
            Attachment(text(one["name"]), int(one["size"]), f"/t/{token}/files/{one['id']}")
            for one in message.get("attachments", ())
        ),
    )


def _due(ticket: Json, now: datetime) -> Due | None:
    """The first reply while it is owed, then a promised instant; how much of it is used."""
    promised = ticket.get("promised_for")
    owed = ticket.get("first_reply_due") if not ticket.get("first_replied_at") else None
    at = maybe_instant(promised or owed)
    if at is None:
        return None
    opened = instant(ticket["opened_at"])
    whole = max(1.0, (at - opened).total_seconds())
    used = 100 * (now - opened).total_seconds() / whole
    return Due("running", at, max(0, min(100, round(used))))


def _handler(ticket: Json) -> HandlerView | None:
    name = text(ticket.get("owner_first_name"))
    return HandlerView(Person(name, initials(name))) if name else None
