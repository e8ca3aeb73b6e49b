"""Time and freed capacity: timers that ask for a look, and the matcher that looks.

Several processes may run the matcher: each item is locked while it is looked at, and capacity is
claimed by one conditional update. The lock over a sweep only keeps the order of service.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Protocol
from uuid import UUID

from chassis.db import Database, Transaction
from chassis.failures import infrastructure
from chassis.tenancy import scope
from chassis.timers import Timer, Timing
from chassis.values import FIRM, TenantId
from routing.matching.handlers import records, tending
from routing.matching.handlers.offering import Found
from routing.matching.store import queue
from routing.metrics import Metrics
from routing.people import handlers as people

SWEEP_EVERY_S = 2.0
SWEEP_AT_MOST_S = 3.0
AT_ONCE = 200


async def look_again(timer: Timer, tx: Transaction, now: datetime) -> None:
    await records.ask_to_look(tx, timer.tenant, timer.key)


async def look_at_offer(timer: Timer, tx: Transaction, now: datetime) -> None:
    await records.ask_to_look(tx, timer.tenant, UUID(timer.payload["work"]))


async def look_at_held(timer: Timer, tx: Transaction, now: datetime) -> None:
    await records.recheck(tx, timer.key)


TIMINGS = {
    records.LOOK: Timing(look_again),
    records.SLACK: Timing(look_again),
    records.EXPIRY: Timing(look_at_offer),
    people.RECHECK: Timing(look_at_held),
}


class Waiter(Protocol):
    async def wait(self, seconds: float) -> bool: ...


class _Patience:
    """True while a sweep may go on: others shall have their turn, and the process may stop."""

    def __init__(self, stop: asyncio.Event | None, seconds: float) -> None:
        self._stop = stop
        self._over = asyncio.get_running_loop().time() + seconds

    def __bool__(self) -> bool:
        stopped = self._stop is not None and self._stop.is_set()
        return not stopped and asyncio.get_running_loop().time() < self._over


class Matcher:
    """Looks at what was asked for, then serves waiting work in order while there is capacity."""

    def __init__(
        self,
        *,
        database: Database,
        loops: Database,
        metrics: Metrics,
        waiter: Waiter,
        present: Callable[[Transaction], Awaitable[datetime]] = queue.present,
        sweep_at_most_s: float = SWEEP_AT_MOST_S,
    ) -> None:
        self._database = database
        self._loops = loops
        self._metrics = metrics
        self._waiter = waiter
        self._present = present
        self._sweep_at_most_s = sweep_at_most_s

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            if not await self._turn(stop):
                await self._waiter.wait(SWEEP_EVERY_S)

    async def _turn(self, stop: asyncio.Event) -> int:
        """One sweep, unless another process is at it."""
        async with self._loops.transaction(None) as tx:
            if not await queue.first_here(tx):
                return 0
            with self._metrics.sweep.time():
                return await self.sweep(stop)

    async def sweep(self, stop: asyncio.Event | None = None) -> int:
        """Until there is nothing more to do, or time to let go; returns how many were offered."""
        patience = _Patience(stop, self._sweep_at_most_s)
        offered = 0
        while patience:
            served = await self._settle(patience) + await self._serve(patience)
            offered += served
            if not served:
                break
        await self._measure()
        return offered

    async def _settle(self, patience: _Patience) -> int:
        async with self._loops.transaction(None) as tx:
            asked = await queue.unsettled(tx, await self._present(tx), AT_ONCE)
        offered = 0
        for tenant, work, requests in takewhile(lambda _: bool(patience), asked):
            offered += await self._tend(tenant, work, requests) is Found.OFFERED
        return offered

    async def _serve(self, patience: _Patience) -> int:
        """One pass over the queue. A kind that nobody at all can take is tried once."""
        async with self._loops.transaction(None) as tx:
            now = await self._present(tx)
            waiting = await queue.waiting(tx, now, AT_ONCE)
        barren: set[queue.Profile] = set()
        offered = 0
        for item in takewhile(lambda _: bool(patience), waiting):
            if item.profile in barren:
                continue
            found = await self._tend(item.tenant, item.work, () if item.troubled else None)
            if found is Found.BARREN:
                barren.add(item.profile)
            if found is Found.OFFERED:
                self._metrics.wait.observe((now - item.since).total_seconds())
                offered += 1
        return offered

    async def _tend(self, tenant: TenantId, work: UUID, requests: Sequence[int] | None) -> Found:
        try:
            async with self._database.transaction(scope(tenant, FIRM)) as tx:
                found = await tending.tend(tx, tenant, work, requests, await self._present(tx))
        except Exception as error:
            if infrastructure(error):
                raise
            await self._left_alone(tenant, work, error)
            return Found.BUSY
        self._metrics.looks.labels(found.value).inc()
        return found

    async def _left_alone(self, tenant: TenantId, work: UUID, error: Exception) -> None:
        """An item whose own facts break something must not hold up the others."""
        self._metrics.failures.labels(type(error).__name__).inc()
        async with self._database.transaction(scope(tenant)) as tx:
            await queue.note_failure(tx, tenant, work, f"{type(error).__name__}: {error}")

    async def _measure(self) -> None:
        async with self._loops.transaction(None) as tx:
            now = await self._present(tx)
            counted = await queue.waiting_by_tenant(tx)
        self._metrics.waiting.clear()
        self._metrics.oldest_wait.clear()
        for tenant, count, oldest in counted:
            self._metrics.waiting.labels(str(tenant)).set(count)
            self._metrics.oldest_wait.labels(str(tenant)).set((now - oldest).total_seconds())
