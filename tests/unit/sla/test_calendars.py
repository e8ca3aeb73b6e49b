"""Wall time to instants: windows, holidays, half-days, hard clock changes, and what is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.calendars import translate
from sla.calendars.decide import (
    always,
    decide_calendar,
    except_holidays,
    open_hours,
    windows_on,
)
from sla.calendars.model import BeyondHorizonError, CalendarError, CalendarSpec, Window
from tests.unit.sla.timelines import TZDATA, instant

HOUR = timedelta(hours=1)
NINE_TO_FIVE = (Window(9 * 3600, 17 * 3600),)
NIGHT = (Window(22 * 3600, 6 * 3600),)
OFFICE = CalendarSpec(
    "Europe/Berlin",
    (NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, (), ()),
)
NIGHTS = CalendarSpec("Europe/Berlin", (NIGHT, NIGHT, NIGHT, NIGHT, NIGHT, NIGHT, NIGHT))


def elapsed(spec: CalendarSpec, start: str, end: str) -> timedelta:
    return open_hours(spec, TZDATA).elapsed(instant(start), instant(end))


@pytest.mark.parametrize(
    ("night", "hours"),
    [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-10", 8)],
)
def test_a_night_shift_lasts_as_long_as_it_really_lasts(night: str, hours: int) -> None:
    noon = datetime.fromisoformat(f"{night}T12:00:00+00:00")

    assert open_hours(NIGHTS, TZDATA).elapsed(noon, noon + 24 * HOUR) == hours * HOUR


def test_an_hour_later_in_the_repeated_hour_has_the_same_label_and_another_offset() -> None:
    spec = CalendarSpec("Europe/Amsterdam", (((Window(0, 36000),)),) * 7)

    due = open_hours(spec, TZDATA).due(datetime.fromisoformat("2022-10-30T02:00:00+02:00"), HOUR)

    assert due == datetime.fromisoformat("2022-10-30T02:00:00+01:00")


def test_a_window_that_opens_in_the_skipped_hour_opens_at_the_first_real_instant() -> None:
    spec = replace(NIGHTS, week=(((Window(9000, 14400),)),) * 7)

    opened = open_hours(spec, TZDATA).due(instant("2026-03-29T00:00:00Z"), timedelta(seconds=1))

    assert opened == instant("2026-03-29T01:00:01Z")


def test_a_day_that_never_was_is_not_counted() -> None:
    around = always("Pacific/Apia")

    assert elapsed(around, "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z") == 48 * HOUR
    office = replace(OFFICE, zone="Pacific/Apia")
    assert elapsed(office, "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z") == 8 * HOUR


def test_half_an_hour_of_summer_time_counts_half_an_hour() -> None:
    around = CalendarSpec("Australia/Lord_Howe", (((Window(0, 86400),)),) * 7)
    start = datetime(2026, 4, 5, tzinfo=ZoneInfo("Australia/Lord_Howe")).astimezone(UTC)
    end = datetime(2026, 4, 6, tzinfo=ZoneInfo("Australia/Lord_Howe")).astimezone(UTC)

    assert open_hours(around, TZDATA).elapsed(start, end) == timedelta(hours=24, minutes=30)


def test_a_dated_entry_says_all_that_is_open_on_its_date() -> None:
    eve, day = date(2026, 12, 24), date(2026, 12, 25)
    spec = replace(
        NIGHTS,
        holidays=frozenset({eve, day}),
        dated=((eve, (Window(9 * 3600, 12 * 3600), Window(23 * 3600, 3600))),),
    )

    assert windows_on(spec, eve) == (Window(32400, 43200), Window(82800, 86400))
    assert windows_on(spec, day) == ()
    assert windows_on(replace(spec, holidays=frozenset({eve})), day) == (
        Window(0, 3600),
        Window(22 * 3600, 86400),
    )


def test_a_window_to_midnight_may_be_written_both_ways() -> None:
    early = replace(OFFICE, week=((translate.window("22:00", "24:00"),),) * 7)
    late = replace(OFFICE, week=((translate.window("22:00", "00:00"),),) * 7)

    for spec in (early, late):
        assert elapsed(spec, "2026-06-01T00:00:00Z", "2026-06-08T00:00:00Z") == 14 * HOUR


def test_day_and_night_but_holidays_is_a_calendar_of_its_own() -> None:
    spec = except_holidays(replace(OFFICE, holidays=frozenset({date(2026, 6, 2)})))

    assert elapsed(spec, "2026-05-31T22:00:00Z", "2026-06-07T22:00:00Z") == 6 * 24 * HOUR


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (replace(OFFICE, zone="Mars/Olympus"), "no IANA time zone"),
        (replace(OFFICE, zone="../etc/passwd"), "no IANA time zone"),
        (replace(OFFICE, week=((),) * 7), "no open hour"),
        (replace(OFFICE, week=((Window(3600, 3600),),) + ((),) * 6), "never open"),
        (replace(OFFICE, week=((Window(-1, 3600),),) + ((),) * 6), "between 00:00 and 24:00"),
        (replace(OFFICE, week=((Window(86400, 3600),),) + ((),) * 6), "between 00:00 and 24:00"),
        (replace(OFFICE, week=((Window(0, 90000),),) + ((),) * 6), "between 00:00 and 24:00"),
        (
            replace(OFFICE, week=((Window(0, 7200), Window(3600, 9000)),) + ((),) * 6),
            "mon: two windows overlap",
        ),
        (
            replace(
                OFFICE,
                dated=(
                    (
                        date(2026, 12, 24),
                        (Window(0, 7200), Window(0, 90)),
                    ),
                ),
            ),
            "2026-12-24: two windows overlap",
        ),
    ],
)
def test_a_calendar_that_cannot_be_kept_is_refused(spec: CalendarSpec, said: str) -> None:
    with pytest.raises(CalendarError, match=said):
        decide_calendar(spec)


def test_a_good_calendar_is_kept_as_it_is() -> None:
    assert decide_calendar(OFFICE) is OFFICE


def test_the_table_grows_beyond_its_ends_and_says_the_same() -> None:
    table, fresh = open_hours(OFFICE, "grown"), open_hours(OFFICE, "fresh")
    start = instant("2026-06-01T07:00:00Z")
    near = table.due(start, HOUR)

    far = table.due(start, timedelta(days=900))
    early = table.elapsed(instant("2019-01-01T00:00:00Z"), start)
    late = table.elapsed(start, instant("2039-01-01T00:00:00Z"))

    assert (near, far) == (start + HOUR, fresh.due(start, timedelta(days=900)))
    assert early == fresh.elapsed(instant("2019-01-01T00:00:00Z"), start)
    assert late == fresh.elapsed(start, instant("2039-01-01T00:00:00Z"))
    assert table.exceeded(start, timedelta(days=2000)) > far


def test_what_nobody_knows_yet_is_not_guessed() -> None:
    spec = replace(OFFICE, known_from=date(2026, 1, 1), known_until=date(2027, 1, 1))
    table = open_hours(spec, TZDATA)
    start = instant("2026-12-01T00:00:00Z")

    assert table.due(start, 100 * HOUR) < instant("2027-01-01T00:00:00Z")
    with pytest.raises(BeyondHorizonError):
        table.due(start, 400 * HOUR)
    with pytest.raises(BeyondHorizonError):
        table.exceeded(start, 400 * HOUR)
    with pytest.raises(BeyondHorizonError):
        table.elapsed(instant("2025-12-31T00:00:00Z"), start)


def test_legs_cut_a_span_where_the_calendar_opens_and_closes() -> None:
    table = open_hours(OFFICE, TZDATA)

    legs = table.legs(instant("2026-06-05T14:00:00Z"), instant("2026-06-08T08:00:00Z"))
    inside = table.legs(instant("2026-06-05T08:00:00Z"), instant("2026-06-05T09:00:00Z"))
    closed = table.legs(instant("2026-06-06T08:00:00Z"), instant("2026-06-06T09:00:00Z"))

    assert [(leg.end - leg.start, leg.open) for leg in legs] == [
        (HOUR, True),
        (64 * HOUR, False),
        (HOUR, True),
    ]
    assert [leg.open for leg in inside] == [True]
    assert [leg.open for leg in closed] == [False]


STARTS = st.timedeltas(timedelta(), timedelta(days=365)).map(
    lambda since: datetime(2026, 1, 1, tzinfo=UTC) + since
)
AMOUNTS = st.timedeltas(timedelta(microseconds=1), timedelta(days=40))
ZONES = st.sampled_from(
    ["Europe/London", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca"]
)


@settings(max_examples=150, deadline=None)
@given(ZONES, STARTS, AMOUNTS)
def test_due_and_elapsed_undo_each_other(zone: str, start: datetime, amount: timedelta) -> None:
    table = open_hours(replace(OFFICE, zone=zone), TZDATA)

    due = table.due(start, amount)

    assert table.elapsed(start, due) == amount
    assert table.elapsed(start, due - timedelta(microseconds=1)) < amount
    assert table.elapsed(start, table.exceeded(start, amount)) == amount
    after = table.exceeded(start, amount) + timedelta(microseconds=1)
    assert table.elapsed(start, after) > amount


@settings(max_examples=100, deadline=None)
@given(ZONES, STARTS, st.lists(AMOUNTS, min_size=2, max_size=4))
def test_parts_of_a_span_add_up(zone: str, start: datetime, parts: list[timedelta]) -> None:
    table = open_hours(replace(NIGHTS, zone=zone), TZDATA)

    total, at = timedelta(), start
    for part in parts:
        total += table.elapsed(at, at + part)
        at += part

    assert total == table.elapsed(start, at)
    assert table.elapsed(at, start) == timedelta()


@pytest.mark.parametrize("text", ["9:00", "24:01", "12:60", "noon", "", "12", "12:00:61", "1²:00"])
def test_a_time_of_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CalendarError, match="no time of day"):
        translate.window(text, "17:00")


def test_a_calendar_comes_back_from_its_document() -> None:
    spec = replace(
        NIGHTS,
        week=((Window(30, 90), *NIGHT), NIGHT, NIGHT, NIGHT, NIGHT, (), ()),
        holidays=frozenset({date(2026, 12, 25)}),
        dated=((date(2026, 12, 24), NINE_TO_FIVE), (date(2026, 12, 31), ())),
        known_from=date(2024, 1, 1),
        known_until=date(2037, 1, 1),
    )

    assert translate.from_document(translate.to_document(spec)) == spec


def test_the_holidays_of_a_country_are_dates() -> None:
    bavaria = translate.country_holidays("DE", "BY", range(2026, 2028))

    assert {date(2026, 1, 6), date(2026, 12, 25), date(2027, 11, 1)} <= bavaria
    with pytest.raises(CalendarError, match="'XX' are not known"):
        translate.country_holidays("XX", None, [2026])
    with pytest.raises(CalendarError, match="'DE-ZZ' are not known"):
        translate.country_holidays("DE", "ZZ", [2026])
