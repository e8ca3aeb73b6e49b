"""Applying chunks for good: together, or one by one where something in them is wrong."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from chassis.breaker import Breaker
from chassis.chunk import Chunk, Context
from chassis.db import Database
from chassis.delivery import DeliveryMetrics
from chassis.failures import infrastructure
from chassis.items import Entry, Fault, Tally

_log = structlog.get_logger()

TRIES = 3


class Settler:
    """Raises infrastructure errors and errors of the chassis itself; an event's own are settled."""

    def __init__(
        self, context: Context, database: Database, metrics: DeliveryMetrics, breaker: Breaker
    ) -> None:
        self._context = context
        self._database = database
        self._metrics = metrics
        self._breaker = breaker

    async def together(self, entries: Sequence[Entry]) -> bool:
        """True when applied; False when a handler failed and nothing of it was kept."""
        chunk = Chunk(self._context, entries, {})
        try:
            await self._run(chunk)
        except Exception as error:
            if infrastructure(error) or chunk.current is None:
                raise
            return False
        return True

    async def alone(self, entry: Entry) -> None:
        """Three tries, then the event that failed is parked and the rest of its aggregate waits."""
        condemned: dict[UUID, Fault] = {}
        tries: Counter[UUID] = Counter()
        while True:
            chunk = Chunk(self._context, [entry], condemned)
            try:
                return await self._run(chunk)
            except Exception as error:
                if infrastructure(error) or chunk.current is None:
                    raise
                tries[chunk.current] += 1
                if tries[chunk.current] >= TRIES:
                    condemned[chunk.current] = Fault("poison", described(error), TRIES)

    async def _run(self, chunk: Chunk) -> None:
        async with self._database.transaction(chunk.tenants) as tx:
            await chunk.apply(tx)
        self._count(chunk.tally)

    def _count(self, tally: Tally) -> None:
        group = self._context.group
        self._metrics.events_handled(group, tally.handled)
        self._metrics.events_ignored(group, tally.ignored)
        self._metrics.inbox_duplicates(group, tally.duplicates)
        now = asyncio.get_running_loop().time()
        self._breaker.note(now, tally.handled, tally.poisoned)
        for aggregate in tally.poisoned:
            _log.error("event parked", group=group, aggregate=str(aggregate))
        for raw in tally.unreadable:
            where = raw.position
            _log.error(
                "record unreadable, stored",
                group=group,
                topic=where.topic,
                partition=where.partition,
                offset=where.offset,
            )
        for item in tally.forged:
            _log.error(
                "security: an event's tenant and key disagree",
                group=group,
                topic=item.position.topic,
                tenant=str(item.meta.tenantid),
                event_id=str(item.meta.id),
            )


def described(error: BaseException) -> str:
    """Kind and first line: a database's further lines quote values, its parameters too."""
    told = error.orig if isinstance(error, DBAPIError) else error
    lines = str(told).splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"[:500]
