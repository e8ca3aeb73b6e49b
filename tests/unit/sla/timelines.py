"""Worked timelines of `tests/data/sla-examples.json`, as facts and contracts of the engine."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.vocabulary import AuthorKind, Channel, Metric, Priority, TicketState, WaitingOn
from sla.calendars.decide import DAYS, open_hours
from sla.calendars.model import CalendarSpec, OpenHours, Window
from sla.clocks.model import Excuse, ExcuseMode, Fact, FactKind
from sla.policies.model import Contract, Edition, Hours, Rules, Selector, Target

DATA = json.loads(
    (Path(__file__).parents[2] / "data" / "sla-examples.json").read_text(encoding="utf-8")
)
TENANT = UUID("11111111-1111-4111-8111-111111111111")
CONTRACT = UUID("22222222-2222-4222-8222-222222222222")
TZDATA = "test"
METRICS = {metric.value: metric for metric in Metric} | {"total_resolution": Metric.RESOLUTION}
WAITING = {
    TicketState.PENDING: WaitingOn.CUSTOMER,
    TicketState.HOLD: WaitingOn.THIRD_PARTY,
    TicketState.SOLVED: WaitingOn.NOBODY,
    TicketState.CLOSED: WaitingOn.NOBODY,
    TicketState.SPAM: WaitingOn.NOBODY,
    TicketState.MERGED: WaitingOn.NOBODY,
}
DAWN = datetime(2020, 1, 1, tzinfo=UTC)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def seconds_of_day(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def calendar(raw: Mapping[str, Any]) -> CalendarSpec:
    week = raw["week"]
    days = [week.get(day, week.get("*", [])) for day in DAYS]
    return CalendarSpec(
        raw["tz"],
        tuple(tuple(Window(*map(seconds_of_day, w)) for w in day) for day in days),  # type: ignore[arg-type]
        frozenset(date.fromisoformat(day) for day in raw.get("holidays", [])),
    )


def calendar_named(name: str) -> OpenHours:
    return open_hours(calendar(DATA["calendars"][name]), TZDATA)


def selector(priority: str = "normal", **given: Any) -> Selector:
    chosen = Selector(Priority(priority), "paid", Channel.MAIL, "en")
    return replace(chosen, **given)


def edition(
    targets: Mapping[str, Mapping[str, int]],
    calendars: Mapping[str, OpenHours],
    rules: Rules,
    effective_from: datetime = DAWN,
) -> Edition:
    """Priorities with a calendar of their own are put on the hours that name stands for."""
    hours = dict(zip(calendars, Hours, strict=False))
    listed = tuple(
        Target(
            metric=METRICS[metric],
            priority=Priority(priority),
            seconds=seconds,
            hours=hours.get(priority, hours.get("*", Hours.BUSINESS)),
        )
        for priority, metrics in targets.items()
        for metric, seconds in metrics.items()
    )
    contract = Contract(
        tenant=TENANT,
        id=CONTRACT,
        version=1,
        effective_from=effective_from,
        calendar_version=1,
        calendar=CalendarSpec("UTC", ((), (), (), (), (), (), ())),
        targets=listed,
        rules=rules,
    )
    return Edition(contract, {hours[name]: table for name, table in calendars.items()})


def edition_of(example: Mapping[str, Any]) -> Edition:
    named = example["cal"] if isinstance(example["cal"], dict) else {"*": example["cal"]}
    rules = Rules(
        warn=tuple(example.get("warn", (50, 75, 90))),
        grace=timedelta(seconds=example.get("grace_s", 0)),
        pauses={},
    )
    tables = {key: calendar_named(name) for key, name in named.items()}
    return edition(example["targets"], tables, rules)


def excuses_of(example: Mapping[str, Any]) -> tuple[Excuse, ...]:
    raw = example.get("excuse")
    if not raw:
        return ()
    return tuple(
        Excuse(CONTRACT, ExcuseMode(raw["mode"]), instant(start), instant(end))
        for start, end in raw["windows"]
    )


def facts_of(events: Iterable[Sequence[str]], priority: str = "normal") -> list[Fact]:
    """The events as intake would tell them: each with the ticket's state after it."""
    facts: list[Fact] = []
    state, before_spam = TicketState.NEW, TicketState.NEW
    for at, what, *rest in events:
        kind, author, since = FactKind.CHANGED, None, None
        match what:
            case "create" | "create_by_agent":
                kind = FactKind.OPENED
                author = AuthorKind.AGENT if what == "create_by_agent" else AuthorKind.CUSTOMER
            case "agent" | "bot" | "customer":
                kind, author = FactKind.WROTE, AuthorKind(what)
            case "status":
                reopened = state in (TicketState.SOLVED, TicketState.CLOSED)
                state = TicketState(rest[0])
                if reopened and state is TicketState.OPEN:
                    kind = FactKind.REOPENED
                    author = AuthorKind(rest[1]) if len(rest) > 1 else AuthorKind.CUSTOMER
            case "priority":
                priority = rest[0]
            case "merge_in":
                kind, since = FactKind.MERGED_IN, instant(rest[0])
            case "merged_away":
                state = TicketState.MERGED
            case "spam":
                before_spam, state = state, TicketState.SPAM
            case "unspam":
                state = before_spam
        facts.append(
            Fact(
                seq=None if kind is FactKind.MERGED_IN else len(facts) + 1,
                at=instant(at),
                kind=kind,
                state=state,
                waiting_on=WAITING.get(state, WaitingOn.US),
                selector=selector(priority),
                author=author,
                since=since,
            )
        )
        if kind is FactKind.OPENED:
            facts.append(replace(facts[-1], seq=len(facts) + 1, kind=FactKind.CLASSIFIED))
    return facts
