"""Shifts and cover as routing tells them → the week as people see it, in one zone."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from console.gateway.client import Json
from console.live.model import initials
from console.pages import (
    CoverPart,
    CoverStrip,
    DayColumn,
    DiffLine,
    Person,
    PersonRow,
    ShiftView,
    Span,
)
from console.reading import instant, maybe_instant, text

QUARTER = timedelta(minutes=15)
DAY_QUARTERS = 96
NIGHT = (time(22), time(6))
KINDS = frozenset({"work", "on_call", "leave"})
Level = Literal["enough", "soon", "late", "breached"]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def days(first: date, today: date, add: str) -> tuple[DayColumn, ...]:
    week = (first + timedelta(days=number) for number in range(7))
    return tuple(
        DayColumn(d, d == today, f"{add}&day={d.isoformat()}" if add else "") for d in week
    )


def bounds(first: date, zone: str) -> tuple[datetime, datetime]:
    """The instants of the week's two midnights in the zone shown."""
    place = ZoneInfo(zone)
    start = datetime.combine(first, time(), place)
    return start, datetime.combine(first + timedelta(days=7), time(), place)


def rows(
    people: Sequence[Json], shifts: Sequence[Json], first: date, zone: str, *, href: str, open_: str
) -> tuple[PersonRow, ...]:
    """Everybody who works, by their first shift of the week, then by name."""
    by_person: dict[str, list[Json]] = {}
    for shift in shifts:
        by_person.setdefault(str(shift["person"]), []).append(shift)
    working = sorted(people, key=lambda person: _first_start(person, by_person))
    return tuple(
        _row(person, by_person.get(str(person["id"]), []), first, zone, (href, open_))
        for person in working
    )


def _first_start(person: Json, by_person: dict[str, list[Json]]) -> tuple[str, str]:
    starts = [_clock(shift) for shift in by_person.get(str(person["id"]), ())]
    return (min(starts, default="99"), str(person["name"]))


def _clock(shift: Json) -> str:
    return instant(shift["starts_at"]).strftime("%H:%M")


def _row(
    person: Json, shifts: Sequence[Json], first: date, zone: str, links: tuple[str, str]
) -> PersonRow:
    name = str(person["name"])
    week = [first + timedelta(days=number) for number in range(7)]
    hours = sum(_hours(shift) for shift in shifts if shift.get("state") != "removed")
    return PersonRow(
        person=Person(name, text(person.get("initials")) or initials(name)),
        zone=str(person["zone"]),
        languages=tuple(one["language"] for one in person.get("languages", ())),
        shifts=tuple(
            tuple(_shift(s, day, zone, links) for s in shifts if _local(s, zone).date() == day)
            for day in week
        ),
        nights=tuple(_nights(day, zone, str(person["zone"])) for day in week),
        hours=round(hours),
    )


def _hours(shift: Json) -> float:
    return (instant(shift["ends_at"]) - instant(shift["starts_at"])) / timedelta(hours=1)


def _local(shift: Json, zone: str) -> datetime:
    return instant(shift["starts_at"]).astimezone(ZoneInfo(zone))


def _shift(shift: Json, day: date, zone: str, links: tuple[str, str]) -> ShiftView:
    starts, ends = instant(shift["starts_at"]), instant(shift["ends_at"])
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    href, open_ = links
    id_, kind = str(shift["id"]), str(shift.get("kind", "work"))
    change = text(shift.get("change"))
    warnings = shift.get("warnings") or ()
    return ShiftView(
        id=id_,
        href=f"{href}&shift={id_}" if href and change != "removed" else "",
        span=Span(_quarters(starts - midnight), max(1, _quarters(ends - starts))),
        starts=starts,
        ends=ends,
        kind=kind if kind in KINDS else "work",  # type: ignore[arg-type]
        change=change if change in ("new", "moved", "removed") else "",  # type: ignore[arg-type]
        problem=_problem(warnings),
        lead=bool(shift.get("lead")),
        current=id_ == open_,
    )


def _problem(warnings: Iterable[object]) -> str:
    told = [one.get("detail") if isinstance(one, dict) else one for one in warnings]
    return "; ".join(str(one) for one in told if one)


def _quarters(span: timedelta) -> int:
    return round(span / QUARTER)


def _nights(day: date, zone: str, own: str) -> tuple[Span, ...]:
    """The person's own night (22 to 6 where they live) on one day of the zone shown."""
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    found = []
    for offset in (-1, 0, 1):
        local = (midnight.astimezone(ZoneInfo(own)) + timedelta(days=offset)).date()
        begins = datetime.combine(local, NIGHT[0], ZoneInfo(own))
        ends = datetime.combine(local + timedelta(days=1), NIGHT[1], ZoneInfo(own))
        start = max(0, _quarters(begins - midnight))
        stop = min(DAY_QUARTERS, _quarters(ends - midnight))
        if stop > start:
            found.append(Span(start, stop - start))
    return tuple(found)


def cover(told: Json, first: date, zone: str) -> tuple[CoverStrip, ...]:
    """Languages where somebody is needed, those in most danger first."""
    strips = [
        CoverStrip(str(one["language"]), _cover_days(one["intervals"], first, zone))
        for one in told.get("items", ())
    ]
    return tuple(sorted(strips, key=lambda strip: (-_danger(strip), strip.language)))


def _danger(strip: CoverStrip) -> int:
    weight = {"breached": 100, "late": 10, "soon": 1, "enough": 0}
    return sum(weight[part.level] * part.span.length for day in strip.days for part in day)


def _cover_days(
    intervals: Sequence[Json], first: date, zone: str
) -> tuple[tuple[CoverPart, ...], ...]:
    found = []
    for number in range(7):
        midnight = datetime.combine(first + timedelta(days=number), time(), ZoneInfo(zone))
        parts = (_cover_part(one, midnight) for one in intervals)
        found.append(_joined([part for part in parts if part is not None]))
    return tuple(found)


def _cover_part(told: Json, midnight: datetime) -> CoverPart | None:
    start = max(0, _quarters(instant(told["from"]) - midnight))
    stop = min(DAY_QUARTERS, _quarters(instant(told["to"]) - midnight))
    if stop <= start:
        return None
    required, rostered = int(told["required"]), int(told["rostered"])
    short = max(0, required - rostered)
    return CoverPart(Span(start, stop - start), _level(required, rostered), short)


def _level(required: int, rostered: int) -> Level:
    if required and not rostered:
        return "breached"
    if rostered < required:
        return "late"
    return "soon" if required and rostered == required else "enough"


def _joined(parts: Sequence[CoverPart]) -> tuple[CoverPart, ...]:
    """Neighbours that say the same become one."""
    found: list[CoverPart] = []
    for part in sorted(parts, key=lambda one: one.span.start):
        last = found[-1] if found else None
        touches = last is not None and last.span.start + last.span.length == part.span.start
        if last is not None and touches and (last.level, last.short) == (part.level, part.short):
            length = last.span.length + part.span.length
            found[-1] = CoverPart(Span(last.span.start, length), part.level, part.short)
        else:
            found.append(part)
    return tuple(found)


def diff_lines(told: Json, names: dict[str, str]) -> tuple[DiffLine, ...]:
    return tuple(
        DiffLine(
            person=Person(names.get(str(one["person"]), "?"), ""),
            kind=one["kind"],
            starts=instant(one["starts_at"]),
            ends=instant(one["ends_at"]),
            was_starts=maybe_instant(one.get("was_starts_at")),
            was_ends=maybe_instant(one.get("was_ends_at")),
        )
        for one in told.get("items", ())
    )


def shift_instants(day: str, start: str, end: str, zone: str) -> tuple[datetime, datetime]:
    """A form's wall times as instants; an end not after the start is on the next day.

    Raises:
        ValueError: a field cannot be read.
    """
    place, on = ZoneInfo(zone), date.fromisoformat(day)
    begins = datetime.combine(on, time.fromisoformat(start), place)
    ends = datetime.combine(on, time.fromisoformat(end), place)
    if ends <= begins:
        ends = datetime.combine(on + timedelta(days=1), time.fromisoformat(end), place)
    return begins, ends


def person_name(people: Sequence[Json], id_: UUID | str) -> str:
    return next((str(one["name"]) for one in people if str(one["id"]) == str(id_)), "")
