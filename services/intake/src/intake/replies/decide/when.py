"""An instant in words: in the reader's language, in the reader's zone, which is named."""
# house: pure: Babel formats from tables that are part of the package

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time

_BETWEEN = {"ja": " ", "zh": " ", "ko": " ", "ar": "، "}


def spoken(instant: datetime, zone: str, language: str) -> str:
    """Day, time and offset, for example `Montag, 23. November 2026, 15:07 (GMT+1)`.

    A zone that nobody knows is UTC, a language that nobody knows is English.
    """
    local = instant.astimezone(_zone(zone))
    locale = locale_of(language)
    clock = format_time(local, "short", locale=locale) if locale.language == "en" else ""
    between = _BETWEEN.get(locale.language, ", ")
    day = format_date(local, "full", locale=locale)
    return f"{day}{between}{clock or local.strftime('%H:%M')} ({_offset(local)})"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def locale_of(language: str) -> Locale:
    """A language that nobody knows is English."""
    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"GMT{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "GMT"
