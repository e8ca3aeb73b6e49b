"""What the lead's board shows, over the tenants in scope: counts and instants."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction
from chassis.values import TenantId
from routing.matching.store.promises import OPEN_PROMISE

RISKS = 200


@dataclass(frozen=True, slots=True)
class WaitingCount:
    tenant: TenantId
    language: str
    count: int
    oldest_since: datetime
    tightest_due: datetime | None


@dataclass(frozen=True, slots=True)
class Risk:
    """A promise of which a quarter or less is ahead, or that was missed and is still owed."""

    tenant: TenantId
    ticket: UUID
    reference: str
    channel: str
    language: str
    metric: str
    state: str
    started_at: datetime
    due_at: datetime
    owner: UUID | None


@dataclass(frozen=True, slots=True)
class Arrivals:
    hour: datetime
    count: int


async def waiting(tx: Transaction) -> list[WaitingCount]:
    return [WaitingCount(*row.values()) for row in await tx.all(_WAITING)]


async def at_risk(tx: Transaction, now: datetime) -> list[Risk]:
    named = {"now": now, "limit": RISKS}
    return [Risk(*row.values()) for row in await tx.all(_AT_RISK, named)]


async def arrivals(tx: Transaction, now: datetime, hours: int = 12) -> list[Arrivals]:
    """By hour, the present one last; an hour without any counts zero."""
    last = now.replace(minute=0, second=0, microsecond=0)
    first = last - timedelta(hours=hours - 1)
    rows = await tx.all(_ARRIVALS, {"first": first})
    known = {row["hour"]: row["count"] for row in rows}
    span = (first + timedelta(hours=number) for number in range(hours))
    return [Arrivals(hour, known.get(hour, 0)) for hour in span]


_WAITING = text(
    f"""SELECT w.tenant_id, w.language, count(*), min(w.waiting_since), min(due.due_at)
          FROM work_items w
          LEFT JOIN LATERAL (
            SELECT min(p.due_at) AS due_at FROM promises p
             WHERE (p.tenant_id, p.ticket) = (w.tenant_id, w.ticket) AND {OPEN_PROMISE}) AS due
               ON true
         WHERE w.state IN ('waiting', 'offered')
         GROUP BY w.tenant_id, w.language ORDER BY w.tenant_id, w.language"""
)
_AT_RISK = text(
    f"""SELECT w.tenant_id, w.ticket, w.reference, w.channel, w.language, p.metric, p.state,
               p.started_at, p.due_at, w.owner
          FROM promises p JOIN work_items w ON (w.tenant_id, w.ticket) = (p.tenant_id, p.ticket)
         WHERE w.state <> 'done' AND {OPEN_PROMISE}
           AND p.due_at - make_interval(secs => p.target_s / 4.0) <= :now
         ORDER BY p.due_at, w.id LIMIT :limit"""
)
_ARRIVALS = text(
    """SELECT hour, CAST(sum(count) AS integer) AS count FROM arrivals WHERE hour >= :first
        GROUP BY hour ORDER BY hour"""
)
