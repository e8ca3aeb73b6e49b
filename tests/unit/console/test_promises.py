"""A client's month: which promises, which months, and a miss drawn on its bar."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.client import translate


def miss(**changes: Any) -> dict[str, Any]:
    told = {
        "clock": "c1",
        "ticket": "t1",
        "metric": "first_reply",
        "started_at": "2026-11-20T15:00:00Z",
        "due_at": "2026-11-20T16:00:00Z",
        "breached_at": "2026-11-20T16:00:00Z",
        "over_s": 1800,
        "target_s": 3600,
        "timeline": [
            {"kind": "running", "start": "2026-11-20T15:00:00Z", "end": "2026-11-20T16:00:00Z"},
            {"kind": "over", "start": "2026-11-20T16:00:00Z", "end": "2026-11-20T16:30:00Z"},
        ],
    }
    return {**told, **changes}


def test_the_bar_is_whole_and_the_mark_stands_where_it_fell_due() -> None:
    view = translate._miss(miss(), "/work/t1")

    assert [(part.kind, part.start, part.length) for part in view.parts] == [
        ("counted", 0, 667),
        ("over", 667, 333),
    ]
    assert view.due_mark == 667


def test_a_closed_weekend_is_drawn_narrow() -> None:
    told = miss(
        timeline=[
            {"kind": "running", "start": "2026-11-20T15:00:00Z", "end": "2026-11-20T16:00:00Z"},
            {"kind": "closed", "start": "2026-11-20T16:00:00Z", "end": "2026-11-23T08:00:00Z"},
            {"kind": "over", "start": "2026-11-23T08:00:00Z", "end": "2026-11-23T09:00:00Z"},
        ]
    )

    lengths = [part.length for part in translate._miss(told, "").parts]

    assert lengths == [333, 333, 333]


@given(
    st.lists(
        st.tuples(st.sampled_from(["running", "paused", "closed"]), st.integers(1, 90_000)),
        min_size=1,
    )
)
def test_parts_follow_each_other_and_fill_the_bar(spans: list[tuple[str, int]]) -> None:
    at, timeline = datetime(2026, 11, 20, tzinfo=UTC), []
    for kind, seconds in spans:
        begin, at = at, at + timedelta(seconds=seconds)
        timeline.append({"kind": kind, "start": begin.isoformat(), "end": at.isoformat()})
    view = translate._miss(miss(timeline=timeline), "")

    assert view.parts[0].start == 0
    assert abs(view.parts[-1].start + view.parts[-1].length - 1000) <= 1
    assert 0 <= view.due_mark <= 1000


@pytest.mark.parametrize(
    ("asked", "found"),
    [("2026-10", date(2026, 10, 1)), ("", date(2026, 11, 1)), ("x", date(2026, 11, 1))],
)
def test_a_month_that_cannot_be_read_is_this_one(asked: str, found: date) -> None:
    assert translate.month_of(asked, date(2026, 11, 23)) == found


def test_links_keep_the_client_that_was_chosen() -> None:
    assert translate.link("/promises", month="2026-11") == "/promises?month=2026-11"
    assert (
        translate.link("/promises?client=nh", month="", metric="x")
        == "/promises?client=nh&metric=x"
    )
    assert translate.link("/promises") == "/promises"


def test_the_first_promise_shown_is_the_first_reply() -> None:
    told = {"metrics": [{"metric": "resolution"}, {"metric": "first_reply"}]}

    assert translate.first_metric(told) == "first_reply"
    assert translate.first_metric({"metrics": [{"metric": "agent_work"}]}) == "agent_work"
    assert translate.first_metric({}) == "first_reply"


def test_days_of_past_running_and_coming_months() -> None:
    today = date(2026, 11, 23)

    assert translate._day_of(date(2026, 10, 1), today) == 31
    assert translate._day_of(date(2026, 11, 1), today) == 23
    assert translate._day_of(date(2026, 12, 1), today) == 0
