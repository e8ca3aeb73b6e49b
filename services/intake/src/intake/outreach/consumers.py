"""What other services ask us to tell customers: group `intake.outreach`."""

from dataclasses import dataclass
from datetime import datetime

from chassis.db import Transaction
from chassis.messaging import Subscription
from contracts import catalog
from contracts.envelope import Event
from contracts.outreach import OutreachRequestedV1
from intake.metrics import Metrics
from intake.outreach import handlers, translate


@dataclass(frozen=True, slots=True)
class Requests:
    metrics: Metrics

    async def on_outreach_requested(
        self, event: Event[OutreachRequestedV1], tx: Transaction, now: datetime
    ) -> None:
        taken = await handlers.take_request(tx, translate.request(event), event.meta, now)
        if taken:
            self.metrics.asked(taken.asked_by, taken.why.value if taken.why else "accepted")


def subscription(metrics: Metrics) -> Subscription:
    return Subscription(
        group="intake.outreach",
        topics=(catalog.FEEDBACK_OUTREACH, catalog.BILLING_OUTREACH, catalog.SLA_OUTREACH),
        handlers={"outreach.requested.v1": Requests(metrics).on_outreach_requested},
    )
