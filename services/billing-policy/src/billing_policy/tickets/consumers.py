"""Kafka in: whatever happens to a ticket, its newest facts are kept."""

from datetime import datetime
from typing import Any

from billing_policy.tickets import handlers, translate
from chassis.db import Transaction
from chassis.messaging import Subscription
from contracts import catalog
from contracts.envelope import Event
from contracts.ticket import TicketEvent


async def on_ticket(event: Event[TicketEvent], tx: Transaction, now: datetime) -> None:
    await handlers.follow(tx, translate.ticket(event))


def subscription() -> Subscription:
    types = [row.type for row in catalog.CATALOG if row.topic is catalog.TICKET]
    handled: dict[str, Any] = dict.fromkeys(types, on_ticket)
    return Subscription(group="billing-policy.tickets", topics=(catalog.TICKET,), handlers=handled)
