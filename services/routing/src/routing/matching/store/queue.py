"""What waits for the matcher: work in the order it is served, and requests to look at an item.

The peeks are for the loops role, over all tenants; everything else is inside one tenant's walls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction
from chassis.values import TenantId

MOST_OF_A_KIND = 20
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY_DOUBLINGS = 8

Profile = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One waiting item; items of one profile ask the same of people."""

    tenant: TenantId
    work: UUID
    since: datetime
    troubled: bool
    profile: Profile


async def waiting(tx: Transaction, now: datetime, limit: int) -> list[Waiting]:
    """In the order of service: priority, then first waiting, then id.

    No more than a few of a kind, so that a kind nobody can serve does not hide the others.
    """
    named = {"now": now, "limit": limit, "of_a_kind": MOST_OF_A_KIND}
    rows = await tx.all(_WAITING, named)
    return [
        Waiting(
            TenantId(row["tenant_id"]),
            row["id"],
            row["waiting_since"],
            row["troubled"],
            (
                row["tenant_id"],
                row["channel"],
                row["live"],
                row["language"],
                row["category"],
                row["step"],
            ),
        )
        for row in rows
    ]


async def unsettled(
    tx: Transaction, now: datetime, limit: int
) -> list[tuple[TenantId, UUID, list[int]]]:
    """Items somebody asked to look at, each with its requests, the oldest request first."""
    rows = await tx.all(_UNSETTLED, {"now": now, "limit": limit})
    return [(TenantId(row["tenant_id"]), row["work"], row["ids"]) for row in rows]


async def present(tx: Transaction) -> datetime:
    """The database's clock, the one by which all processes agree."""
    now: datetime = await tx.scalar(_NOW)
    return now


async def first_here(tx: Transaction) -> bool:
    """Whether nobody else sweeps now; held until the transaction ends."""
    found: bool = await tx.scalar(_FIRST_HERE)
    return found


async def ask_to_look(tx: Transaction, tenant: UUID, work: UUID) -> None:
    await tx.execute(_ASK, {"tenant": tenant, "work": work})


async def ask_to_look_at_held(tx: Transaction, tenants: Sequence[UUID], person: UUID) -> None:
    """At all that a person owns or was offered at these tenants."""
    await tx.execute(_ASK_HELD, {"tenants": list(tenants), "person": person})


async def looked(tx: Transaction, tenant: UUID, work: UUID, requests: Sequence[int]) -> None:
    """These requests are served, and the item gave no trouble."""
    named = {"tenant": tenant, "work": work, "ids": list(requests)}
    await tx.execute(_LOOKED, named)
    await tx.execute(_NO_TROUBLE, named)


async def note_failure(tx: Transaction, tenant: UUID, work: UUID, error: str) -> None:
    """The item is left alone for a while, longer each time; it stays visible with its error."""
    await tx.execute(
        _FAILED,
        {
            "tenant": tenant,
            "work": work,
            "error": error[:500],
            "first": FIRST_RETRY.total_seconds(),
            "most": LONGEST_RETRY_DOUBLINGS,
        },
    )


async def trouble(tx: Transaction, tenant: UUID, work: UUID) -> str | None:
    found: str | None = await tx.scalar(_TROUBLE, {"tenant": tenant, "work": work})
    return found


async def waiting_by_tenant(tx: Transaction) -> list[tuple[TenantId, int, datetime]]:
    """For the gauges: how many wait, and since when the first."""
    rows = await tx.all(_COUNTS)
    return [(TenantId(row["tenant_id"]), row["count"], row["oldest"]) for row in rows]


_NOW = text("SELECT clock_timestamp()")
_FIRST_HERE = text("SELECT pg_try_advisory_xact_lock(4243, 1)")
_TROUBLED = """(SELECT 1 FROM tending_failures f
                 WHERE (f.tenant_id, f.work) = (w.tenant_id, w.{id}) AND f.retry_at > :now)"""
_WAITING = text(
    f"""SELECT tenant_id, id, waiting_since, channel, live, language, category, step,
               EXISTS (SELECT 1 FROM tending_failures f
                        WHERE (f.tenant_id, f.work) = (queue.tenant_id, queue.id)) AS troubled
          FROM (
          SELECT w.*, row_number() OVER (
                   PARTITION BY tenant_id, channel, live, language, category, step
                       ORDER BY urgency, waiting_since, id) AS place
            FROM work_items w
           WHERE state = 'waiting' AND NOT EXISTS {_TROUBLED.format(id="id")}) AS queue
         WHERE place <= :of_a_kind
         ORDER BY urgency, waiting_since, id LIMIT :limit"""
)
_UNSETTLED = text(
    f"""SELECT tenant_id, work, array_agg(id ORDER BY id) AS ids FROM unsettled w
         WHERE NOT EXISTS {_TROUBLED.format(id="work")}
         GROUP BY tenant_id, work ORDER BY min(id) LIMIT :limit"""
)
_ASK = text("INSERT INTO unsettled (tenant_id, work) VALUES (:tenant, :work)")
_ASK_HELD = text(
    """INSERT INTO unsettled (tenant_id, work)
       SELECT tenant_id, work FROM reservations
        WHERE tenant_id = ANY (CAST(:tenants AS uuid[])) AND person = :person
          AND state IN ('pending', 'accepted')"""
)
_LOOKED = text(
    """DELETE FROM unsettled
        WHERE tenant_id = :tenant AND work = :work AND id = ANY (CAST(:ids AS bigint[]))"""
)
_NO_TROUBLE = text("DELETE FROM tending_failures WHERE tenant_id = :tenant AND work = :work")
_FAILED = text(
    """INSERT INTO tending_failures AS f (tenant_id, work, tries, error, retry_at)
       VALUES (:tenant, :work, 1, :error, clock_timestamp() + make_interval(secs => :first))
       ON CONFLICT (tenant_id, work) DO UPDATE SET tries = f.tries + 1, error = excluded.error,
          retry_at = clock_timestamp()
                   + make_interval(secs => :first * power(2, least(f.tries, :most)))"""
)
_TROUBLE = text("SELECT error FROM tending_failures WHERE tenant_id = :tenant AND work = :work")
_COUNTS = text(
    """SELECT tenant_id, count(*) AS count, min(waiting_since) AS oldest FROM work_items
        WHERE state = 'waiting' GROUP BY tenant_id"""
)
