"""Shares, intervals and what may be shown of them. Pure; Decimal throughout, rounded once."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from feedback.scorecards.model import (
    NOBODY,
    Bucket,
    Counts,
    Interval,
    Move,
    Promoters,
    Score,
    Slice,
    Standing,
)
from feedback.surveys.model import State, Survey

FORMULA = "good / answered"
MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
HIDDEN_BELOW = 5
WIDE_BELOW = 30
LANES = 8
# Of the standard normal distribution, for 95 %.
Z = Decimal("1.959963984540054")
_PLACES = Decimal("0.0001")

K = TypeVar("K")


def wilson(good: int, n: int) -> Interval | None:
    """The 95 % interval of a share, honest for few answers and at 0 and 1; None without any."""
    if n == 0:
        return None
    share, square = Decimal(good) / n, Z * Z
    middle = share + square / (2 * n)
    spread = Z * (share * (1 - share) / n + square / (4 * n * n)).sqrt()
    whole = 1 + square / n
    low, high = (middle - spread) / whole, (middle + spread) / whole
    return Interval(max(low, Decimal(0)), min(high, Decimal(1)))


def score(counts: Counts) -> Score:
    """No answers are no score; under five the value stays hidden, under thirty it is wide."""
    n = counts.answered
    if n == 0:
        return Score(Standing.NONE, n)
    if n < HIDDEN_BELOW:
        return Score(Standing.HIDDEN, n)
    standing = Standing.WIDE if n < WIDE_BELOW else Standing.FIRM
    return Score(standing, n, Decimal(counts.good) / n, wilson(counts.good, n))


def told_apart(interval: Interval, gate: Decimal) -> bool:
    """Whether a score is truly on one side of a gate: its whole interval lies there."""
    return not interval.low <= gate <= interval.high


def rounded(share: Decimal) -> Decimal:
    """Four places, the only rounding there is."""
    return share.quantize(_PLACES, ROUND_HALF_UP)


def kind(score: int) -> Promoters:
    """Which kind of answer a score on 0 to 10 is. Zero is a detractor; every score is one kind."""
    if not 0 <= score <= 10:
        raise ValueError("a score of this kind is 0 to 10")
    return Promoters(int(score >= 9), int(7 <= score <= 8), int(score <= 6))


def nps(counts: Promoters) -> int | None:
    """Promoters less detractors in percent, from the counts, rounded once; None without any."""
    if counts.n == 0:
        return None
    share = Decimal(100 * (counts.promoters - counts.detractors)) / counts.n
    return int(share.quantize(Decimal(1), ROUND_HALF_UP))


def moved(before: Survey, after: Survey) -> Move:
    """How the roll-ups follow a question. One that was suppressed stays so for ever."""
    found: dict[Bucket, Counts] = {}
    for survey, sign in ((before, -1), (after, 1)):
        bucket, counts = bucket_of(survey), counted(survey)
        if bucket is not None:
            sofar = found.get(bucket, Counts())
            found[bucket] = sofar + counts if sign > 0 else sofar - counts
    kept = tuple((bucket, counts) for bucket, counts in found.items() if counts != Counts())
    ends = after.state is State.SUPPRESSED and before.state is not State.SUPPRESSED
    bucket = bucket_of(after)
    return Move(kept, ((bucket, str(after.reason)),) if ends and bucket else ())


def bucket_of(survey: Survey) -> Bucket | None:
    """Where a question counts; nowhere while it is only planned."""
    if survey.day is None:
        return None
    agent = survey.attributed_to or NOBODY
    lane = survey.id.int % LANES
    return Bucket(survey.day, agent, survey.language, survey.channel, lane)


def counted(survey: Survey) -> Counts:
    """What a question adds now: nothing while planned, and nothing once suppressed."""
    if survey.state in (State.PLANNED, State.SUPPRESSED):
        return Counts()
    answered = survey.state is State.ANSWERED
    return Counts(
        asked=1,
        delivered=int(survey.delivered_at is not None),
        answered=int(answered),
        good=int(answered and survey.good is True),
        bad=int(answered and survey.good is False),
    )


def add_up(slices: Iterable[Slice], key: Callable[[Slice], K]) -> dict[K, Counts]:
    found: dict[K, Counts] = {}
    for one in slices:
        found[key(one)] = found.get(key(one), Counts()) + one.counts
    return found


def month_days(month: str) -> tuple[date, date]:
    """The first day of `2026-11`, and that of the month after it."""
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=32)).replace(day=1)


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def month_of(at: datetime, zone: str) -> str:
    return f"{local_day(at, zone):%Y-%m}"
