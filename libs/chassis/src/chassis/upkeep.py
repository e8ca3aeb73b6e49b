"""Upkeep of the delivery tables: days of the inbox, sent rows of the outbox, figures of both."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, timedelta

import structlog
from sqlalchemy import text

from chassis import inbox
from chassis.delivery import Delivery
from chassis.failures import infrastructure
from chassis.wakeups import rest

_log = structlog.get_logger()

MEASURE_S = 5.0
SWEEP_S = 60.0
SENT_KEPT = timedelta(days=7)
HEAD = 10_000
PASSES = 20


class Upkeep:
    """Every process may run it; two at once only share the work. All under the loops role."""

    def __init__(self, delivery: Delivery, groups: Sequence[str]) -> None:
        self._delivery = delivery
        self._groups = tuple(groups)

    async def run(self, stop: asyncio.Event) -> None:
        swept: float | None = None
        while not stop.is_set():
            now = asyncio.get_running_loop().time()
            try:
                await self.measure()
                if swept is None or now - swept >= SWEEP_S:
                    await self.sweep()
                    swept = now
            except Exception as error:
                if not infrastructure(error):
                    raise
                _log.warning("upkeep waits", error=type(error).__name__)
            await rest(stop, MEASURE_S)

    async def sweep(self) -> None:
        """Make the coming days of the inbox, drop the old ones, delete what was sent long ago."""
        now = self._delivery.loops.clock.now()
        days = {
            "today": now.astimezone(UTC).date(),
            "ahead": inbox.AHEAD_DAYS,
            "kept": inbox.KEPT_DAYS,
        }
        async with self._delivery.loops.transaction(None) as tx:
            await tx.execute(inbox.KEEP, days)
        for _ in range(PASSES):
            async with self._delivery.loops.transaction(None) as tx:
                deleted = await tx.execute(_DELETE_SENT, {"before": now - SENT_KEPT, "head": HEAD})
            if deleted.rowcount < HEAD:
                return

    async def measure(self) -> None:
        metrics = self._delivery.metrics
        async with self._delivery.loops.transaction(None) as tx:
            waiting = await tx.one(_OUTBOX)
            parked = {row["consumer"]: row["count"] for row in await tx.all(_PARKED)}
            unreadable = {row["consumer"]: row["count"] for row in await tx.all(_UNREADABLE)}
        metrics.outbox(waiting["rows"], float(waiting["age_s"] or 0))
        for group in self._groups:
            metrics.parked_events(group, parked.get(group, 0))
            metrics.unreadable_records(group, unreadable.get(group, 0))


# Only the head of the table is looked at: the oldest rows lie there, and a look costs the same
# however large the table is.
_DELETE_SENT = text(
    """DELETE FROM outbox WHERE id IN (
         SELECT id FROM (SELECT id, published_at FROM outbox ORDER BY id LIMIT :head) AS head
          WHERE published_at < :before)"""
)
_OUTBOX = text(
    """SELECT count(*) AS rows, extract(epoch FROM clock_timestamp() - min(created_at)) AS age_s
         FROM (SELECT created_at FROM outbox WHERE published_at IS NULL LIMIT 50000) AS waiting"""
)
_PARKED = text("SELECT consumer, count(*) AS count FROM parked_events GROUP BY consumer")
_UNREADABLE = text("SELECT consumer, count(*) AS count FROM unreadable_records GROUP BY consumer")
