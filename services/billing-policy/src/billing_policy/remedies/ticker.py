"""Time in: what nobody approved within 72 hours expires."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from billing_policy.metrics import Metrics
from billing_policy.remedies import handlers
from billing_policy.remedies.handlers.asking import EXPIRY
from chassis.db import Transaction
from chassis.timers import Timer, Timing


@dataclass(frozen=True, slots=True)
class Ticker:
    metrics: Metrics

    async def expire_due_remedy(self, timer: Timer, tx: Transaction, now: datetime) -> None:
        expired = await handlers.expire(tx, timer.key, now)
        if expired is not None:
            self.metrics.remedies.labels(expired.state).inc()


def timings(metrics: Metrics) -> Mapping[str, Timing]:
    return {EXPIRY: Timing(Ticker(metrics).expire_due_remedy)}
