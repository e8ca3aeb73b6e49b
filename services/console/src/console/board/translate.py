"""Routing's board → the lead's screen."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from console.framing import some_client
from console.gateway.client import Json
from console.live.model import initials
from console.pages import BoardPage, Cell, Client, Due, Frame, LanguageRow, Person, PersonCard, Text
from console.pages import RiskLine as Risk
from console.reading import instant, maybe_instant, text
from console.screen import Screen

PEOPLE_SHOWN = 12
RISKS_SHOWN = 7
UNITS = 120
SQUARES = 4
ASSUMED_TARGET = timedelta(hours=1)


def page(screen: Screen, frame: Frame, board: Json, tenants: Iterable[UUID]) -> BoardPage:
    now = frame.reader.now
    shown = _clients(screen, board, tenants)
    people = sorted((_card(one) for one in board["people"]), key=lambda card: _busiest(card))
    risks = [_risk(screen, one, now) for one in board["at_risk"]]
    return BoardPage(
        frame=frame,
        clients=tuple(client for _, client in shown),
        rows=_rows(board, [tenant for tenant, _ in shown], now),
        waiting=sum(int(one["count"]) for one in board["waiting"]),
        missed=sum(1 for risk in risks if risk.due.at and risk.due.at <= now),
        people=tuple(people[:PEOPLE_SHOWN]),
        people_total=len(people),
        risks=tuple(risks[:RISKS_SHOWN]),
        risks_total=len(risks),
        as_of=maybe_instant(board.get("as_of")) or now,
    )


def unavailable(frame: Frame) -> BoardPage:
    """The page that says what cannot be shown, while routing does not answer."""
    return BoardPage(
        frame=frame,
        clients=(),
        rows=(),
        waiting=0,
        missed=0,
        people=(),
        people_total=0,
        risks=(),
        risks_total=0,
        as_of=frame.reader.now,
        unavailable=frozenset({"waiting", "people", "risks"}),
    )


def _clients(screen: Screen, board: Json, tenants: Iterable[UUID]) -> list[tuple[UUID, Client]]:
    """The lead's clients, by name; all of them, so that the matrix never jumps."""
    known = {UUID(str(one["tenant"])) for one in board["waiting"]} | set(tenants)
    listed = [(tenant, some_client(screen, tenant)) for tenant in known]
    return sorted(listed, key=lambda one: one[1].name)


def _rows(board: Json, tenants: Sequence[UUID], now: datetime) -> tuple[LanguageRow, ...]:
    waiting = {(str(one["language"]), UUID(str(one["tenant"]))): one for one in board["waiting"]}
    on_shift: dict[str, int] = {}
    for person in board["people"]:
        for language in person.get("languages", ()):
            on_shift[language] = on_shift.get(language, 0) + 1
    languages = {language for language, _ in waiting} | on_shift.keys()
    rows = [
        LanguageRow(
            language=language,
            on_shift=on_shift.get(language, 0),
            cells=tuple(
                _cell(waiting.get((language, tenant)), language, now) for tenant in tenants
            ),
            total=sum(
                int(one["count"]) for (spoken, _), one in waiting.items() if spoken == language
            ),
        )
        for language in languages
    ]
    return tuple(sorted(rows, key=lambda row: (-row.total, -row.on_shift, row.language)))


def _cell(waiting: Json | None, language: str, now: datetime) -> Cell:
    if waiting is None:
        return Cell()
    oldest = instant(waiting["oldest_since"])
    return Cell(
        count=int(waiting["count"]),
        oldest=oldest,
        due=_due(waiting.get("tightest_due"), oldest, now),
        href=f"/board/waiting?language={language}&tenant={waiting['tenant']}",
    )


def _due(at: object, since: datetime | None, now: datetime) -> Due | None:
    """The share of a promise that is gone, from when it began to when it falls due."""
    if not at:
        return None
    end = instant(at)
    begun = since or end - ASSUMED_TARGET
    whole = max(1.0, (end - begun).total_seconds())
    used = 100 * (now - begun).total_seconds() / whole
    return Due("running", end, max(0, min(100, round(used))))


def _card(person: Json) -> PersonCard:
    name = text(person.get("name"))
    units = int(person.get("units") or 0)
    return PersonCard(
        person=Person(name, text(person.get("initials")) or initials(name)),
        presence=person["state"],
        since=maybe_instant(person.get("since")),
        used=-(-units * SQUARES // UNITS),
        capacity=SQUARES,
        ends=maybe_instant(person.get("shift_end")),
        lead=bool(person.get("lead")),
        languages=tuple(person.get("languages", ())),
    )


def _busiest(card: PersonCard) -> tuple[bool, int, str]:
    return (card.presence != "available", -card.used, card.person.name)


def _risk(screen: Screen, risk: Json, now: datetime) -> Risk:
    tenant = UUID(str(risk["tenant"]))
    owner = screen.world.staff.get(UUID(str(risk["owner"]))) if risk.get("owner") else None
    started = maybe_instant(risk.get("started_at"))
    due = _due(risk["due_at"], started, now) or Due("running", instant(risk["due_at"]))
    return Risk(
        href=f"/work/{risk['ticket']}",
        client=some_client(screen, tenant),
        customer=Text(text(risk.get("reference"))),
        metric=str(risk["metric"]),
        due=due,
        owner=owner.name if owner else "",
        channel=risk.get("channel") or "mail",
    )
