"""Sample weeks of the roster: plain, with the form, with the diff, empty."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from console.pages import (
    Choice,
    CoverPart,
    CoverStrip,
    DayColumn,
    DiffLine,
    Field,
    Person,
    PersonRow,
    Reader,
    RosterDiff,
    RosterPage,
    ShiftForm,
    ShiftView,
    Span,
)
from tests.component.console.samples import CLIENTS, NOW, frame

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = date(2026, 11, 23)
Week = tuple[tuple[int, int, int, Any, Any, str], ...]


def work_days(start: int, end: int, days: tuple[int, ...] = (0, 1, 2, 3, 4)) -> Week:
    return tuple((day, start, end, "work", "", "") for day in days)


TEAM: tuple[tuple[str, str, str, str, Week, tuple[int, int]], ...] = (
    ("Inês Carvalho", "IC", "Europe/Lisbon", "de en pt", work_days(10, 18), (22, 30)),
    (
        "Lukas Fiedler",
        "LF",
        "Europe/Berlin",
        "de en",
        (*work_days(7, 15, (0, 1, 3)), (2, 7, 15, "leave", "", ""), (5, 8, 16, "work", "new", "")),
        (21, 29),
    ),
    (
        "Olena Kovalchuk",
        "OK",
        "Europe/Kyiv",
        "uk pl en",
        (*work_days(12, 20, (0, 1, 2, 4, 5)), (3, 12, 20, "work", "removed", "")),
        (20, 28),
    ),
    (
        "Yuki Mori",
        "YM",
        "Asia/Tokyo",
        "ja en",
        (
            *work_days(0, 8),
            (5, 0, 8, "work", "", "Sixth day in a row"),
        ),
        (13, 21),
    ),
    (
        "Kenji Aoyama",
        "KA",
        "Asia/Tokyo",
        "ja en",
        (
            (1, 8, 16, "work", "new", ""),
            (2, 8, 16, "work", "new", ""),
            (3, 8, 16, "work", "", ""),
            (6, 0, 8, "work", "moved", ""),
        ),
        (13, 21),
    ),
    ("Omar Haddad", "OH", "Asia/Amman", "ar en fr", work_days(6, 14, (0, 1, 2, 3, 6)), (19, 27)),
    ("Salma Idrissi", "SI", "Africa/Casablanca", "ar fr es", work_days(14, 22), (21, 29)),
    ("Marisol Quintero", "MQ", "America/Bogota", "es pt", work_days(13, 21), (27, 35)),
    ("Rodrigo Páez", "RP", "America/Argentina/Cordoba", "es en", work_days(20, 28), (25, 33)),
    ("Thabo Mokoena", "TM", "Africa/Johannesburg", "en", work_days(4, 12, (0, 1, 5, 6)), (20, 28)),
    (
        "Aminata Diallo",
        "AD",
        "Africa/Dakar",
        "fr en",
        (*work_days(9, 17), (5, 8, 24, "on_call", "", "")),
        (22, 30),
    ),
    ("Kacper Nowak", "KN", "Europe/Warsaw", "pl de en", work_days(15, 23, (0, 1, 2, 3)), (21, 29)),
)


def at(day: int, hour: int) -> datetime:
    midnight = datetime(2026, 11, 23, tzinfo=LISBON) + timedelta(days=day)
    return (midnight + timedelta(hours=hour)).astimezone(UTC)


def shift(n: int, day: int, start: int, end: int, kind: Any, change: Any, bad: str) -> ShiftView:
    span = Span(start * 4, (end - start) * 4)
    here = f"/roster?shift={n}"
    return ShiftView(
        str(n), here, span, at(day, start), at(day, end), kind, change, bad, lead=n == 1
    )


def person_row(index: int) -> PersonRow:
    name, initials, zone, languages, week, (dusk, dawn) = TEAM[index]
    days = tuple(
        tuple(shift(index * 10 + n, *one) for n, one in enumerate(week) if one[0] == day)
        for day in range(7)
    )
    night = (
        (Span(dusk % 24 * 4, (dawn - dusk) * 4),)
        if dusk >= 24 or dawn <= 24
        else tuple(
            s for s in (Span(0, (dawn - 24) * 4), Span(dusk * 4, 96 - dusk * 4)) if s.length > 0
        )
    )
    nights = (night,) * 7
    hours = sum(one[2] - one[1] for one in week if one[3] == "work")
    return PersonRow(Person(name, initials), zone, tuple(languages.split()), days, nights, hours)


def cover(language: str, gaps: dict[int, tuple[int, int, Any, int]]) -> CoverStrip:
    full = (CoverPart(Span(0, 96), "enough"),)
    days: list[tuple[CoverPart, ...]] = []
    for day in range(7):
        if day not in gaps:
            days.append(full)
            continue
        start, length, level, short = gaps[day]
        parts = (
            CoverPart(Span(0, start), "enough"),
            CoverPart(Span(start, length), level, short),
            CoverPart(Span(start + length, 96 - start - length), "enough"),
        )
        days.append(tuple(part for part in parts if part.span.length))
    return CoverStrip(language, tuple(days))


def roster(read: Reader) -> RosterPage:
    zones = (
        Choice("", "Europe/Lisbon", "?zone=Europe/Lisbon", chosen=True),
        Choice("", "UTC", "?zone=UTC"),
        Choice("", "Asia/Tokyo", "?zone=Asia/Tokyo"),
    )
    return RosterPage(
        frame=frame(read, "roster", "lead"),
        first=MONDAY,
        last=MONDAY + timedelta(days=6),
        zone="Europe/Lisbon",
        zones=zones,
        before="?week=2026-W47",
        after="?week=2026-W49",
        this_week="?",
        days=tuple(
            DayColumn(MONDAY + timedelta(days=n), today=n == 0, add=f"?add={n}") for n in range(7)
        ),
        rows=tuple(person_row(n) for n in range(len(TEAM))),
        cover=(
            cover("de", {5: (60, 32, "soon", 0), 6: (0, 32, "late", 1)}),
            cover("en", {6: (80, 16, "soon", 0)}),
            cover("es", {3: (24, 8, "soon", 0), 4: (0, 32, "late", 1), 6: (8, 88, "late", 1)}),
            cover("uk", {3: (48, 32, "breached", 2)}),
            cover("ar", {4: (24, 32, "late", 1)}),
            cover("ja", {0: (32, 32, "breached", 1), 5: (32, 32, "breached", 1)}),
        ),
        changes=6,
        review="?review=yes",
        add="?add=0",
    )


def choices(*pairs: tuple[str, str], chosen: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(label, value, chosen=value == chosen) for value, label in pairs)


def roster_form(read: Reader) -> RosterPage:
    arabic = read.locale == "ar"
    wrong = "الوقت مطلوب" if arabic else "Say when it ends"
    kinds = choices(
        ("work", "مناوبة" if arabic else "Shift"),
        ("on_call", "استدعاء" if arabic else "On call"),
        chosen="work",
    )
    days = ("الثلاثاء", "الأربعاء", "الخميس") if arabic else ("Tue 24", "Wed 25", "Thu 26")
    form = ShiftForm(
        save="/roster/shifts",
        cancel="/roster",
        people=choices(("1", "Inês Carvalho"), ("2", "Lukas Fiedler")),
        kinds=kinds,
        clients=tuple(Choice(c.name, c.initials, chosen=True, client=c) for c in CLIENTS[:4]),
        zone="Europe/Lisbon",
        key="key-3",
        person=Field("2"),
        day=Field("2026-11-28"),
        start=Field("08:00"),
        end=Field("", wrong),
        id="7",
        remove="/roster/shifts/7/remove",
        repeat=tuple(Choice(day, str(n)) for n, day in enumerate(days)),
    )
    return replace(roster(read), form=form)


def roster_review(read: Reader) -> RosterPage:
    lines = (
        DiffLine(Person("Lukas Fiedler", "LF"), "new", at(5, 8), at(5, 16)),
        DiffLine(Person("Kenji Aoyama", "KA"), "new", at(1, 8), at(1, 16)),
        DiffLine(Person("Kenji Aoyama", "KA"), "moved", at(6, 0), at(6, 8), at(5, 0), at(5, 8)),
        DiffLine(Person("Olena Kovalchuk", "OK"), "removed", at(3, 12), at(3, 20)),
    )
    return replace(roster(read), diff=RosterDiff(lines, 3, "/roster/publish", "key-4"))


def roster_empty(read: Reader) -> RosterPage:
    page = roster(read)
    mine = replace(page.frame, presence=None)
    return replace(page, frame=mine, rows=(), cover=(), changes=0, published=NOW)
