"""Tickets, clocks and customers as they change elsewhere."""

from datetime import datetime

from chassis.db import Transaction
from chassis.messaging import Subscription
from contracts import catalog
from contracts.customer import CustomerErasedV1
from contracts.envelope import Event
from contracts.sla_clock import ClockFacts
from contracts.ticket import MessageSentV1, TicketEvent
from routing.matching import translate
from routing.matching.handlers import following


async def on_ticket_classified(event: Event[TicketEvent], tx: Transaction, now: datetime) -> None:
    await following.enter(tx, translate.work_from(event), event.meta, now)


async def on_ticket_changed(event: Event[TicketEvent], tx: Transaction, now: datetime) -> None:
    await following.follow_ticket(tx, translate.work_from(event))


async def on_message_sent(event: Event[MessageSentV1], tx: Transaction, now: datetime) -> None:
    meta, data = event.meta, event.data
    await following.follow_ticket(tx, translate.work_from(event))
    await following.note_reply(tx, meta.tenantid, meta.subject, data.received_at)


async def on_clock_changed(event: Event[ClockFacts], tx: Transaction, now: datetime) -> None:
    await following.follow_clock(tx, translate.clock_from(event.meta, event.data), now)


async def on_customer_erased(
    event: Event[CustomerErasedV1], tx: Transaction, now: datetime
) -> None:
    await following.forget_customer(tx, event.meta.tenantid, event.meta.subject)


def tickets() -> Subscription:
    """Work begins with `classified`; `opened` carries nothing yet that could be matched."""
    types = {row.type for row in catalog.CATALOG if row.topic is catalog.TICKET}
    entering = {type_ for type_ in types if catalog.is_restated(type_)} | {"ticket.classified.v1"}
    return Subscription(
        group="routing.matching",
        topics=(catalog.TICKET,),
        handlers={type_: on_ticket_changed for type_ in types - {"ticket.opened.v1"}}
        | {type_: on_ticket_classified for type_ in entering}
        | {"message.sent.v1": on_message_sent},
    )


def clocks() -> Subscription:
    types = {row.type for row in catalog.CATALOG if row.topic is catalog.CLOCK}
    return Subscription(
        group="routing.urgency",
        topics=(catalog.CLOCK,),
        handlers={type_: on_clock_changed for type_ in types},
        with_firm=True,
    )


def customers() -> Subscription:
    return Subscription(
        group="routing.customers",
        topics=(catalog.CUSTOMER,),
        handlers={"customer.erased.v1": on_customer_erased},
    )
