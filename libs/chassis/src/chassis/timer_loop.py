"""The loop that fires timers: sleeps until the next due instant, catches up in order."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol
from uuid import UUID

from sqlalchemy import text

from chassis import timers
from chassis.db import Database
from chassis.failures import infrastructure
from chassis.tenancy import scope
from chassis.timers import Timer, Timing
from chassis.values import FIRM

Named = tuple[UUID, str, UUID, datetime]

CHUNK = 200
MAX_TRIES = 3
LONGEST_SLEEP = timedelta(seconds=30)
HELD_BACK_SLEEP = timedelta(milliseconds=200)


class Waiter(Protocol):
    async def wait(self, seconds: float) -> bool:
        """True when woken, False when the time is over."""
        ...


class TimerMetrics(Protocol):
    def timer_fired(self, kind: str, lateness_s: float) -> None: ...
    def timer_failed(self, kind: str, error: str) -> None: ...


class TimerLoop:
    """`loops` peeks across tenants; `database` claims and handles inside each tenant's walls."""

    def __init__(
        self,
        *,
        database: Database,
        loops: Database,
        timings: Mapping[str, Timing],
        waiter: Waiter,
        metrics: TimerMetrics,
    ) -> None:
        self._database = database
        self._loops = loops
        self._timings = timings
        self._waiter = waiter
        self._metrics = metrics

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            fired = await self.sweep()
            if not fired and not stop.is_set():
                await self._waiter.wait((await self._pause()).total_seconds())

    async def sweep(self) -> int:
        """Fire what is due now, oldest first over all kinds; returns how many fired."""
        fired = 0
        waiting = await self._peek()
        while waiting:
            chunk, waiting = list(islice(waiting, CHUNK)), waiting[CHUNK:]
            fired += await self._fire(chunk)
        return fired

    async def _peek(self) -> list[Named]:
        found: list[Named] = []
        async with self._loops.transaction(None) as tx:
            now: datetime = await tx.scalar(_NOW)
            for kind, timing in self._timings.items():
                ceiling = now if timing.ceiling is None else await timing.ceiling(tx)
                if ceiling is not None:
                    found.extend(await timers.due(tx, kind, min(now, ceiling)))
        return sorted(found, key=lambda named: (named[3], named[2]))

    async def _fire(self, chunk: Sequence[Named]) -> int:
        try:
            return await self._fire_together(chunk)
        except Exception as error:
            if infrastructure(error):
                raise
        return sum([await self._fire_alone(named) for named in chunk])

    async def _fire_together(self, chunk: Sequence[Named]) -> int:
        async with self._database.transaction(scope(*(named[0] for named in chunk))) as tx:
            claimed = await timers.claim(tx, chunk)
            now: datetime = await tx.scalar(_NOW)
            for timer in claimed:
                timing = self._timings[timer.kind]
                firm = (FIRM,) if timing.with_firm else ()
                await tx.scope_to(scope(timer.tenant, *firm))
                await timing.handler(timer, tx, now)
        for timer in claimed:
            self._metrics.timer_fired(timer.kind, _lateness(timer, now))
        return len(claimed)

    async def _fire_alone(self, named: Named) -> int:
        try:
            return await self._fire_together([named])
        except Exception as error:
            if infrastructure(error):
                raise
            reason = f"{type(error).__name__}: {error}"
            self._metrics.timer_failed(named[1], type(error).__name__)
            async with self._database.transaction(scope(named[0])) as tx:
                await timers.note_failure(tx, named, reason, MAX_TRIES)
            return 0

    async def _pause(self) -> timedelta:
        """Until the next due instant; a short while when something due is held back or retried."""
        async with self._loops.transaction(None) as tx:
            until: timedelta | None = await tx.scalar(_NEXT, {"kinds": list(self._timings)})
        if until is None:
            return LONGEST_SLEEP
        return min(
            max(until, HELD_BACK_SLEEP if until <= timedelta() else timedelta()), LONGEST_SLEEP
        )


def _lateness(timer: Timer, now: datetime) -> float:
    return max(0.0, (now - timer.due_at).total_seconds())


_NOW = text("SELECT clock_timestamp()")
_NEXT = text(
    """SELECT min(greatest(due_at, coalesce(retry_at, due_at))) - clock_timestamp()
         FROM timers WHERE state = 'armed' AND kind = ANY (:kinds)"""
)
