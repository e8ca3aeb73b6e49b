"""All SQL of the roll-ups."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction
from contracts.vocabulary import ClockState, Metric
from sla.reports.model import Bucket, Counts, DayCounts, MissBucket


async def move(
    tx: Transaction, tenant: UUID, lane: int, was: Bucket | None, now: Bucket | None
) -> None:
    """Raises when there is nothing to take away: the counts would no longer say what is."""
    common = {"tenant": tenant, "lane": lane}
    if was:
        await tx.one(_TAKE_DAY, {**common, **was._asdict()})
    if now:
        await tx.execute(_ADD_DAY, {**common, **now._asdict()})


async def move_miss(
    tx: Transaction, tenant: UUID, lane: int, was: MissBucket | None, now: MissBucket | None
) -> None:
    common = {"tenant": tenant, "lane": lane}
    if was:
        await tx.one(_TAKE_MISS, {**common, **was._asdict()})
    if now:
        await tx.execute(_ADD_MISS, {**common, **now._asdict()})


async def days(tx: Transaction, tenant: UUID, first: date, until: date) -> list[DayCounts]:
    """Each day and metric with its counts, in order."""
    found: dict[tuple[date, str], dict[str, int]] = {}
    for row in await tx.all(_DAYS, {"tenant": tenant, "first": first, "until": until}):
        found.setdefault((row["day"], row["metric"]), {})[row["state"]] = row["count"]
    return [
        DayCounts(day, Metric(metric), _counts(states)) for (day, metric), states in found.items()
    ]


async def heat(
    tx: Transaction, tenant: UUID, first: date, until: date
) -> list[tuple[Metric, int, str, int]]:
    """Misses by metric, local hour and language."""
    rows = await tx.all(_HEAT, {"tenant": tenant, "first": first, "until": until})
    return [(Metric(r["metric"]), r["hour"], r["language"], r["count"]) for r in rows]


def _counts(states: Mapping[str, int]) -> Counts:
    named: dict[str, Any] = {state: states.get(state, 0) for state in _COUNTED}
    return Counts(**named)


_COUNTED = (
    ClockState.MET,
    ClockState.BREACHED,
    ClockState.EXCUSED,
    ClockState.VOID,
    ClockState.RUNNING,
)
_ADD_DAY = text(
    """INSERT INTO attainment_days AS d (tenant_id, day, metric, state, lane, count)
       VALUES (:tenant, :day, :metric, :state, :lane, 1)
       ON CONFLICT (tenant_id, day, metric, state, lane) DO UPDATE SET count = d.count + 1"""
)
_TAKE_DAY = text(
    """UPDATE attainment_days SET count = count - 1
        WHERE tenant_id = :tenant AND day = :day AND metric = :metric AND state = :state
          AND lane = :lane RETURNING count"""
)
_ADD_MISS = text(
    """INSERT INTO miss_hours AS m (tenant_id, day, metric, hour, language, lane, count)
       VALUES (:tenant, :day, :metric, :hour, :language, :lane, 1)
       ON CONFLICT (tenant_id, day, metric, hour, language, lane)
       DO UPDATE SET count = m.count + 1"""
)
_TAKE_MISS = text(
    """UPDATE miss_hours SET count = count - 1
        WHERE tenant_id = :tenant AND day = :day AND metric = :metric AND hour = :hour
          AND language = :language AND lane = :lane RETURNING count"""
)
_DAYS = text(
    """SELECT day, metric, state, sum(count)::integer AS count FROM attainment_days
        WHERE tenant_id = :tenant AND day >= :first AND day < :until
        GROUP BY day, metric, state ORDER BY day, metric"""
)
_HEAT = text(
    """SELECT metric, hour, language, sum(count)::integer AS count FROM miss_hours
        WHERE tenant_id = :tenant AND day >= :first AND day < :until
        GROUP BY metric, hour, language HAVING sum(count) > 0 ORDER BY metric, language, hour"""
)
