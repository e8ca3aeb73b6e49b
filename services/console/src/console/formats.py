"""Instants, durations and figures in the reader's words and zone: the functions behind the filters.

The same words travel to the browser (`clock_words`), so that what ticks there reads as drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    get_timezone_location,
)
from babel.numbers import format_decimal, format_percent

from console.pages import Due, Reader

SOON, LATE = 50, 75
TICKING = timedelta(hours=12)
BABEL_LOCALE = {"en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogue of the reader's language."""

    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]


@lru_cache
def cldr(locale: str) -> Locale:
    return Locale.parse(BABEL_LOCALE.get(locale, locale), sep="-" if "-" in locale else "_")


def _local(value: datetime, reader: Reader, zone: str = "") -> datetime:
    return value.astimezone(ZoneInfo(zone or reader.zone))


def short_time(value: datetime, reader: Reader, zone: str = "") -> str:
    """14:08, on 24 hours in every language: clocks at work are."""
    local = _local(value, reader, zone)
    return format_skeleton("Hm", local, ZoneInfo(zone or reader.zone), True, cldr(reader.locale))


def in_zone(value: datetime, reader: Reader, zone: str = "") -> str:
    """As little as tells the instant apart: 14:08 today, Fri 14:08 this week, else 19 Nov 14:08."""
    local, today = _local(value, reader, zone), _local(reader.now, reader, zone)
    time = short_time(value, reader, zone)
    days = abs((local.date() - today.date()).days)
    if days == 0:
        return time
    if days < 6:
        return f"{format_date(local, 'EEE', cldr(reader.locale))} {time}"
    skeleton = "MMMd" if local.year == today.year else "yMMMd"
    return f"{format_skeleton(skeleton, local, None, True, cldr(reader.locale))} {time}"


def exact(value: datetime, reader: Reader, zone: str = "") -> str:
    """Everything, for titles: Thursday, 19 November 2026 at 14:36:05 (Lisbon)."""
    local = _local(value, reader, zone)
    locale = cldr(reader.locale)
    day = format_date(local, "full", locale)
    time = format_datetime(local, "HH:mm:ss", None, locale)
    return f"{day}, {time} ({city(zone or reader.zone, reader)})"


def day(value: date | datetime, reader: Reader) -> str:
    """19 November."""
    if isinstance(value, datetime):
        value = _local(value, reader).date()
    return format_skeleton("MMMMd", value, None, True, cldr(reader.locale))


def weekday(value: date | datetime, reader: Reader) -> str:
    """Mon 23."""
    if isinstance(value, datetime):
        value = _local(value, reader).date()
    return format_date(value, "EEE d", cldr(reader.locale))


def weekday_name(value: date, reader: Reader) -> str:
    return format_date(value, "EEE", cldr(reader.locale))


def week(first: date, last: date, reader: Reader) -> str:
    """23–29 November; both months where a week crosses them."""
    ending = day(last, reader)
    if first.month != last.month:
        return f"{day(first, reader)} – {ending}"
    return ending.replace(str(last.day), f"{first.day}–{last.day}", 1)


def month(value: date, reader: Reader) -> str:
    return format_skeleton("yMMMM", value, None, True, cldr(reader.locale))


@lru_cache(maxsize=1024)
def _city(zone: str, locale: str) -> str:
    return get_timezone_location(ZoneInfo(zone), cldr(locale), return_city=True).split("/")[-1]


def city(zone: str, reader: Reader) -> str:
    return _city(zone, reader.locale)


def hours(first: datetime, last: datetime, reader: Reader, zone: str = "") -> str:
    """10–18, with minutes only where they matter."""
    start, end = (_local(value, reader, zone) for value in (first, last))
    to = 24 if end.hour == end.minute == 0 and end.date() > start.date() else end.hour
    ends = ((start.hour, start.minute), (to, end.minute))
    return "–".join(f"{hour}:{minute:02}" if minute else str(hour) for hour, minute in ends)


def duration(value: timedelta | int, words: Words) -> str:
    """40 s, 12 min, 1 h 40, 2 d 3 h: two units at most, the smaller one cut off."""
    seconds = abs(int(value.total_seconds() if isinstance(value, timedelta) else value))
    _ = words.gettext
    if seconds < 60:
        return _("%(n)s s") % {"n": seconds}
    minutes = seconds // 60
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    whole, rest = divmod(minutes, 60)
    if whole < 24:
        return (_("%(h)s h %(m)s") if rest else _("%(h)s h")) % {"h": whole, "m": f"{rest:02}"}
    days, rest = divmod(whole, 24)
    return (_("%(d)s d %(h)s h") if rest else _("%(d)s d")) % {"d": days, "h": rest}


def ramp(due: Due, reader: Reader) -> str:
    """Where a promise stands: enough, soon (half used), late (three quarters used), breached."""
    if due.state == "missed" or (due.state == "running" and due.at and due.at <= reader.now):
        return "breached"
    if due.state != "running":
        return ""
    return "late" if due.used >= LATE else "soon" if due.used >= SOON else "enough"


def relative_due(due: Due, reader: Reader, words: Words) -> str:
    """6 min, 4 min over, 1 h 40; an instant (Fri 09:00) once it is more than half a day off."""
    _ = words.gettext
    if due.state == "paused":
        return _("paused")
    if due.at is None:
        return ""
    if due.at <= reader.now:
        return _("%(time)s over") % {"time": duration(reader.now - due.at, words)}
    if due.at - reader.now > TICKING:
        return in_zone(due.at, reader)
    return duration(due.at - reader.now, words)


def due_left(due: Due, reader: Reader, words: Words) -> str:
    """6 min left; like `relative_due` where there is nothing to count down."""
    text = relative_due(due, reader, words)
    if due.at is None or not reader.now < due.at <= reader.now + TICKING:
        return text
    return words.gettext("%(time)s left") % {"time": text}


def countdown(value: datetime, reader: Reader, words: Words) -> str:
    """40 s left."""
    return words.gettext("%(time)s left") % {
        "time": duration(max(value - reader.now, timedelta()), words)
    }


def since(value: datetime, reader: Reader, words: Words) -> str:
    """How long something lasts by now."""
    return duration(max(reader.now - value, timedelta()), words)


def percent(value: Decimal | float, reader: Reader) -> str:
    """96.2 %, cut and not rounded up: 94.96 % of 95 % is not kept."""
    cut = Decimal(str(value)).quantize(Decimal("0.001"), rounding="ROUND_DOWN")
    return format_percent(cut, "#,##0.#%", locale=cldr(reader.locale), numbering_system="latn")


def number(value: Decimal | float, reader: Reader) -> str:
    return format_decimal(value, locale=cldr(reader.locale), numbering_system="latn")


def size(value: int, words: Words) -> str:
    """A file's size: 84 kB."""
    if value < 1_000_000:
        return words.gettext("%(n)s kB") % {"n": max(1, round(value / 1000))}
    return words.gettext("%(n)s MB") % {"n": round(value / 1_000_000, 1)}


def language_name(code: str, reader: Reader, words: Words) -> str:
    """German for `de`, with the region only where it tells (`pt-BR`)."""
    if code in {"", "und"}:
        return words.gettext("Unknown language")
    names = cldr(reader.locale).languages
    return names.get(code.replace("-", "_")) or names.get(code.split("-")[0]) or code


def clock_words(words: Words) -> dict[str, str]:
    """What the browser needs to tick in the same words."""
    _ = words.gettext
    return {
        "s": _("%(n)s s"),
        "min": _("%(n)s min"),
        "h": _("%(h)s h"),
        "hm": _("%(h)s h %(m)s"),
        "d": _("%(d)s d"),
        "dh": _("%(d)s d %(h)s h"),
        "over": _("%(time)s over"),
        "about": _("about %(time)s"),
        "left": _("%(time)s left"),
        "ago": _("%(time)s ago"),
    }
