"""The customer's own page of a ticket, reached by a signed link, and what follows an action."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from console.pages.frame import Client, Person, Reader
from console.pages.work import Attachment, Due


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    kind: Literal["customer", "us"]
    author: Person
    at: datetime
    paragraphs: tuple[str, ...]
    language: str
    quoted: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def direction(self) -> str:
        if self.language == "und":
            return "auto"
        return "rtl" if self.language.split("-")[0] in {"ar", "fa", "he", "ur"} else "ltr"


@dataclass(frozen=True, slots=True)
class HandlerView:
    """Who has the ticket, and until when they are there today."""

    person: Person
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactView:
    """A way to reach a human. `href` is a `mailto:`, `tel:` or web address."""

    channel: Literal["mail", "web", "api", "chat", "telegram", "phone"]
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """The addresses to post to are empty where the action is not possible."""

    reader: Reader
    client: Client
    brand: str
    subject: str
    reference: str
    language: str
    opened: datetime
    state: Literal["received", "read", "working", "waiting_for_you", "solved", "closed"]
    messages: tuple[CustomerMessage, ...]
    reply: str
    key: str = ""
    due: Due | None = None
    handler: HandlerView | None = None
    confirm: str = ""
    reopen: str = ""
    confirm_until: datetime | None = None
    contacts: tuple[ContactView, ...] = ()
    sent: bool = False
    text: str = ""
    error: Literal["", "empty", "too_long", "unavailable"] = ""
    languages: tuple[tuple[str, str], ...] = ()
    live: str = ""


@dataclass(frozen=True, slots=True)
class CustomerResultPage:
    """`client` is None where the link does not say whose it is; a forged one reads as expired."""

    reader: Reader
    kind: Literal["confirmed", "reopened", "already", "expired", "unavailable"]
    client: Client | None = None
    brand: str = ""
    back: str = ""
    contacts: tuple[ContactView, ...] = ()
