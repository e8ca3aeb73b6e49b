"""Time in: the daily comparison with the provider."""

from collections.abc import Mapping
from datetime import datetime

from billing_policy.payments.handlers import reconciling
from chassis.db import Transaction
from chassis.timers import Timer, Timing


async def ask_due_comparison(timer: Timer, tx: Transaction, now: datetime) -> None:
    await reconciling.ask(tx, timer, now)


def timings() -> Mapping[str, Timing]:
    return {reconciling.DUE: Timing(ask_due_comparison)}
