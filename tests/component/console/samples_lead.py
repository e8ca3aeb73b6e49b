"""Sample pages of leads and clients: board, roster and promises of the firm of the mockups."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from console.pages import (
    BoardPage,
    Cell,
    Choice,
    Client,
    CoverPart,
    CoverStrip,
    DayColumn,
    DiffLine,
    Due,
    EvidencePart,
    Field,
    LanguageRow,
    MissView,
    Person,
    PersonCard,
    PersonRow,
    PromisesPage,
    PromiseSummary,
    Reader,
    RiskLine,
    RosterDiff,
    RosterPage,
    ShiftForm,
    ShiftView,
    Span,
    Text,
)
from tests.component.console.samples import (
    BIRKENHAUS,
    CLIENTS,
    COPPER_FOX,
    LUMO,
    NORDHOST,
    NOW,
    PAGORA,
    frame,
    running,
)

WAITING: dict[str, tuple[int, tuple[tuple[int, int, int], ...]]] = {
    "de": (9, ((14, 31, 85), (1, 4, 20), (3, 9, 58), (6, 22, 60), (0, 0, 0), (1, 2, 10))),
    "en": (14, ((5, 12, 40), (8, 19, 66), (4, 6, 25), (2, 14, 35), (7, 25, 70), (3, 8, 30))),
    "es": (6, ((2, 7, 30), (4, 11, 42), (1, 3, 15), (3, 16, 55), (2, 9, 30), (0, 0, 0))),
    "uk": (5, ((3, 10, 38), (1, 5, 18), (0, 0, 0), (0, 0, 0), (2, 6, 22), (0, 0, 0))),
    "ar": (3, ((1, 3, 12), (2, 8, 33), (5, 27, 88), (0, 0, 0), (1, 4, 16), (1, 11, 40))),
    "ja": (0, ((0, 0, 0), (7, 64, 100), (0, 0, 0), (0, 0, 0), (3, 38, 90), (0, 0, 0))),
    "fr": (4, ((2, 6, 24), (1, 9, 30), (2, 12, 44), (1, 5, 18), (0, 0, 0), (1, 7, 25))),
    "pl": (3, ((1, 4, 15), (2, 13, 52), (0, 0, 0), (1, 6, 20), (0, 0, 0), (0, 0, 0))),
    "pt": (3, ((0, 0, 0), (1, 3, 12), (1, 8, 30), (0, 0, 0), (2, 10, 36), (1, 15, 51))),
}
PEOPLE: tuple[tuple[str, str, str, int, int, int, int], ...] = (
    ("Inês Carvalho", "IC", "available", 84, 3, 4, 18),
    ("Omar Haddad", "OH", "available", 22, 4, 4, 17),
    ("Yuki Mori", "YM", "available", 41, 5, 4, 15),
    ("Olena Kovalchuk", "OK", "available", 38, 2, 4, 20),
    ("Marisol Quintero", "MQ", "available", 125, 3, 4, 19),
    ("Lukas Fiedler", "LF", "available", 55, 4, 4, 16),
    ("Aminata Diallo", "AD", "available", 9, 2, 4, 21),
    ("Kacper Nowak", "KN", "away", 6, 1, 4, 18),
    ("Priya Raman", "PR", "available", 47, 3, 4, 16),
    ("Dilnoza Bekova", "DB", "available", 31, 1, 2, 18),
    ("Thabo Mokoena", "TM", "available", 12, 2, 4, 22),
    ("Chiara Santoro", "CS", "away", 2, 1, 4, 17),
    ("Rui Almeida", "RA", "available", 384, 0, 2, 16),
    ("Salma Idrissi", "SI", "available", 18, 2, 4, 22),
)


def cell(count: int, minutes: int, used: int) -> Cell:
    if not count:
        return Cell()
    late = used >= 100
    due = Due("running", NOW + timedelta(minutes=-4 if late else 40 - used // 3), used)
    return Cell(count, NOW - timedelta(minutes=minutes), due, "/search?q=")


def board(read: Reader) -> BoardPage:
    rows = tuple(
        LanguageRow(language, on, tuple(cell(*c) for c in cells), sum(c[0] for c in cells))
        for language, (on, cells) in WAITING.items()
    )
    people = tuple(
        PersonCard(
            Person(name, initials),
            state,  # type: ignore[arg-type]
            NOW - timedelta(minutes=since),
            used,
            capacity,
            NOW.replace(hour=ends, minute=0),
            lead=initials == "RA",
        )
        for name, initials, state, since, used, capacity, ends in PEOPLE
    )
    risks: tuple[tuple[Client, Text, str, str, float, int], ...] = (
        (COPPER_FOX, Text("佐藤 健太", "ja"), "first_reply", "Inês Carvalho", -4, 100),
        (PAGORA, Text("سارة الحربي", "ar"), "next_reply", "Omar Haddad", 2, 90),
        (NORDHOST, Text("Jürgen Pohl", "de"), "first_reply", "", 4, 86),
        (LUMO, Text("田中 美咲", "ja"), "resolution", "Yuki Mori", 9, 84),
        (NORDHOST, Text("Matthias Brandt", "de"), "next_reply", "Inês Carvalho", 6, 84),
        (BIRKENHAUS, Text("Carmen Ruiz Vidal", "es"), "next_reply", "Marisol Quintero", 36, 76),
        (PAGORA, Text("Paulina Zając-Kowalewska", "pl"), "first_reply", "", 11, 79),
    )
    lines = tuple(
        RiskLine(f"/work/{n}", client, who, metric, running(minutes, used), owner)
        for n, (client, who, metric, owner, minutes, used) in enumerate(risks)
    )
    waiting = sum(row.total for row in rows)
    return BoardPage(
        frame(read, "board", "lead"), CLIENTS, rows, waiting, 1, people, 48, lines, 17, NOW
    )


def board_empty(read: Reader) -> BoardPage:
    return BoardPage(frame(read, "board", "lead"), CLIENTS, (), 0, 0, (), 0, (), 0, NOW)


def board_unavailable(read: Reader) -> BoardPage:
    return replace(board(read), unavailable=frozenset({"people", "risks"}))


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
    days = []
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


def summary(metric: str, promised: str, met: int, missed: int, **more: Any) -> PromiseSummary:
    counted = met + missed
    kept = Decimal(met) / Decimal(counted) if counted else None
    room = int(counted * (1 - Decimal(promised))) - missed if counted else None
    return PromiseSummary(
        metric,
        f"?metric={metric}",
        Decimal(promised),
        kept,
        met,
        missed,
        excused=more.pop("excused", 0),
        void=more.pop("void", 0),
        running=more.pop("running", 0),
        affordable=room,
        **more,
    )


def part(kind: Any, a: int, b: int) -> EvidencePart:
    return EvidencePart(kind, a, b - a)


def miss(who: Text, subject: Text, number: int, **more: Any) -> MissView:
    over = more.pop("over_s")
    parts = more.pop("parts")
    return MissView(
        f"/promises/misses/{number}",
        who,
        subject,
        f"NH-{4100 + number}",
        NOW - timedelta(hours=5 + number * 29),
        over,
        parts,
        more.pop("due_mark"),
        target_s=300,
        language=who.language,
        **more,
    )


def misses() -> tuple[MissView, ...]:
    return (
        miss(
            Text("Jürgen Pohl", "de"),
            Text("Mailwarteschlange hängt", "de"),
            1,
            over_s=100,
            parts=(part("counted", 0, 720), part("over", 720, 880)),
            due_mark=720,
            cause="Agent on another call",
        ),
        miss(
            Text("高橋 由美", "ja"),
            Text("DNSが更新されない", "ja"),
            2,
            over_s=1320,
            parts=(part("counted", 0, 300), part("over", 300, 940)),
            due_mark=300,
        ),
        miss(
            Text("Ingrid Solheim", "no"),
            Text("Gjenoppretting av sikkerhetskopi", "no"),
            3,
            over_s=360,
            parts=(
                part("counted", 0, 160),
                part("closed", 160, 400),
                part("counted", 400, 520),
                part("paused", 520, 660),
                part("counted", 660, 800),
                part("over", 800, 920),
            ),
            due_mark=800,
            paused_s=840,
            current=True,
        ),
        miss(
            Text("Nordlys Media", "no"),
            Text("Lagringen er nede", "no"),
            4,
            over_s=1800,
            parts=(part("counted", 0, 350), part("excused", 350, 780)),
            due_mark=600,
            excused=True,
            cause="Mass outage, approved by Rui Almeida",
        ),
        miss(
            Text("Олена Савченко", "uk"),
            Text("Сертифікат прострочено", "uk"),
            5,
            over_s=180,
            parts=(part("counted", 0, 760), part("over", 760, 900)),
            due_mark=760,
        ),
    )


def promises(read: Reader) -> PromisesPage:
    names = ("سبتمبر", "أكتوبر", "نوفمبر") if read.locale == "ar" else ("Sep", "Oct", "Nov")
    months = tuple(
        Choice(name, str(n), f"?month=2026-{n:02}", chosen=n == 11)
        for n, name in enumerate(names, start=9)
    )
    shown = (
        summary(
            "first_reply",
            "0.95",
            4906,
            194,
            excused=62,
            void=11,
            running=23,
            targets=(("urgent", 300), ("high", 900), ("normal", 3600)),
            chosen=True,
        ),
        summary("next_reply", "0.97", 8120, 98, targets=(("normal", 7200),), hours="business"),
        summary("resolution", "0.92", 2203, 211, targets=(("normal", 86_400),), hours="business"),
        summary("periodic_update", "0.95", 0, 0, running=4, targets=(("urgent", 3600),)),
    )
    here = Reader(read.locale, "Europe/Oslo", read.now, read.theme)
    return PromisesPage(
        frame=frame(here, "promises", "client"),
        client=NORDHOST,
        clients=(),
        months=months,
        month=date(2026, 11, 1),
        day=19,
        days=30,
        closed=False,
        zone="Europe/Oslo",
        promises=shown,
        misses=misses(),
        misses_total=194,
        contract_version=4,
        more="?page=2",
    )


def promises_closed(read: Reader) -> PromisesPage:
    page = promises(read)
    broken = replace(page.promises[2], chosen=True)
    others = (replace(page.promises[0], chosen=False), page.promises[1])
    return replace(
        page,
        promises=(broken, *others),
        closed=True,
        closed_at=datetime(2026, 11, 1, 0, 5, tzinfo=UTC),
        hash="9f2c4e07d1aa",
        misses=(),
        misses_total=0,
        month=date(2026, 10, 1),
    )
