"""Kafka in: customers as they become known, change and are forgotten."""

from datetime import datetime

from billing_policy.customers import handlers
from billing_policy.customers.model import Customer
from chassis.db import Transaction
from chassis.messaging import Subscription
from contracts.catalog import CUSTOMER
from contracts.customer import CustomerErasedV1, CustomerState
from contracts.envelope import Event


async def on_customer(event: Event[CustomerState], tx: Transaction, now: datetime) -> None:
    meta, data = event.meta, event.data
    await handlers.follow(tx, Customer(meta.tenantid, meta.subject, data.plan, data.segment))


async def on_customer_erased(
    event: Event[CustomerErasedV1], tx: Transaction, now: datetime
) -> None:
    await handlers.forget(tx, event.meta.tenantid, event.meta.subject)


def subscription() -> Subscription:
    return Subscription(
        group="billing-policy.customers",
        topics=(CUSTOMER,),
        handlers={
            "customer.known.v1": on_customer,
            "customer.changed.v1": on_customer,
            "customer.erased.v1": on_customer_erased,
        },
    )
