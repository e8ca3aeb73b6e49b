"""What surrounds every screen: who reads it, where they may go, whom they work for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

RTL = frozenset({"ar", "fa", "he", "ur"})


@dataclass(frozen=True, slots=True)
class Text:
    """Words that a person wrote, in their own language (BCP 47, `und` when unknown)."""

    value: str
    language: str = "und"

    @property
    def direction(self) -> str:
        if self.language == "und":
            return "auto"
        return "rtl" if self.language.split("-")[0] in RTL else "ltr"


@dataclass(frozen=True, slots=True)
class Reader:
    """Decides words, zone and look. `now` is the instant the page was made."""

    locale: str
    zone: str
    now: datetime
    theme: Literal["system", "light", "dark"] = "system"
    density: Literal["comfortable", "compact"] = "comfortable"

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        return "rtl" if self.locale in RTL else "ltr"


@dataclass(frozen=True, slots=True)
class Client:
    """A tenant as people know it. `chip` is the style class that carries its colour."""

    name: str
    initials: str
    chip: str


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    initials: str


@dataclass(frozen=True, slots=True)
class NavItem:
    key: Literal["work", "board", "roster", "promises"]
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a menu or of a form's list. `value` is what is sent, `href` where it leads."""

    label: str
    value: str = ""
    href: str = ""
    chosen: bool = False
    client: Client | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A form field as last sent, with what is wrong about it (already in the reader's language)."""

    value: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class PresenceView:
    """`since` when the state began, `until` the end of the shift, both only where known."""

    state: Literal["available", "away", "off"]
    since: datetime | None = None
    until: datetime | None = None
    lead_on_duty: bool = False


@dataclass(frozen=True, slots=True)
class SearchBox:
    query: str = ""
    client_only: bool = False


@dataclass(frozen=True, slots=True)
class Toast:
    """The result of one's own action. `kind` picks the words, `count` completes them."""

    kind: Literal[
        "sent",
        "noted",
        "solved",
        "accepted",
        "rejected",
        "shift_saved",
        "shift_removed",
        "published",
        "presence",
        "saved",
    ]
    count: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """`home` is set for people of a client company, who see that one client only."""

    reader: Reader
    firm: str
    person: Person
    csrf: str
    nav: tuple[NavItem, ...]
    clients: tuple[Choice, ...] = ()
    presence: PresenceView | None = None
    search: SearchBox | None = None
    home: Client | None = None
    toast: Toast | None = None
    live: str = "/live"
    here: str = "/"


@dataclass(frozen=True, slots=True)
class LoginHint:
    """A demo person that a newcomer can become with one click."""

    person: Person
    role: Literal["agent", "lead", "client_viewer", "client_admin", "manager", "admin"]
    href: str
    client: Client | None = None


@dataclass(frozen=True, slots=True)
class LoginPage:
    reader: Reader
    firm: str
    start: str
    notice: Literal["", "signed_out", "expired", "refused", "unreachable"] = ""
    hints: tuple[LoginHint, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`frame` is None for people who are not signed in. `trace` is what support can look up."""

    reader: Reader
    kind: Literal["not_found", "not_allowed", "conflict", "unavailable", "failed"]
    frame: Frame | None = None
    retry: str = ""
    home: str = "/"
    trace: str = ""
