"""From wall time to instants: which stretches of real time a calendar calls open. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sla.calendars.model import (
    DAY_S,
    EPOCH,
    MICRO,
    CalendarError,
    CalendarSpec,
    Interval,
    OpenHours,
    Week,
    Window,
)

FIRST = datetime(1970, 1, 2, tzinfo=UTC)
LAST = datetime(2200, 1, 1, tzinfo=UTC)
SCAN = timedelta(hours=12)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
DAY_US = DAY // MICRO
SECOND_US = SECOND // MICRO
_ALL_DAY = (Window(0, DAY_S),)
ALL_WEEK: Week = (_ALL_DAY, _ALL_DAY, _ALL_DAY, _ALL_DAY, _ALL_DAY, _ALL_DAY, _ALL_DAY)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Stretch(NamedTuple):
    """Real time under one UTC offset; all in microseconds."""

    start: int
    end: int
    offset: int


@lru_cache(maxsize=512)
def open_hours(spec: CalendarSpec, tzdata: str) -> OpenHours:
    """The table of a calendar; `tzdata` names the edition of the zone rules it stands on."""
    zone = ZoneInfo(spec.zone)
    return OpenHours(
        edges=lambda start, end: _edges(spec, zone, start, end),
        first=_midnight(spec.known_from, zone) if spec.known_from else FIRST,
        last=_midnight(spec.known_until, zone) if spec.known_until else LAST,
    )


def decide_calendar(spec: CalendarSpec) -> CalendarSpec:
    """The calendar as it may be kept.

    Raises:
        CalendarError: an unknown zone, a window that cannot be, or no open hour at all.
    """
    _check_zone(spec.zone)
    for day, windows in [*zip(DAYS, spec.week, strict=True), *_named(spec)]:
        _check_windows(day, windows)
    if not any(spec.week):
        raise CalendarError("the week has no open hour: a promise would never fall due")
    return spec


def windows_on(spec: CalendarSpec, day: date) -> tuple[Window, ...]:
    """What is open on a local date, the tail of the night before included; ends at 24:00."""
    dated = spec.dated_by_day
    if day in dated:
        return _own(dated[day])
    if day in spec.holidays:
        return ()
    before = day - DAY
    night = dated.get(before, spec.week[before.weekday()])
    tails = tuple(Window(0, window.closes) for window in night if window.overnight)
    return tuple(window for window in tails if window.closes) + _own(spec.week[day.weekday()])


def _own(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    return tuple(Window(w.opens, DAY_S if w.overnight else w.closes) for w in windows)


def _edges(spec: CalendarSpec, zone: ZoneInfo, start: int, end: int) -> list[Interval]:
    merged: list[Interval] = []
    for interval in sorted(_intervals(spec, zone, start, end)):
        if merged and interval.opens <= merged[-1].closes:
            merged[-1] = Interval(merged[-1].opens, max(merged[-1].closes, interval.closes))
        else:
            merged.append(interval)
    return merged


def _intervals(spec: CalendarSpec, zone: ZoneInfo, start: int, end: int) -> Iterator[Interval]:
    """Wall time is real time plus the offset inside one stretch: exact over every clock change."""
    for stretch in _stretches(zone, start, end):
        first = (stretch.start + stretch.offset) // DAY_US
        last = (stretch.end + stretch.offset - 1) // DAY_US
        for number in range(first, last + 1):
            midnight = number * DAY_US - stretch.offset
            for window in windows_on(spec, date.fromordinal(EPOCH.toordinal() + number)):
                opens = max(stretch.start, midnight + window.opens * SECOND_US)
                closes = min(stretch.end, midnight + window.closes * SECOND_US)
                if opens < closes:
                    yield Interval(opens, closes)


def _stretches(zone: ZoneInfo, start: int, end: int) -> Iterator[Stretch]:
    scan = SCAN // MICRO
    begun, offset = start, _offset(zone, start)
    at = start
    while at < end:
        upto = min(at + scan, end)
        if _offset(zone, upto) != offset:
            change = _change(zone, at, upto)
            yield Stretch(begun, change, offset)
            begun, offset = change, _offset(zone, change)
        at = upto
    if begun < end:
        yield Stretch(begun, end, offset)


def _change(zone: ZoneInfo, low: int, high: int) -> int:
    """The second at which the offset of `low` ends; clocks change on whole seconds."""
    before = _offset(zone, low)
    first, last = low // SECOND_US, -(-high // SECOND_US)
    while last - first > 1:
        middle = (first + last) // 2
        if _offset(zone, middle * SECOND_US) == before:
            first = middle
        else:
            last = middle
    return last * SECOND_US


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = (EPOCH + timedelta(microseconds=at)).astimezone(zone).utcoffset()
    return (offset or timedelta()) // MICRO


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CalendarError(f"{name!r} is no IANA time zone") from None


def _check_windows(day: str, windows: tuple[Window, ...]) -> None:
    for window in windows:
        if not (0 <= window.opens < DAY_S and 0 <= window.closes <= DAY_S):
            raise CalendarError(f"{day}: hours lie between 00:00 and 24:00")
        if window.opens == window.closes:
            raise CalendarError(f"{day}: a window that opens and closes at once is never open")
    own = sorted(_own(windows))
    for earlier, later in pairwise(own):
        if later.opens < earlier.closes:
            raise CalendarError(f"{day}: two windows overlap")


def _named(spec: CalendarSpec) -> list[tuple[str, tuple[Window, ...]]]:
    return [(day.isoformat(), windows) for day, windows in spec.dated]


def always(zone: str) -> CalendarSpec:
    """Day and night: a calendar like any other, not the absence of one."""
    return CalendarSpec(zone, ALL_WEEK)


def except_holidays(spec: CalendarSpec) -> CalendarSpec:
    """Day and night but on the calendar's holidays; its half-days count whole."""
    return replace(spec, week=ALL_WEEK, dated=())
