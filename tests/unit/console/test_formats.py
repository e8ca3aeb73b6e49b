"""The words for instants, durations and figures."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import formats
from console.pages import Due, Reader

NOW = datetime(2026, 11, 19, 14, 24, tzinfo=UTC)
EN = Reader("en", "Europe/Lisbon", NOW)
AR = Reader("ar", "Europe/Lisbon", NOW)
PLAIN = formats.Words(NullTranslations().gettext, NullTranslations().ngettext)


def due(minutes: float, used: int = 10) -> Due:
    return Due("running", NOW + timedelta(minutes=minutes), used)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (6000, "1 h 40"),
        (3660, "1 h 01"),
        (86_400, "1 d"),
        (97_200, "1 d 3 h"),
        (-240, "4 min"),
    ],
)
def test_durations_have_two_units_at_most(seconds: int, words: str) -> None:
    assert formats.duration(seconds, PLAIN) == words


@given(st.integers(min_value=0, max_value=10**7), st.integers(min_value=0, max_value=10**7))
def test_a_longer_time_never_reads_shorter(one: int, other: int) -> None:
    shorter, longer = sorted((one, other))

    assert _seconds(formats.duration(shorter, PLAIN)) <= _seconds(formats.duration(longer, PLAIN))


def _seconds(words: str) -> int:
    units = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
    parts = words.split()
    total = sum(int(n) * units[u] for n, u in zip(parts[::2], parts[1::2], strict=False))
    return total + (int(parts[2]) * 60 if len(parts) == 3 else 0)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(6, "6 min"), (-4, "4 min over"), (0, "0 s over"), (100, "1 h 40"), (1419, "Fri 14:03")],
)
def test_a_promise_reads_as_what_is_left_of_it(minutes: int, words: str) -> None:
    assert formats.relative_due(due(minutes), EN, PLAIN) == words


def test_says_left_only_where_something_counts_down() -> None:
    assert formats.due_left(due(6), EN, PLAIN) == "6 min left"
    assert formats.due_left(due(-4), EN, PLAIN) == "4 min over"
    assert formats.due_left(due(1419), EN, PLAIN) == "Fri 14:03"


@pytest.mark.parametrize(
    ("used", "stage"), [(0, "enough"), (49, "enough"), (50, "soon"), (74, "soon"), (75, "late")]
)
def test_the_ramp_turns_at_half_and_at_three_quarters(used: int, stage: str) -> None:
    assert formats.ramp(due(6, used), EN) == stage


@given(st.integers(0, 200), st.integers(0, 10_000))
def test_a_promise_past_its_instant_is_breached_whatever_was_used(used: int, past: int) -> None:
    late = Due("running", NOW - timedelta(seconds=past), used)

    assert formats.ramp(late, EN) == "breached"


def test_a_promise_that_does_not_run_has_no_stage() -> None:
    assert [formats.ramp(Due(s), EN) for s in ("paused", "kept", "excused", "void")] == [""] * 4
    assert formats.ramp(Due("missed"), EN) == "breached"


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "14:24"), (-24, "Wed 14:24"), (-24 * 6, "13 Nov 14:24"), (24 * 60, "18 Jan 2027 14:24")],
)
def test_an_instant_says_as_little_as_tells_it_apart(hours: int, words: str) -> None:
    assert formats.in_zone(NOW + timedelta(hours=hours), EN) == words


def test_an_instant_is_in_the_zone_asked_for() -> None:
    assert formats.short_time(NOW, EN, "Europe/Berlin") == "15:24"
    assert formats.in_zone(NOW, EN, "Asia/Tokyo") == "23:24"
    assert formats.exact(NOW, EN, "Asia/Tokyo") == "Thursday, 19 November 2026, 23:24:00 (Tokyo)"


def test_arabic_keeps_the_digits_that_clocks_at_work_have() -> None:
    texts = (
        formats.short_time(NOW, AR),
        formats.exact(NOW, AR),
        formats.percent(Decimal("0.962"), AR),
        formats.number(4906, AR),
        formats.day(NOW, AR),
    )

    assert not [text for text in texts if any("٠" <= sign <= "٩" for sign in text)]


@given(st.decimals(min_value=0, max_value=1, places=6))
def test_a_share_is_never_rounded_up(share: Decimal) -> None:
    shown = Decimal(formats.percent(share, EN).rstrip("%")) / 100

    assert shown <= share < shown + Decimal("0.001")


def test_just_below_a_promise_does_not_read_as_kept() -> None:
    assert formats.percent(Decimal("0.94999"), EN) == "94.9%"


def test_a_week_names_its_month_once() -> None:
    assert formats.week(date(2026, 11, 23), date(2026, 11, 29), EN) == "23–29 November"
    assert formats.week(date(2026, 11, 30), date(2026, 12, 6), EN) == "30 November – 6 December"


def test_shift_hours_drop_minutes_and_end_a_day_at_24() -> None:
    start = datetime(2026, 11, 23, 8, tzinfo=UTC)

    assert formats.hours(start, start + timedelta(hours=8), EN) == "8–16"
    assert formats.hours(start, start + timedelta(hours=8, minutes=30), EN) == "8–16:30"
    assert formats.hours(start, datetime(2026, 11, 24, tzinfo=UTC), EN) == "8–24"


def test_names_languages_and_cities_in_the_readers_language() -> None:
    assert formats.language_name("de", EN, PLAIN) == "German"
    assert formats.language_name("de", AR, PLAIN) == "الألمانية"
    assert formats.language_name("pt-BR", EN, PLAIN) == "Brazilian Portuguese"
    assert formats.language_name("und", EN, PLAIN) == "Unknown language"
    assert formats.city("America/Argentina/Cordoba", EN) == "Cordoba"
    assert formats.city("Europe/Lisbon", AR) == "لشبونة"


def test_sizes_are_never_nothing() -> None:
    assert formats.size(12, PLAIN) == "1 kB"
    assert formats.size(412_000, PLAIN) == "412 kB"
    assert formats.size(2_340_000, PLAIN) == "2.3 MB"
