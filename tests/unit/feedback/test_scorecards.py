"""Shares, their intervals, and what may be shown of them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.scorecards import decide
from feedback.scorecards.model import (
    NOBODY,
    Bucket,
    Counts,
    Interval,
    Promoters,
    Slice,
    Standing,
)
from feedback.surveys.model import Reason, State, Survey
from tests.unit.feedback.questions import ASKED, INES, NOW, OMAR, PLANNED

SUPPRESSED = replace(ASKED, state=State.SUPPRESSED, reason=Reason.OUTAGE)


def counts(good: int, n: int) -> Counts:
    return Counts(asked=n, delivered=n, answered=n, good=good, bad=n - good)


def answered(good: bool | None, **given: Any) -> Survey:
    return replace(ASKED, state=State.ANSWERED, delivered_at=NOW, good=good, **given)


@pytest.mark.parametrize(
    ("good", "n", "low", "high"),
    [
        (8, 10, "0.4902", "0.9433"),
        (0, 10, "0.0000", "0.2775"),
        (10, 10, "0.7225", "1.0000"),
        (90, 100, "0.8256", "0.9448"),
    ],
)
def test_wilsons_interval_as_published(good: int, n: int, low: str, high: str) -> None:
    found = decide.wilson(good, n)

    assert found is not None
    rounded = (decide.rounded(found.low), decide.rounded(found.high))
    assert rounded == (Decimal(low), Decimal(high))


@given(st.integers(1, 500), st.data())
def test_an_interval_holds_its_share_and_mirrors(n: int, data: st.DataObject) -> None:
    good = data.draw(st.integers(0, n))
    found, mirror = decide.wilson(good, n), decide.wilson(n - good, n)

    assert found is not None
    assert mirror is not None
    near = Decimal("1e-20")
    assert 0 <= found.low <= Decimal(good) / n + near
    assert Decimal(good) / n - near <= found.high <= 1
    assert abs(found.low - (1 - mirror.high)) < near


def test_no_answers_are_no_score() -> None:
    assert decide.wilson(0, 0) is None
    found = decide.score(Counts(asked=9, delivered=9))
    assert (found.standing, found.share, found.interval) == (Standing.NONE, None, None)


@pytest.mark.parametrize(
    ("n", "standing"),
    [(1, Standing.HIDDEN), (4, Standing.HIDDEN), (5, Standing.WIDE), (29, Standing.WIDE),
     (30, Standing.FIRM)],
)  # fmt: skip
def test_few_answers_are_hidden_and_some_are_wide(n: int, standing: Standing) -> None:
    found = decide.score(counts(n, n))

    assert (found.standing, found.n) == (standing, n)
    assert (found.share is None) == (found.interval is None) == (n < 5)


def test_the_response_rate_counts_over_what_was_delivered() -> None:
    assert Counts(asked=10, delivered=8, answered=4).response_rate == Decimal("0.5")
    assert Counts(asked=10).response_rate is None


@pytest.mark.parametrize(("gate", "apart"), [("0.3", True), ("0.4", False), ("0.7", True)])
def test_a_score_is_told_from_a_gate_outside_its_interval(gate: str, apart: bool) -> None:
    interval = Interval(Decimal("0.4"), Decimal("0.6"))

    assert decide.told_apart(interval, Decimal(gate)) is apart


def test_promoters_and_detractors_on_zero_to_ten() -> None:
    assert decide.kind(0) == decide.kind(6) == Promoters(detractors=1)
    assert decide.kind(7) == decide.kind(8) == Promoters(passives=1)
    assert decide.kind(9) == decide.kind(10) == Promoters(promoters=1)
    for outside in (-1, 11):
        with pytest.raises(ValueError, match="0 to 10"):
            decide.kind(outside)


@given(*(st.integers(0, 50),) * 3)
def test_a_promoter_score_lies_between_minus_and_plus_100(one: int, two: int, three: int) -> None:
    found = decide.nps(Promoters(one, two, three))

    assert (found is None) == (one + two + three == 0)
    assert found is None or -100 <= found <= 100


surveys = st.sampled_from(
    [
        PLANNED,
        ASKED,
        replace(ASKED, delivered_at=NOW),
        answered(True),
        answered(False),
        answered(None),
        SUPPRESSED,
    ]
)


@given(st.lists(surveys, min_size=1, max_size=12))
def test_roll_ups_follow_a_question_whatever_happens(states: list[Survey]) -> None:
    total: dict[Bucket, Counts] = {}
    before = PLANNED
    for after in states:
        for bucket, by in decide.moved(before, after).counts:
            total[bucket] = total.get(bucket, Counts()) + by
        before = after

    last = decide.bucket_of(before)
    held = {last: decide.counted(before)} if last else {}
    assert {b: c for b, c in total.items() if c != Counts()} == {
        b: c for b, c in held.items() if c != Counts()
    }


def test_a_suppression_is_counted_once_with_its_reason() -> None:
    move = decide.moved(ASKED, SUPPRESSED)

    assert [reason for _, reason in move.suppressed] == ["outage"]
    assert decide.moved(SUPPRESSED, SUPPRESSED).suppressed == ()
    assert decide.moved(ASKED, answered(True)).suppressed == ()


def test_a_question_about_nobody_is_counted_as_nobodys() -> None:
    bucket = decide.bucket_of(replace(ASKED, attributed_to=None))

    assert bucket is not None
    assert bucket.agent == NOBODY


def test_slices_add_up_by_agent() -> None:
    slices = [
        Slice(INES, "pt", "mail", counts(1, 2)),
        Slice(INES, "uk", "mail", counts(2, 2)),
        Slice(OMAR, "pt", "mail", counts(0, 1)),
    ]

    found: dict[UUID, Counts] = decide.add_up(slices, lambda one: one.agent)
    assert found == {INES: counts(3, 4), OMAR: counts(0, 1)}


def test_a_month_ends_where_the_next_begins() -> None:
    assert decide.month_days("2026-12") == (date(2026, 12, 1), date(2027, 1, 1))
    assert decide.month_days("2026-02") == (date(2026, 2, 1), date(2026, 3, 1))


def test_a_day_is_the_clients_own() -> None:
    night = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)

    assert decide.local_day(night, "Europe/Berlin") == date(2026, 12, 1)
    assert decide.month_of(night, "Europe/Berlin") == "2026-12"
    assert decide.month_of(night, "UTC") == "2026-11"
