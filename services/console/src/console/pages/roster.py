"""A week of shifts: people by days in one zone, cover by language, form, diff before publishing.

Places in a day are quarter hours: 0 is midnight in the zone shown, 96 the next one; a shift may run
past 96.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from console.pages.frame import Choice, Field, Frame, Person


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class ShiftView:
    """`change` is against the published roster; a removed one stays visible until published."""

    id: str
    href: str
    span: Span
    starts: datetime
    ends: datetime
    kind: Literal["work", "on_call", "leave"] = "work"
    change: Literal["", "new", "moved", "removed"] = ""
    problem: str = ""
    lead: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class DayColumn:
    day: date
    today: bool = False
    add: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """`shifts` and `nights` hold one tuple for each day shown; `nights` are the person's own."""

    person: Person
    zone: str
    languages: tuple[str, ...]
    shifts: tuple[tuple[ShiftView, ...], ...]
    nights: tuple[tuple[Span, ...], ...]
    hours: int = 0


@dataclass(frozen=True, slots=True)
class CoverPart:
    """`short` is how many people are missing; `breached` when nobody at all is there."""

    span: Span
    level: Literal["enough", "soon", "late", "breached"]
    short: int = 0


@dataclass(frozen=True, slots=True)
class CoverStrip:
    language: str
    days: tuple[tuple[CoverPart, ...], ...]


@dataclass(frozen=True, slots=True)
class DiffLine:
    person: Person
    kind: Literal["new", "moved", "removed"]
    starts: datetime
    ends: datetime
    was_starts: datetime | None = None
    was_ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class RosterDiff:
    """What publishing would change. `publish` is the address to post to."""

    lines: tuple[DiffLine, ...]
    people: int
    publish: str
    key: str


@dataclass(frozen=True, slots=True)
class ShiftForm:
    """One shift to add or edit. `id` is empty for a new one; `remove` is the address to post to."""

    save: str
    cancel: str
    people: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    clients: tuple[Choice, ...]
    zone: str
    key: str
    person: Field
    day: Field
    start: Field
    end: Field
    id: str = ""
    remove: str = ""
    lead: bool = False
    repeat: tuple[Choice, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class RosterPage:
    """`editable` is for leads; others see their own week. Of form and diff at most one is open."""

    frame: Frame
    first: date
    last: date
    zone: str
    zones: tuple[Choice, ...]
    before: str
    after: str
    this_week: str
    days: tuple[DayColumn, ...]
    rows: tuple[PersonRow, ...]
    cover: tuple[CoverStrip, ...]
    changes: int = 0
    editable: bool = True
    review: str = ""
    add: str = ""
    form: ShiftForm | None = None
    diff: RosterDiff | None = None
    published: datetime | None = None
