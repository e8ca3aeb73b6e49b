"""Time in: escalations that nobody has taken up are told again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.db import Transaction
from chassis.timers import Timer, Timing
from sla.escalations import handlers
from sla.metrics import Meters


@dataclass(frozen=True, slots=True)
class Ticker:
    meters: Meters

    async def repeat_due_escalation(self, timer: Timer, tx: Transaction, now: datetime) -> None:
        repeated = await handlers.repeat(tx, timer.key, now)
        if repeated is not None:
            self.meters.repeated(repeated.level)


def timings(meters: Meters) -> Mapping[str, Timing]:
    return {handlers.REPEAT: Timing(Ticker(meters).repeat_due_escalation, with_firm=True)}
