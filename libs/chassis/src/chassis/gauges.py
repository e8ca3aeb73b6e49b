"""How many effects and timers stand in which state: counted now and then by the loops role."""

import asyncio

from prometheus_client import Gauge
from sqlalchemy import TextClause, text

from chassis.db import Database, Transaction
from chassis.telemetry import Telemetry
from chassis.wakeups import rest

EVERY_S = 10.0

_EFFECTS = text(
    """SELECT kind AS name, state, count(*) AS found FROM effects
        WHERE state IN ('waiting', 'sending', 'unknown', 'failed') GROUP BY kind, state"""
)
_TIMERS = text(
    """SELECT kind AS name, state, count(*) AS found FROM timers
        WHERE state = 'parked' OR due_at <= clock_timestamp() GROUP BY kind, state"""
)


class Gauges:
    def __init__(self, loops: Database, telemetry: Telemetry) -> None:
        self._loops = loops
        self._effects = telemetry.gauge("effects", "Effects by state", ("kind", "state"))
        self._timers = telemetry.gauge("timers_due", "Timers due or parked", ("kind", "state"))

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.measure()
            await rest(stop, EVERY_S)

    async def measure(self) -> None:
        async with self._loops.transaction(None) as tx:
            await _show(tx, _EFFECTS, self._effects)
            await _show(tx, _TIMERS, self._timers)


async def _show(tx: Transaction, statement: TextClause, gauge: Gauge) -> None:
    rows = await tx.all(statement)
    gauge.clear()
    for row in rows:
        gauge.labels(row["name"], row["state"]).set(row["found"])
