"""What billing-policy decided and paid on tickets: group `intake.remedies`."""

from datetime import datetime

from chassis.db import Transaction
from chassis.messaging import Subscription
from contracts import catalog
from contracts.envelope import Event
from contracts.remedy import PaymentFacts, RemedyFacts
from intake.remedies import handlers, translate


async def on_remedy_changed(event: Event[RemedyFacts], tx: Transaction, now: datetime) -> None:
    await handlers.note_remedy(tx, translate.remedy(event))


async def on_payment_changed(event: Event[PaymentFacts], tx: Transaction, now: datetime) -> None:
    await handlers.note_payment(tx, translate.payment(event))


def subscription() -> Subscription:
    decided = (
        "requested",
        "granted",
        "approval-needed",
        "not-covered",
        "approved",
        "refused",
        "expired",
    )
    paid = ("submitted", "succeeded", "failed", "unknown", "disputed")
    return Subscription(
        group="intake.remedies",
        topics=(catalog.REMEDY, catalog.PAYMENT),
        handlers={
            **{f"remedy.{word}.v1": on_remedy_changed for word in decided},
            **{f"payment.{word}.v1": on_payment_changed for word in paid},
        },
    )
