"""Time in: questions that fall due, and those that nobody answered.

A question waits until the ticket feed is known up to its instant: a reopening that came before
it cancels it, however late we hear of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis import parking, timers
from chassis.db import Transaction
from chassis.messaging import watermark
from chassis.timers import Timer, Timing
from contracts.catalog import TICKET
from feedback.metrics import Metrics
from feedback.surveys.handlers import answering, asking
from feedback.surveys.handlers.asking import Occasion
from feedback.surveys.handlers.kinds import ASK, EXPIRE, GROUP

HELD = timedelta(minutes=1)


async def feed_ceiling(tx: Transaction) -> datetime | None:
    return await watermark(tx, GROUP, TICKET)


@dataclass(frozen=True, slots=True)
class Ticker:
    """`key` draws the sample."""

    key: bytes
    metrics: Metrics

    async def ask_due_survey(self, timer: Timer, tx: Transaction, now: datetime) -> None:
        ticket = await asking.ticket_of(tx, timer.key)
        if ticket is not None and await parking.is_blocked(tx, GROUP, ticket):
            # A reopening may be among what is missing: look again later.
            await timers.arm(tx, replace(timer, due_at=now + HELD))
            return
        decided = await asking.ask_due(tx, timer.key, Occasion(self.key, now))
        if decided is not None:
            self.metrics.asked_or_not(decided)

    async def expire_due_survey(self, timer: Timer, tx: Transaction, now: datetime) -> None:
        self.metrics.expired(await answering.expire(tx, timer.key, now))


def timings(key: bytes, metrics: Metrics) -> Mapping[str, Timing]:
    ticker = Ticker(key, metrics)
    return {
        ASK: Timing(ticker.ask_due_survey, ceiling=feed_ceiling),
        EXPIRE: Timing(ticker.expire_due_survey),
    }
