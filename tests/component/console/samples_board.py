"""Sample pages of the lead's board."""

from dataclasses import replace
from datetime import timedelta

from console.pages import (
    BoardPage,
    Cell,
    Client,
    Due,
    LanguageRow,
    Person,
    PersonCard,
    Reader,
    RiskLine,
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
