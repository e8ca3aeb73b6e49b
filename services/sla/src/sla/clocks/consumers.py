"""Kafka in: everything that happens to a ticket is a fact of its clocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.db import Transaction
from chassis.messaging import Subscription
from contracts.catalog import TICKET
from contracts.envelope import Event
from contracts.ticket import TicketEvent, TicketMergedV1
from sla.clocks import translate
from sla.clocks.handlers import judging
from sla.metrics import Meters

MERGED = "ticket.merged.v1"
TYPES = (
    "ticket.opened.v1",
    "ticket.classified.v1",
    "ticket.priority-changed.v1",
    "ticket.waiting-on-changed.v1",
    "ticket.eta-promised.v1",
    "ticket.solved.v1",
    "ticket.confirmed.v1",
    "ticket.reopened.v1",
    "ticket.closed.v1",
    "ticket.split.v1",
    "ticket.marked-spam.v1",
    "ticket.incident-linked.v1",
    "ticket.human-requested.v1",
    "message.received.v1",
    "message.sent.v1",
    "message.delivery-failed.v1",
    "message.noted.v1",
)


@dataclass(frozen=True, slots=True)
class TicketFeed:
    meters: Meters

    async def on_ticket_event(
        self, event: Event[TicketEvent], tx: Transaction, now: datetime
    ) -> None:
        before = await judging.locked_ticket(tx, event.meta.tenantid, event.meta.subject)
        told = translate.recorded(event)
        found = await judging.take_fact(tx, before, told, event.meta, now)
        self.meters.posted(found.postings, now)
        self.meters.covered(before, found.ticket)

    async def on_ticket_merged(
        self, event: Event[TicketMergedV1], tx: Transaction, now: datetime
    ) -> None:
        """The merged ticket owes nothing more; the one that survives inherits who waits."""
        await self.on_ticket_event(event, tx, now)
        inherited = translate.merged_in(event)
        if inherited is not None:
            survivor = await judging.locked_ticket(tx, event.meta.tenantid, event.data.into)
            found = await judging.take_fact(tx, survivor, inherited, event.meta, now)
            self.meters.posted(found.postings, now)


def subscription(meters: Meters) -> Subscription:
    feed = TicketFeed(meters)
    handlers: dict[str, Any] = dict.fromkeys(TYPES, feed.on_ticket_event)
    return Subscription(
        group=judging.GROUP,
        topics=(TICKET,),
        handlers={**handlers, MERGED: feed.on_ticket_merged},
        with_firm=True,
    )
