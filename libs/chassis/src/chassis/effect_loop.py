"""The loop that performs effects: claim, call out with no transaction open, record the outcome."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy import text

from chassis import effects
from chassis.db import Database
from chassis.effects import Effect, Outcome, Performer, Ready, Unknown
from chassis.tenancy import scope
from chassis.timer_loop import Waiter

AT_ONCE = 8
BATCH = 100
LEASE_S = 60.0
LONGEST_SLEEP_S = 5.0


class EffectMetrics(Protocol):
    def effect_settled(self, kind: str, state: str) -> None: ...


class EffectLoop:
    def __init__(
        self,
        *,
        database: Database,
        loops: Database,
        performers: Mapping[str, Performer],
        waiter: Waiter,
        metrics: EffectMetrics,
    ) -> None:
        self._database = database
        self._loops = loops
        self._performers = performers
        self._waiter = waiter
        self._metrics = metrics
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            if not await self.sweep() and not stop.is_set():
                await self._waiter.wait(await self._pause())

    async def sweep(self) -> int:
        """Perform what is ready; returns how many were tried."""
        async with self._loops.transaction(None) as tx:
            found = await effects.ready(tx, tuple(self._performers), BATCH)
        tried = await asyncio.gather(*(self._one(ready) for ready in found))
        return sum(tried)

    async def _one(self, found: Ready) -> bool:
        async with self._slots:
            async with self._database.transaction(scope(found.tenant)) as tx:
                effect = await effects.claim(tx, found, LEASE_S)
            if effect is None:
                return False
            outcome = await self._call(effect, look_up=found.state != "waiting")
            await self._settle(effect, outcome)
            return True

    async def _call(self, effect: Effect, *, look_up: bool) -> Outcome:
        performer = self._performers[effect.kind]
        try:
            return await (performer.look_up(effect) if look_up else performer.perform(effect))
        except Exception as error:
            # Whatever broke, the call may have been made: the row keeps the reason.
            return Unknown(f"{type(error).__name__}: {error}")

    async def _settle(self, effect: Effect, outcome: Outcome) -> None:
        async with self._database.transaction(scope(effect.tenant)) as tx:
            await effects.record(tx, effect, outcome)
            if not isinstance(outcome, Unknown):
                now: datetime = await tx.scalar(_NOW)
                await self._performers[effect.kind].settled(effect, outcome, tx, now)
        self._metrics.effect_settled(effect.kind, type(outcome).__name__.lower())

    async def _pause(self) -> float:
        async with self._loops.transaction(None) as tx:
            seconds = await tx.scalar(_NEXT, {"kinds": list(self._performers)})
        return (
            LONGEST_SLEEP_S if seconds is None else min(max(float(seconds), 0.02), LONGEST_SLEEP_S)
        )


_NOW = text("SELECT clock_timestamp()")
_NEXT = text(
    """SELECT extract(epoch FROM min(due_at) - clock_timestamp()) FROM effects
        WHERE state IN ('waiting', 'sending', 'unknown') AND kind = ANY (:kinds)"""
)
