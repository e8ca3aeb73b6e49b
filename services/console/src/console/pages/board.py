"""The lead's live board: what waits, who is on, which promises are in danger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from console.pages.frame import Client, Frame, Person, Text
from console.pages.work import Channel, Due


@dataclass(frozen=True, slots=True)
class Cell:
    """Waiting tickets of one language and client, and the promise among them nearest to its end."""

    count: int = 0
    oldest: datetime | None = None
    due: Due | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """`cells` stand in the order of `BoardPage.clients`."""

    language: str
    on_shift: int
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PersonCard:
    """`used` of `capacity` pieces of work; `ends` is the end of the shift."""

    person: Person
    presence: Literal["available", "away", "off"]
    since: datetime | None
    used: int
    capacity: int
    ends: datetime | None
    lead: bool = False
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RiskLine:
    href: str
    client: Client
    customer: Text
    metric: str
    due: Due
    owner: str = ""
    channel: Channel = "mail"


@dataclass(frozen=True, slots=True)
class BoardPage:
    """`missed` counts the waiting tickets whose promise is already broken."""

    frame: Frame
    clients: tuple[Client, ...]
    rows: tuple[LanguageRow, ...]
    waiting: int
    missed: int
    people: tuple[PersonCard, ...]
    people_total: int
    risks: tuple[RiskLine, ...]
    risks_total: int
    as_of: datetime
    unavailable: frozenset[Literal["waiting", "people", "risks"]] = frozenset()
