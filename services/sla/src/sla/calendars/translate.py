"""Calendars as people write them, as they are stored, and the holidays of a country as dates."""

import zoneinfo
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import holidays
import tzdata  # type: ignore[import-untyped]

from sla.calendars.decide import DAYS
from sla.calendars.model import DAY_S, CalendarError, CalendarSpec, Window

# Which edition of the zone rules every table stands on.
TZDATA: str = tzdata.IANA_VERSION
YEARS_BACK = 2
YEARS_AHEAD = 10


def use_packaged_zones() -> None:
    """Zone rules come from the pinned package and not from whatever the machine has."""
    zoneinfo.reset_tzpath(())
    zoneinfo.ZoneInfo.clear_cache()


def country_holidays(
    country: str, subdivision: str | None, years: Sequence[int]
) -> frozenset[date]:
    """The public holidays as local dates.

    Raises:
        CalendarError: no such country or subdivision.
    """
    try:
        found = holidays.country_holidays(country, subdiv=subdivision, years=years)
    except NotImplementedError:
        named = f"{country}-{subdivision}" if subdivision else country
        raise CalendarError(f"holidays of {named!r} are not known") from None
    return frozenset(found)


def window(opens: str, closes: str) -> Window:
    """`09:00` to `17:00`; `24:00` is the end of the day, an earlier end the next day's.

    Raises:
        CalendarError: it is no time of day.
    """
    return Window(_seconds(opens), _seconds(closes))


def to_document(spec: CalendarSpec) -> dict[str, Any]:
    return {
        "zone": spec.zone,
        "week": {day: _windows(windows) for day, windows in zip(DAYS, spec.week, strict=True)},
        "holidays": sorted(day.isoformat() for day in spec.holidays),
        "dated": {day.isoformat(): _windows(windows) for day, windows in spec.dated},
        "known_from": spec.known_from.isoformat() if spec.known_from else None,
        "known_until": spec.known_until.isoformat() if spec.known_until else None,
    }


def from_document(document: Mapping[str, Any]) -> CalendarSpec:
    return CalendarSpec(
        zone=document["zone"],
        week=week({day: document["week"][day] for day in DAYS}),
        holidays=frozenset(date.fromisoformat(day) for day in document["holidays"]),
        dated=dated(document["dated"]),
        known_from=_day(document["known_from"]),
        known_until=_day(document["known_until"]),
    )


def week(days: Mapping[str, Sequence[Sequence[str]]]) -> Any:
    """Days that are not named are closed."""
    return tuple(_day_windows(days.get(day, ())) for day in DAYS)


def dated(days: Mapping[str, Sequence[Sequence[str]]]) -> Any:
    named = {date.fromisoformat(day): _day_windows(windows) for day, windows in days.items()}
    return tuple(sorted(named.items()))


def _day_windows(windows: Sequence[Sequence[str]]) -> tuple[Window, ...]:
    return tuple(sorted(window(opens, closes) for opens, closes in windows))


def _windows(windows: Sequence[Window]) -> list[list[str]]:
    return [[_clock(w.opens), _clock(w.closes)] for w in windows]


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def _seconds(text: str) -> int:
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(len(p) == 2 and p.isdecimal() for p in parts):
        raise CalendarError(f"{text!r} is no time of day")
    hours, minutes, seconds = (int(part) for part in [*parts, "00"][:3])
    found = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or found > DAY_S:
        raise CalendarError(f"{text!r} is no time of day")
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
