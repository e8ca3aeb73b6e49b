"""Which month and bucket a clock counts in, and what the counts say. Pure; Decimal throughout."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from zoneinfo import ZoneInfo

from contracts.vocabulary import ClockState, Metric
from sla.clocks.model import Entry, Posting
from sla.reports.model import (
    Answered,
    Attainment,
    Bucket,
    Counts,
    DayCounts,
    MissBucket,
    Move,
)

FORMULA = "met / (met + breached)"
MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
_LIVE = frozenset({ClockState.RUNNING, ClockState.PAUSED})


def bucket(entry: Entry, zone: str) -> Bucket | None:
    """By the local day of the due instant, so that nothing escapes both months.

    A paused clock has no due instant and is counted nowhere until it runs again.
    """
    if entry.clock.due_at is None:
        return None
    state = ClockState.RUNNING if entry.clock.state in _LIVE else entry.clock.state
    return Bucket(_local(entry.clock.due_at, zone).date(), entry.clock.metric, state)


def miss_bucket(entry: Entry, zone: str) -> MissBucket | None:
    if entry.clock.state is not ClockState.BREACHED or entry.clock.due_at is None:
        return None
    local = _local(entry.clock.due_at, zone)
    return MissBucket(local.date(), entry.clock.metric, local.hour, entry.language)


def moved(posting: Posting, zones: Mapping[int, str]) -> Move:
    """From where to where a change takes a clock, on the counts and on the map of misses."""

    def zone(entry: Entry) -> str:
        return zones[entry.clock.contract_version]

    before, after = posting.before, posting.after
    counted = (bucket(before, zone(before)) if before else None, bucket(after, zone(after)))
    missed = (
        miss_bucket(before, zone(before)) if before else None,
        miss_bucket(after, zone(after)),
    )
    return Move(
        counted if counted[0] != counted[1] else None,
        missed if missed[0] != missed[1] else None,
    )


def attainment(metric: Metric, counts: Counts, target: Decimal | None) -> Attainment:
    """What a month stands at. Nothing is rounded before it is compared."""
    if target is None:
        return Attainment(metric, counts, None, None, None, None)
    allowed = misses_allowed(counts.eligible, target)
    holds = counts.met >= target * counts.eligible if counts.eligible else None
    return Attainment(metric, counts, target, allowed, allowed - counts.breached, holds)


def misses_allowed(eligible: int, target: Decimal) -> int:
    """As many of those counted as may be missed with the promised share still held."""
    return int(((1 - target) * eligible).to_integral_value(ROUND_FLOOR))


def add_up(days: Iterable[DayCounts]) -> dict[Metric, Counts]:
    found: dict[Metric, Counts] = {}
    for day in days:
        sofar = found.get(day.metric, Counts())
        found[day.metric] = Counts(
            met=sofar.met + day.counts.met,
            breached=sofar.breached + day.counts.breached,
            excused=sofar.excused + day.counts.excused,
            void=sofar.void + day.counts.void,
            running=sofar.running + day.counts.running,
        )
    return found


def month_days(month: str) -> tuple[date, date]:
    """The first day of `2026-11`, and that of the month after it."""
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=32)).replace(day=1)


def month_span(month: str, zone: str) -> tuple[datetime, datetime]:
    """The instants a month lasts from and until, where the contract lives."""
    first, following = month_days(month)
    return _midnight(first, zone), _midnight(following, zone)


def month_of(at: datetime, zone: str) -> str:
    return f"{_local(at, zone):%Y-%m}"


def service_levels(seen: Answered) -> Mapping[str, Decimal]:
    """The four conventions of a real-time service level; a contract must name its own."""
    n, offered, early = Decimal(seen.answered_in), Decimal(seen.offered), seen.abandoned_in
    return {
        "answered_only": n / seen.answered,
        "offered_all": n / offered,
        "aband_in_ok": (n + early) / offered,
        "short_aband_out": n / (offered - early),
    }


def credit(
    share: Decimal, tiers: Sequence[tuple[Decimal, Decimal]], fee_minor: int
) -> tuple[Decimal, int]:
    """Rate and minor units of the tier with the highest lower bound that the share reaches."""
    reached = [tier for tier in tiers if tier[0] <= share]
    rate = max(reached)[1] if reached else Decimal(0)
    return rate, int((rate * fee_minor).to_integral_value(ROUND_FLOOR))


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
