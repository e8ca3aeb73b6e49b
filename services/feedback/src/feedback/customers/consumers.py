"""Kafka in: customers who ask to be forgotten."""

from datetime import datetime

from chassis.db import Transaction
from chassis.messaging import Subscription
from contracts.catalog import CUSTOMER
from contracts.customer import CustomerErasedV1
from contracts.envelope import Event
from feedback.customers import handlers


async def on_customer_erased(
    event: Event[CustomerErasedV1], tx: Transaction, now: datetime
) -> None:
    await handlers.forget(tx, event.meta.tenantid, event.meta.subject)


def subscription() -> Subscription:
    return Subscription(
        group="feedback.customers",
        topics=(CUSTOMER,),
        handlers={"customer.erased.v1": on_customer_erased},
        with_firm=True,
    )
