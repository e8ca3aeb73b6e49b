"""A client's promises for a month: each promise, every miss with its evidence, the formula."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from console.pages.frame import Choice, Client, Frame, Text


@dataclass(frozen=True, slots=True)
class PromiseSummary:
    """`attained` and `promised` are shares from 0 to 1; `attained` is None while nothing fell due.

    `affordable` is how many more may be missed among what was counted; negative when broken.
    `targets` pairs a priority with its seconds.
    """

    metric: str
    href: str
    promised: Decimal
    attained: Decimal | None
    met: int
    missed: int
    excused: int
    void: int
    running: int
    affordable: int | None = None
    targets: tuple[tuple[str, int], ...] = ()
    hours: Literal["business", "24x7"] = "24x7"
    chosen: bool = False

    @property
    def counted(self) -> int:
        return self.met + self.missed


@dataclass(frozen=True, slots=True)
class EvidencePart:
    """A stretch of the ticket's timeline, in parts of a thousand of the whole bar."""

    kind: Literal["counted", "paused", "excused", "closed", "over"]
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class MissView:
    """`due_mark` is where on the bar it fell due. `cause` is a reason somebody recorded, if any."""

    href: str
    customer: Text
    subject: Text
    reference: str
    at: datetime
    over_s: int
    parts: tuple[EvidencePart, ...]
    due_mark: int
    target_s: int
    paused_s: int = 0
    excused: bool = False
    cause: str = ""
    language: str = "und"
    current: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    key: Literal["started", "excused", "void", "running", "met", "missed"]
    value: int


@dataclass(frozen=True, slots=True)
class PromisesPage:
    """`chosen` is the promise whose misses and formula are shown."""

    frame: Frame
    client: Client
    clients: tuple[Choice, ...]
    months: tuple[Choice, ...]
    month: date
    day: int
    days: int
    closed: bool
    zone: str
    promises: tuple[PromiseSummary, ...]
    misses: tuple[MissView, ...]
    misses_total: int
    contract_version: int
    closed_at: datetime | None = None
    hash: str = ""
    more: str = ""

    @property
    def chosen(self) -> PromiseSummary | None:
        return next((one for one in self.promises if one.chosen), None)
