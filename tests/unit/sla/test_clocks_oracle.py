"""Random timelines against the oracle that walks every five minutes, over hard clock changes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from sla.calendars.decide import open_hours
from sla.clocks.decide.replay import replay
from sla.policies.model import Rules
from tests.unit.sla import oracle
from tests.unit.sla.timelines import DATA, TZDATA, calendar, edition, facts_of

NIGHT = {"*": [["22:00", "06:00"]]}
SPLIT = {day: [["01:00", "03:30"], ["09:00", "12:30"], ["13:30", "24:00"]] for day in oracle.DAYS}
WEEKS: list[dict[str, Any]] = [
    {"*": [["00:00", "24:00"]]},
    NIGHT,
    SPLIT,
    {"*": [["01:45", "02:15"]]},
    {day: [["09:00", "17:00"]] for day in oracle.DAYS[:5]},
    {"sun": [["20:00", "04:00"]], "mon": [["00:00", "05:00"]], "wed": [["23:00", "22:00"]]},
]
# A zone and a day near which its clocks did something worth a test.
TURNS = [
    ("Europe/London", datetime(2026, 3, 28, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 24, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 10, 31, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 3, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 2, 13, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2026, 2, 14, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2026, 3, 21, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 29, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 3, 28, tzinfo=UTC)),
]
METRICS = tuple(oracle.COUNTED_IN)


@dataclass
class Case:
    calendars: dict[str, dict[str, Any]]
    targets: dict[str, dict[str, int]]
    grace: int
    base: datetime
    priority: str
    events: list[tuple[int, str, str]]
    last: int


@st.composite
def calendars(draw: st.DrawFn, zone: str, base: datetime) -> dict[str, Any]:
    holidays = draw(st.sets(st.integers(-1, 5), max_size=2))
    days = [datetime.fromtimestamp(base.timestamp() + 86400 * n, UTC).date() for n in holidays]
    return {
        "tz": zone,
        "week": draw(st.sampled_from(WEEKS)),
        "holidays": [day.isoformat() for day in days],
    }


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[int, str, str]]:
    """A life of a ticket in ticks, with only such events as a ticket can have."""
    tick, state, merged = 0, "new", False
    events = [(0, "create", "")]
    for _ in range(draw(st.integers(0, 12))):
        gap = draw(st.one_of(st.integers(0, 3), st.integers(1, 150)))
        if state == "spam":
            what = "unspam"
        elif state == "solved":
            what = draw(st.sampled_from(["customer", "reopen", "agent", "priority", "note"]))
        else:
            what = draw(
                st.sampled_from(
                    ["agent", "agent", "customer", "customer", "note", "bot", "status",
                     "status", "solve", "priority", "spam", "merge_in"]
                )
            )  # fmt: skip
        tick += max(gap, 1) if merged or what == "merge_in" else gap
        merged = what == "merge_in"
        match what:
            case "status":
                state = draw(st.sampled_from(["open", "pending", "hold"]))
                events.append((tick, "status", state))
            case "solve" | "reopen":
                state = "solved" if what == "solve" else "open"
                events.append((tick, "status", state))
            case "priority":
                events.append((tick, "priority", draw(st.sampled_from(["normal", "urgent"]))))
            case "merge_in":
                events.append((tick, "merge_in", str(tick - draw(st.integers(0, 60)))))
            case "customer":
                events.append((tick, "customer", ""))
                if state == "pending":
                    tick, state = tick + draw(st.integers(0, 4)), "open"
                    events.append((tick, "status", "open"))
            case "spam":
                before, state = state, "spam"
                events.append((tick, "spam", before))
            case "unspam":
                state = events[-1][2]
                events.append((tick, "unspam", ""))
            case _:
                events.append((tick, what, ""))
    if draw(st.integers(0, 15)) == 0 and state != "spam":
        events.append((tick + 1, "merged_away", ""))
    return events


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, base = draw(st.sampled_from(TURNS))
    # Always open some day: the oracle walks until something falls due.
    normal = draw(calendars(zone, base))
    urgent = draw(st.one_of(st.just(normal), calendars(zone, base)))
    targets = {
        priority: {metric: draw(st.integers(1, 120)) for metric in METRICS}
        for priority in ("normal", "urgent")
    }
    events = draw(stories())
    return Case(
        calendars={"normal": normal, "urgent": urgent},
        targets=targets,
        grace=draw(st.sampled_from([0, 0, 1, 12])),
        base=base,
        priority=draw(st.sampled_from(["normal", "urgent"])),
        events=events,
        last=events[-1][0] + draw(st.integers(0, 200)),
    )


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_agrees_with_the_walking_oracle(case: Case) -> None:
    walk = oracle.Walk(case.calendars, case.targets, case.grace, case.base, case.priority)
    expected = oracle.verdicts(walk, case.events, case.priority, case.last)

    clocks = engine(case, walk)

    assert len(clocks) == len(expected)
    for clock, wanted in zip(
        sorted(clocks, key=lambda c: (c.metric.value, c.cycle)),
        sorted(expected, key=lambda w: w["metric"]),
        strict=True,
    ):
        event(f"{clock.metric}: {clock.state}")
        names = ["metric", "started_at", "state"]
        names += ["elapsed", "due_at", "breach_at"] if wanted["state"] != "void" else []
        assert {n: getattr(clock, n) for n in names} == {n: wanted[n] for n in names}


def engine(case: Case, walk: oracle.Walk) -> Any:
    step = int(oracle.TICK.total_seconds())
    targets = {
        priority: {metric: ticks * step for metric, ticks in metrics.items()}
        for priority, metrics in case.targets.items()
    }
    tables = {name: open_hours(calendar(raw), TZDATA) for name, raw in case.calendars.items()}
    rules = Rules(pauses={}, grace=timedelta(seconds=case.grace * step))
    facts = facts_of(
        [
            (
                walk.at(tick).isoformat(),
                what,
                walk.at(int(extra)).isoformat() if what == "merge_in" else extra,
            )
            for tick, what, extra in case.events
        ],
        case.priority,
    )
    book = [edition(targets, tables, rules, datetime(2000, 1, 1, tzinfo=UTC))]
    return replay(facts, book, walk.at(case.last))


def test_the_oracle_itself_agrees_with_the_worked_examples() -> None:
    checked = 0
    for example in DATA["examples"]:
        if "excuse" in example or "as_of" in example:
            continue
        named = example["cal"] if isinstance(example["cal"], dict) else {"*": example["cal"]}
        base = datetime.fromisoformat(example["events"][0][0])
        ticks = [
            (
                (datetime.fromisoformat(at) - base) / oracle.TICK,
                what,
                str((datetime.fromisoformat(rest[0]) - base) / oracle.TICK)[:-2]
                if what == "merge_in"
                else rest[0] if rest else "",
            )
            for at, what, *rest in example["events"]
        ]  # fmt: skip
        if any(tick % 1 for tick, _, _ in ticks):
            continue
        walk = oracle.Walk(
            {key: DATA["calendars"][name] for key, name in named.items()},
            _in_ticks(example["targets"]),
            example.get("grace_s", 0) // 300,
            base,
            example.get("priority", "normal"),
        )
        events = [(int(tick), what, extra) for tick, what, extra in ticks]

        found = oracle.verdicts(walk, events, example.get("priority", "normal"), events[-1][0])

        for metric, expected in example["expect"].items():
            name = "resolution" if metric == "total_resolution" else metric
            mine = [one for one in found if one["metric"] == name]
            assert [one["state"] for one in mine] == [one["state"] for one in expected], example
            for one, wanted in zip(mine, expected, strict=True):
                if "elapsed" in wanted:
                    assert one["elapsed"].total_seconds() == wanted["elapsed"]
                for key in {"due_at", "breach_at"} & wanted.keys():
                    text = one[key].isoformat().replace("+00:00", "Z") if one[key] else None
                    assert text == wanted[key]
            checked += 1
    assert checked >= 30


def _in_ticks(targets: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    return {
        priority: {
            "resolution" if metric == "total_resolution" else metric: seconds // 300
            for metric, seconds in metrics.items()
        }
        for priority, metrics in targets.items()
    }
