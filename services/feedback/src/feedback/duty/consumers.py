"""Kafka in: published shifts."""

from datetime import datetime
from typing import Any

from chassis.db import Transaction
from chassis.messaging import Subscription
from contracts.catalog import SHIFT
from contracts.envelope import Event
from contracts.shift import ShiftFacts
from feedback.duty import handlers, translate


async def on_shift(event: Event[ShiftFacts], tx: Transaction, now: datetime) -> None:
    await handlers.take_shift(tx, translate.shift(event))


def subscription() -> Subscription:
    types = (
        "shift.published.v1",
        "shift.started.v1",
        "shift.ended.v1",
        "shift.swapped.v1",
        "shift.cancelled.v1",
        "shift.handed-over.v1",
    )
    handled: dict[str, Any] = dict.fromkeys(types, on_shift)
    return Subscription(group="feedback.duty", topics=(SHIFT,), handlers=handled, with_firm=True)
