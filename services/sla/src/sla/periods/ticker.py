"""Time in: a month closes by itself some working days after its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.db import Transaction
from chassis.timers import Timer, Timing
from sla.metrics import Meters
from sla.periods import handlers


@dataclass(frozen=True, slots=True)
class Ticker:
    meters: Meters

    async def close_due_month(self, timer: Timer, tx: Transaction, now: datetime) -> None:
        month = str(timer.payload["month"])
        outcome = await handlers.close_by_clock(tx, timer.tenant, month, now)
        self.meters.period(outcome)


def timings(meters: Meters) -> Mapping[str, Timing]:
    return {handlers.CLOSE: Timing(Ticker(meters).close_due_month)}
