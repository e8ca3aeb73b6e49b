"""Time in: promises that come near, that are missed, and versions that take effect.

A verdict waits until the ticket feed is known up to its instant; a warning does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from chassis.messaging import watermark
from chassis.timers import Timer, Timing
from contracts.catalog import TICKET
from sla.clocks.handlers import judging
from sla.metrics import Meters


async def feed_ceiling(tx: Transaction) -> datetime | None:
    return await watermark(tx, judging.GROUP, TICKET)


@dataclass(frozen=True, slots=True)
class Ticker:
    meters: Meters

    async def judge_due_ticket(self, timer: Timer, tx: Transaction, now: datetime) -> None:
        known = await judging.locked_ticket(tx, timer.tenant, _ticket(timer))
        found = await judging.judge(tx, known, timer.due_at, now)
        if found is None:
            self.meters.held()
        else:
            self.meters.posted(found.postings, now)

    async def warn_due_clock(self, timer: Timer, tx: Transaction, now: datetime) -> None:
        known = await judging.locked_ticket(tx, timer.tenant, _ticket(timer))
        posting = await judging.warn(tx, known, timer.key, now)
        self.meters.posted([posting] if posting else [], now)

    async def take_up_due_version(self, timer: Timer, tx: Transaction, now: datetime) -> None:
        after = timer.payload.get("after")
        await judging.look_again(tx, timer, UUID(after) if after else None)


def timings(meters: Meters) -> Mapping[str, Timing]:
    ticker = Ticker(meters)
    judged = Timing(ticker.judge_due_ticket, ceiling=feed_ceiling, with_firm=True)
    return {
        judging.BREACH: judged,
        judging.JUDGE: judged,
        judging.WARN: Timing(ticker.warn_due_clock, with_firm=True),
        judging.TAKE_UP: Timing(ticker.take_up_due_version, ceiling=feed_ceiling),
    }


def _ticket(timer: Timer) -> UUID:
    return UUID(timer.payload["ticket"])
