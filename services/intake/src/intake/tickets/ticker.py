"""Time in: the reminder of a solved ticket, and its closing when nobody objects."""

from datetime import datetime

from chassis.db import Transaction
from chassis.timers import Timer
from intake.tickets.handlers import time


async def remind_due_ticket(timer: Timer, tx: Transaction, now: datetime) -> None:
    await time.remind(tx, timer.tenant, timer.key, int(timer.payload["cycle"]))


async def close_due_ticket(timer: Timer, tx: Transaction, now: datetime) -> None:
    await time.close(tx, timer.tenant, timer.key, int(timer.payload["cycle"]), now)
