"""Business hours: the calendar a contract names, and the table of instants it opens and closes at.

Instants are aware UTC; a calendar speaks of local wall time, which means a different offset on
different dates. `decide.py` turns one into the other.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

DAY_S = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
YEAR_US = timedelta(days=366) // MICRO


class CalendarError(ValueError):
    """The calendar cannot be kept: the message says which part and why."""


class BeyondHorizonError(Exception):
    """Nobody has said yet which days of that year are holidays, and nobody guesses."""


class Window(NamedTuple):
    """Local wall time in seconds of the day; one that does not close later ends the next day."""

    opens: int
    closes: int

    @property
    def overnight(self) -> bool:
        return self.closes <= self.opens


Week = tuple[
    tuple[Window, ...],
    tuple[Window, ...],
    tuple[Window, ...],
    tuple[Window, ...],
    tuple[Window, ...],
    tuple[Window, ...],
    tuple[Window, ...],
]


@dataclass(frozen=True)
class CalendarSpec:
    """Monday first. `dated` says all that is open on a date, holiday or not.

    `holidays` are local dates, known from `known_from` to before `known_until` (None: for ever).
    """

    zone: str
    week: Week
    holidays: frozenset[date] = frozenset()
    dated: tuple[tuple[date, tuple[Window, ...]], ...] = ()
    known_from: date | None = None
    known_until: date | None = None

    @cached_property
    def dated_by_day(self) -> dict[date, tuple[Window, ...]]:
        return dict(self.dated)


class Interval(NamedTuple):
    """Open from `opens` to before `closes`, in microseconds since 1970."""

    opens: int
    closes: int


class Leg(NamedTuple):
    """A stretch of real time, and whether the calendar was open in it."""

    start: datetime
    end: datetime
    open: bool


Edges = Callable[[int, int], list[Interval]]


@dataclass
class OpenHours:
    """Prefix sums over a calendar's open intervals, so that due and elapsed are two look-ups.

    The table grows when it is asked beyond its ends, up to `first` and `last`; what it has
    answered never changes.
    """

    edges: Edges
    first: datetime
    last: datetime
    _from: int = 0
    _to: int = 0
    _opens: list[int] = field(default_factory=list)
    _reached: list[int] = field(default_factory=list)
    _before: list[int] = field(default_factory=list)
    _closes: list[int] = field(default_factory=list)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Open time in [start, end); nothing when `end` is not later."""
        if end <= start:
            return timedelta()
        a, b = _micros(start), _micros(end)
        if a < self._from or b > self._to:
            self._cover(a, b)
        return timedelta(microseconds=self._open_until(b) - self._open_until(a))

    def due(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest instant by which `amount` of open time has passed since `start`."""
        if amount <= _NOTHING:
            return start
        goal = self._goal(start, amount)
        index = bisect_left(self._reached, goal)
        while index == len(self._reached):
            self._double()
            goal = self._goal(start, amount)
            index = bisect_left(self._reached, goal)
        return _instant(self._closes[index] - (self._reached[index] - goal))

    def exceeded(self, start: datetime, amount: timedelta) -> datetime:
        """The latest instant by which no more than `amount` of open time has passed."""
        goal = self._goal(start, amount)
        index = bisect_right(self._reached, goal)
        while index == len(self._reached):
            self._double()
            goal = self._goal(start, amount)
            index = bisect_right(self._reached, goal)
        return max(start, _instant(self._opens[index] + max(0, goal - self._before[index])))

    def legs(self, start: datetime, end: datetime) -> list[Leg]:
        """[start, end) cut where the calendar opens and closes."""
        a, b = _micros(start), _micros(end)
        self._cover(a, b)
        found: list[Leg] = []
        at = a
        for index in range(bisect_right(self._closes, a), bisect_left(self._opens, b)):
            opens, closes = max(self._opens[index], a), min(self._closes[index], b)
            if opens > at:
                found.append(Leg(_instant(at), _instant(opens), open=False))
            found.append(Leg(_instant(opens), _instant(closes), open=True))
            at = closes
        if at < b:
            found.append(Leg(_instant(at), _instant(b), open=False))
        return found

    def _goal(self, start: datetime, amount: timedelta) -> int:
        at = _micros(start)
        if not self._from <= at < self._to:
            self._cover(at, at)
        return self._open_until(at) + _span(amount)

    def _double(self) -> None:
        self._grow(self._from, self._to + 1, reserve=self._to - self._from)

    def _open_until(self, at: int) -> int:
        index = bisect_right(self._opens, at) - 1
        if index < 0:
            return 0
        return self._before[index] + min(at, self._closes[index]) - self._opens[index]

    def _cover(self, start: int, end: int) -> None:
        if self._from == self._to:
            self._from = self._to = start
            self._grow(start, end, reserve=YEAR_US)
        elif start < self._from or end > self._to:
            self._grow(min(start, self._from), max(end, self._to), reserve=YEAR_US)

    def _grow(self, start: int, end: int, *, reserve: int) -> None:
        first, last = _micros(self.first), _micros(self.last)
        if start < first or end > last:
            raise BeyondHorizonError(f"known from {self.first.date()} to {self.last.date()} only")
        low = self._from if start == self._from and self._reached else start - reserve
        high = self._to if end == self._to and self._reached else end + reserve
        self._extend(max(low, first), min(high, last))

    def _extend(self, start: int, end: int) -> None:
        intervals = self.edges(start, end)
        self._opens = [interval.opens for interval in intervals]
        self._closes = [interval.closes for interval in intervals]
        self._before, self._reached = [], []
        total = 0
        for interval in intervals:
            self._before.append(total)
            total += interval.closes - interval.opens
            self._reached.append(total)
        self._from, self._to = start, end


def _micros(instant: datetime) -> int:
    return _span(instant - EPOCH)


def _span(amount: timedelta) -> int:
    return (amount.days * DAY_S + amount.seconds) * 1_000_000 + amount.microseconds


def _instant(micros: int) -> datetime:
    seconds, rest = divmod(micros, 1_000_000)
    return EPOCH + timedelta(0, seconds, rest)


_NOTHING = timedelta()
