"""A week of shifts in one zone: places in the day, nights, cover, wall times of a form."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.pages import Span
from console.roster import translate

MONDAY = date(2026, 11, 23)
INES = {"id": "ines", "name": "Inês Carvalho", "zone": "Europe/Lisbon", "languages": []}
ZONES = st.sampled_from(
    ["Europe/Lisbon", "Asia/Kathmandu", "America/New_York", "Asia/Tokyo", "UTC"]
)


def shift(starts: str, ends: str, **more: Any) -> dict[str, Any]:
    return {"id": "s1", "person": "ines", "starts_at": starts, "ends_at": ends, **more}


def placed(told: dict[str, Any], zone: str, first: date = MONDAY) -> list[list[Span]]:
    (row,) = translate.rows([INES], [told], first, zone, href="/roster?week=x", open_="")
    return [[one.span for one in day] for day in row.shifts]


def test_a_shift_stands_on_the_day_it_starts_in_the_zone_shown() -> None:
    told = shift("2026-11-23T22:00:00Z", "2026-11-24T06:00:00Z")

    assert placed(told, "UTC")[0] == [Span(88, 32)]
    assert placed(told, "Asia/Tokyo")[1] == [Span(28, 32)]


def test_a_night_with_a_clock_change_is_as_long_as_it_lasts() -> None:
    told = shift("2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z")

    days = placed(told, "Europe/Berlin", date(2026, 3, 23))

    assert days[5] == [Span(88, 28)]


def test_hours_count_what_is_worked_and_not_what_was_removed() -> None:
    kept = shift("2026-11-23T06:00:00Z", "2026-11-23T14:00:00Z")
    gone = shift("2026-11-24T06:00:00Z", "2026-11-24T14:00:00Z", state="removed", change="removed")

    (row,) = translate.rows([INES], [kept, gone], MONDAY, "UTC", href="/roster?x", open_="s1")

    assert row.hours == 8
    assert row.shifts[0][0].href == "/roster?x&shift=s1"
    assert (row.shifts[1][0].href, row.shifts[1][0].change) == ("", "removed")


def test_warnings_become_words_on_the_shift() -> None:
    told = shift(
        "2026-11-23T06:00:00Z",
        "2026-11-23T14:00:00Z",
        warnings=[{"rule": "rest", "detail": "Only 6 h rest"}, "Sixth day in a row"],
    )

    (row,) = translate.rows([INES], [told], MONDAY, "UTC", href="", open_="")

    assert row.shifts[0][0].problem == "Only 6 h rest; Sixth day in a row"


def test_the_person_with_the_first_shift_comes_first() -> None:
    omar = {"id": "omar", "name": "Omar", "zone": "Asia/Amman", "languages": []}
    early = {**shift("2026-11-23T06:00:00Z", "2026-11-23T14:00:00Z"), "person": "omar"}
    late = shift("2026-11-23T14:00:00Z", "2026-11-23T22:00:00Z")

    rows = translate.rows([INES, omar], [late, early], MONDAY, "UTC", href="", open_="")

    assert [row.person.name for row in rows] == ["Omar", "Inês Carvalho"]


@given(ZONES, ZONES, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_a_night_is_eight_hours_of_every_ordinary_day(zone: str, own: str, day: date) -> None:
    first = translate.monday(day)
    (row,) = translate.rows([{**INES, "zone": own}], [], first, zone, href="", open_="")

    for spans in row.nights:
        assert all(span.start >= 0 and span.start + span.length <= 96 for span in spans)
        assert 24 <= sum(span.length for span in spans) <= 40


def test_cover_joins_neighbours_and_puts_danger_first() -> None:
    def interval(start: str, end: str, required: int, rostered: int) -> dict[str, Any]:
        return {"from": start, "to": end, "required": required, "rostered": rostered}

    told = {
        "items": [
            {
                "language": "de",
                "intervals": [
                    interval("2026-11-23T00:00:00Z", "2026-11-23T06:00:00Z", 1, 3),
                    interval("2026-11-23T06:00:00Z", "2026-11-23T12:00:00Z", 1, 2),
                ],
            },
            {
                "language": "ja",
                "intervals": [interval("2026-11-23T00:00:00Z", "2026-11-23T12:00:00Z", 1, 0)],
            },
        ]
    }

    strips = translate.cover(told, MONDAY, "UTC")

    assert [strip.language for strip in strips] == ["ja", "de"]
    assert [(p.span, p.level, p.short) for p in strips[0].days[0]] == [(Span(0, 48), "breached", 1)]
    assert [(p.span, p.level) for p in strips[1].days[0]] == [(Span(0, 48), "enough")]
    assert strips[1].days[1] == ()


def test_one_exactly_is_called_just_enough() -> None:
    told = {
        "items": [
            {
                "language": "uk",
                "intervals": [
                    {
                        "from": "2026-11-23T10:00:00Z",
                        "to": "2026-11-23T11:00:00Z",
                        "required": 2,
                        "rostered": rostered,
                    }
                ],
            }
            for rostered in (2, 1)
        ]
    }

    levels = [strip.days[0][0].level for strip in translate.cover(told, MONDAY, "UTC")]

    assert sorted(levels) == ["late", "soon"]


def test_an_end_before_the_start_is_on_the_next_day() -> None:
    begins, ends = translate.shift_instants("2026-11-23", "22:00", "06:00", "Europe/Lisbon")

    assert (ends - begins).total_seconds() == 8 * 3600
    assert begins == datetime(2026, 11, 23, 22, tzinfo=ZoneInfo("Europe/Lisbon"))


def test_a_form_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError):
        translate.shift_instants("", "22:00", "06:00", "UTC")


def test_a_week_has_seven_days_also_when_the_clock_changes() -> None:
    first, last = translate.bounds(date(2026, 3, 23), "Europe/Berlin")

    assert (last.astimezone(UTC) - first.astimezone(UTC)).total_seconds() == (7 * 24 - 1) * 3600
