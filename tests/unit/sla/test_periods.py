"""Which month a clock counts in, what keeps a month open, and what a snapshot says."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import ClockState, Metric, Priority
from sla.calendars.decide import always, open_hours
from sla.calendars.model import Window
from sla.clocks.model import Clock, Entry, Leg, Pause, Posting
from sla.periods import translate
from sla.periods.decide import (
    canonical,
    closes_at,
    contract_of,
    corrected,
    correction_hash,
    decide_obstacle,
    falls_in,
    line,
    listed,
    month_after,
    months_until,
    period_id,
    spans,
    tallied,
    touched,
)
from sla.periods.model import BY_CLOCK, Closed, Line, Listed, Obstacle, PeriodState, Span, Standing
from sla.policies.decide import edition
from sla.policies.model import Contract, Hours, Rules, Target, Terms
from tests.unit.sla.timelines import CONTRACT, TENANT, TZDATA

BERLIN = "Europe/Berlin"
DAWN = datetime(2026, 1, 1, tzinfo=UTC)
DUE = datetime(2026, 10, 12, 10, 0, tzinfo=UTC)
ENDS = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TARGETS = {Metric.FIRST_REPLY: Decimal("0.95"), Metric.RESOLUTION: Decimal("0.9")}
VERDICTS = (ClockState.MET, ClockState.BREACHED, ClockState.EXCUSED, ClockState.VOID)


def contract(zone: str = BERLIN, version: int = 1, **given: Any) -> Contract:
    values: dict[str, Any] = {
        "tenant": TENANT,
        "id": CONTRACT,
        "version": version,
        "effective_from": DAWN,
        "calendar_version": 1,
        "calendar": always(zone),
        "targets": (Target(metric=Metric.FIRST_REPLY, priority=Priority.NORMAL, seconds=3600,
                           hours=Hours.ALWAYS),),
        "attainment": TARGETS,
    }  # fmt: skip
    return Contract(**(values | given))


BOOK = [edition(contract(), TZDATA)]


def entry(name: str = "a", due: datetime | None = DUE, **given: Any) -> Entry:
    values: dict[str, Any] = {
        "metric": Metric.FIRST_REPLY,
        "cycle": 1,
        "contract_version": 1,
        "calendar_version": 1,
        "target": HOUR,
        "started_at": DUE - HOUR,
        "ended_at": DUE,
        "as_of": DUE + HOUR,
        "state": ClockState.MET,
        "elapsed": HOUR,
        "due_at": due,
        "breach_at": None,
    }
    clock = Clock(**(values | given))
    return Entry(
        id=uuid5(TENANT, name), ticket=uuid5(TENANT, f"ticket {name}"), contract=CONTRACT,
        version=1, clock=clock, language="en",
    )  # fmt: skip


def told(name: str = "a", verdict: ClockState = ClockState.MET, **given: Any) -> Line:
    values: dict[str, Any] = {
        "clock": uuid5(TENANT, name),
        "ticket": uuid5(TENANT, f"ticket {name}"),
        "metric": Metric.FIRST_REPLY,
        "cycle": 1,
        "contract_version": 1,
        "target_s": 3600,
        "due_at": DUE,
        "verdict": verdict,
        "elapsed_s": 1800,
        "paused_s": 0,
        "excused_s": 0,
        "evidence": None,
    }
    return Line(**(values | given))


STANDING = Standing(ends_at=ENDS, feed_until=ENDS, events_missing=False, undecided=0)


@pytest.mark.parametrize(
    ("standing", "now", "obstacle"),
    [
        (STANDING, ENDS, None),
        (STANDING, ENDS - timedelta(microseconds=1), Obstacle.NOT_OVER),
        (replace(STANDING, feed_until=None), ENDS, Obstacle.FEED),
        (replace(STANDING, feed_until=ENDS - timedelta(microseconds=1)), ENDS, Obstacle.FEED),
        (replace(STANDING, events_missing=True), ENDS, Obstacle.MISSING),
        (replace(STANDING, undecided=1), ENDS, Obstacle.UNDECIDED),
    ],
)
def test_a_month_closes_only_on_verdicts_that_nothing_can_change(
    standing: Standing, now: datetime, obstacle: Obstacle | None
) -> None:
    assert decide_obstacle(standing, now) == obstacle
    state = PeriodState.OPEN if obstacle else PeriodState.CLOSABLE
    assert listed("2026-10", obstacle) == Listed("2026-10", state)


def test_a_month_lasts_where_each_version_of_the_contract_lives() -> None:
    book = [*BOOK, edition(contract("Asia/Tokyo", 2, effective_from=ENDS - HOUR), TZDATA)]

    first, second = spans(book, "2026-10")

    assert first == Span(1, datetime(2026, 9, 30, 22, tzinfo=UTC), ENDS)
    assert second.until == datetime(2026, 10, 31, 15, tzinfo=UTC)


def test_the_contract_of_a_month_is_the_one_in_force_at_its_end() -> None:
    later = edition(contract(version=2, effective_from=ENDS), TZDATA)

    assert contract_of([*BOOK, later], "2026-10") == BOOK[0].contract
    assert contract_of([*BOOK, later], "2026-11") == later.contract
    assert contract_of([later], "2026-10") is None
    assert contract_of([], "2026-10") is None


def test_a_month_closes_by_itself_some_working_days_after_its_end() -> None:
    nine_to_five = (Window(9 * 3600, 17 * 3600),)
    week = ((nine_to_five,) * 5) + ((), ())
    office = replace(always(BERLIN), week=week, holidays=frozenset({DUE.date().replace(day=2)}))
    monday_off = replace(office, holidays=frozenset({ENDS.date().replace(month=11, day=2)}))

    assert closes_at(contract(), "2026-10") == datetime(2026, 11, 3, 23, tzinfo=UTC)
    assert closes_at(contract(calendar=office), "2026-10") == datetime(2026, 11, 4, 23, tzinfo=UTC)
    assert closes_at(contract(calendar=monday_off), "2026-10") == datetime(
        2026, 11, 5, 23, tzinfo=UTC
    )
    assert closes_at(contract(rules=Rules(close_after_days=0)), "2026-10") == ENDS


def test_months_are_listed_back_to_the_first_and_at_most_two_years() -> None:
    assert months_until("2025-11", "2026-02") == ["2026-02", "2026-01", "2025-12", "2025-11"]
    assert months_until("2020-01", "2026-02")[-1] == "2024-03"
    assert len(months_until("2020-01", "2026-02")) == 24
    assert [month_after(month) for month in ("2026-10", "2026-12")] == ["2026-11", "2027-01"]


def test_a_month_has_one_name_per_client() -> None:
    named = {period_id(TENANT, "2026-10"), period_id(CONTRACT, "2026-10")}

    assert len(named | {period_id(TENANT, "2026-11")}) == 3


def test_a_month_is_a_persons_closing_unless_a_service_or_the_clock_did_it() -> None:
    frozen = Closed(
        tenant=TENANT, month="2026-10", closed_at=ENDS, closed_by="marta", zone=BERLIN,
        contract_version=1, clocks=0, sha256="", tallies={},
    )  # fmt: skip

    assert frozen.by_person
    assert not replace(frozen, closed_by=BY_CLOCK).by_person
    assert not replace(frozen, closed_by="service:seed").by_person


@pytest.mark.parametrize(
    ("due", "state"), [(None, ClockState.VOID), (DUE, ClockState.RUNNING), (DUE, ClockState.PAUSED)]
)
def test_a_clock_without_verdict_or_due_instant_has_no_line(
    due: datetime | None, state: ClockState
) -> None:
    open_ = entry(due=due, state=state)

    assert line(open_, open_.clock, None) is None


def test_a_line_counts_time_only_until_the_verdict() -> None:
    terms = Terms(
        target=HOUR, hours=Hours.ALWAYS, version=1, calendar_version=1,
        open=open_hours(always(BERLIN), TZDATA),
    )  # fmt: skip
    start = DUE - 2 * HOUR
    legs = (
        Leg(start, start + HOUR, None, Pause.EXCUSED),
        Leg(start + HOUR, start + 2 * HOUR, terms, None),
        Leg(start + 2 * HOUR, start + 5 * HOUR, terms, None),
        Leg(start + 5 * HOUR, None, None, None),
    )
    late = entry(
        started_at=start,
        breach_at=DUE,
        ended_at=DUE + 3 * HOUR,
        state=ClockState.BREACHED,
        legs=legs,
    )

    said = line(late, late.clock, CONTRACT)

    assert said is not None
    assert (said.elapsed_s, said.paused_s, said.excused_s) == (3600, 0, 3600)
    assert (said.verdict, said.evidence) == (ClockState.BREACHED, CONTRACT)


lines = st.lists(
    st.builds(
        lambda number, metric, verdict, elapsed: told(
            str(number), verdict, metric=metric, elapsed_s=elapsed
        ),
        st.integers(0, 50), st.sampled_from(Metric), st.sampled_from(VERDICTS),
        st.integers(0, 10**6),
    ),
    max_size=12, unique_by=lambda one: one.clock,
)  # fmt: skip


@given(lines)
def test_every_line_is_counted_once_under_its_verdict(some: list[Line]) -> None:
    found = tallied(some, TARGETS)

    for metric, tally in found.items():
        mine = [one.verdict for one in some if one.metric is metric]
        counts = (
            tally.counts.met, tally.counts.breached, tally.counts.excused, tally.counts.void
        )  # fmt: skip
        assert counts == tuple(mine.count(verdict) for verdict in VERDICTS)
        assert tally.target == TARGETS.get(metric)
    assert set(found) == set(TARGETS) | {one.metric for one in some}
    assert translate.from_document(
        json.loads(json.dumps(translate.to_document(found)))
    ) == found  # fmt: skip


@given(lines, lines)
def test_corrections_one_by_one_lead_to_the_counts_of_the_new_lines(
    before: list[Line], after: list[Line]
) -> None:
    was = {one.clock: canonical(one) for one in before}
    now = {one.clock: canonical(one) for one in after}
    counts = tallied(before, TARGETS)

    for clock in was.keys() | now.keys():
        counts = corrected(counts, was.get(clock), now.get(clock))

    fresh = tallied(after, TARGETS)
    assert {metric: tally for metric, tally in counts.items() if metric in fresh} == fresh
    assert all(not any(_counts(counts[metric])) for metric in counts.keys() - fresh.keys())


def _counts(tally: Any) -> tuple[int, ...]:
    return tally.counts.met, tally.counts.breached, tally.counts.excused, tally.counts.void


def test_the_same_facts_give_the_same_bytes_in_any_zone() -> None:
    elsewhere = told(due_at=DUE.astimezone(tz=None))

    assert canonical(elsewhere) == canonical(told())
    assert canonical(told()) == json.dumps(
        json.loads(canonical(told())), sort_keys=True, separators=(",", ":")
    )
    assert '"due_at":"2026-10-12T10:00:00Z"' in canonical(told())
    assert json.loads(canonical(told(evidence=CONTRACT)))["evidence"] == str(CONTRACT)


def test_a_correction_is_bound_to_its_snapshot_place_and_words() -> None:
    hashes = {
        correction_hash("a" * 64, 1, "x", "y"),
        correction_hash("b" * 64, 1, "x", "y"),
        correction_hash("a" * 64, 2, "x", "y"),
        correction_hash("a" * 64, 1, None, "y"),
        correction_hash("a" * 64, 1, "x", None),
    }

    assert len(hashes) == 5


def _touched(before: Entry | None, after: Entry, now: datetime = ENDS) -> dict[str, list[UUID]]:
    return touched([Posting(before, after, ())], BOOK, now)


def test_only_verdicts_in_months_that_may_have_closed_are_looked_at() -> None:
    kept = entry()
    november = entry(due=ENDS)
    running = entry(state=ClockState.RUNNING)

    assert _touched(None, kept) == {"2026-10": [kept.id]}
    assert _touched(kept, running) == {"2026-10": [kept.id]}
    assert _touched(kept, november, ENDS + 31 * 24 * HOUR) == {
        "2026-10": [kept.id], "2026-11": [kept.id],
    }  # fmt: skip
    assert _touched(None, running) == _touched(None, entry(due=None)) == {}
    assert _touched(None, kept, ENDS - HOUR) == {"2026-10": [kept.id]}
    assert _touched(None, kept, ENDS - HOUR - timedelta(microseconds=1)) == {}


def test_a_line_falls_in_the_month_of_its_due_instant_where_its_contract_lives() -> None:
    late = told(due_at=ENDS - timedelta(microseconds=1))

    assert falls_in(late, BOOK, "2026-10") == late
    assert falls_in(told(due_at=ENDS), BOOK, "2026-10") is None
    assert falls_in(None, BOOK, "2026-10") is None
