"""Shifts begin and end by timers; presence follows."""

from datetime import datetime

from chassis.db import Transaction
from chassis.timers import Timer, Timing
from routing.rosters.handlers import publishing


async def begin_due_shift(timer: Timer, tx: Transaction, now: datetime) -> None:
    await publishing.begin_shift(tx, timer.key, now)


async def end_due_shift(timer: Timer, tx: Transaction, now: datetime) -> None:
    await publishing.end_shift(tx, timer.key, now)


TIMINGS = {
    publishing.START: Timing(begin_due_shift),
    publishing.END: Timing(end_due_shift),
}
