"""Kafka in: what happens to tickets, and whether our questions reached anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.db import Transaction
from chassis.messaging import Subscription
from contracts.catalog import INTAKE_OUTREACH, TICKET
from contracts.envelope import Event
from contracts.outreach import OutreachDeliveredV1, OutreachFailedV1
from contracts.ticket import TicketClosedV1, TicketEvent, TicketMarkedSpamV1, TicketSolvedV1
from feedback.metrics import Metrics
from feedback.surveys import translate
from feedback.surveys.handlers import answering, asking
from feedback.surveys.handlers.asking import Occasion
from feedback.surveys.handlers.kinds import GROUP
from feedback.surveys.model import Reason, Survey

NOTED = (
    "ticket.opened.v1",
    "ticket.classified.v1",
    "ticket.incident-linked.v1",
    "ticket.restated.v1",
    "message.received.v1",
    "message.sent.v1",
)


@dataclass(frozen=True, slots=True)
class Feed:
    """`key` draws the sample."""

    key: bytes
    metrics: Metrics

    async def on_ticket_noted(
        self, event: Event[TicketEvent], tx: Transaction, now: datetime
    ) -> None:
        await asking.follow(tx, translate.ticket(event))

    async def on_ticket_solved(
        self, event: Event[TicketSolvedV1], tx: Transaction, now: datetime
    ) -> None:
        ticket = await asking.follow(tx, translate.ticket(event))
        occasion = Occasion(self.key, now, event.meta, own_act=ticket.live)
        self._count(await asking.plan(tx, ticket, translate.solved(event.data), occasion))

    async def on_ticket_confirmed(
        self, event: Event[TicketEvent], tx: Transaction, now: datetime
    ) -> None:
        ticket = await asking.follow(tx, translate.ticket(event))
        occasion = Occasion(self.key, now, event.meta, own_act=True)
        self._count(await asking.ask_now(tx, ticket, occasion))

    async def on_ticket_reopened(
        self, event: Event[TicketEvent], tx: Transaction, now: datetime
    ) -> None:
        await self._cancel(event, tx, Reason.REOPENED, now)

    async def on_ticket_merged(
        self, event: Event[TicketEvent], tx: Transaction, now: datetime
    ) -> None:
        await self._cancel(event, tx, Reason.MERGED, now)

    async def on_ticket_closed(
        self, event: Event[TicketClosedV1], tx: Transaction, now: datetime
    ) -> None:
        """Closed by a time-out with the question still unasked: it is too late to ask."""
        await self._cancel(event, tx, Reason.AUTO_CLOSED, now)

    async def on_ticket_marked_spam(
        self, event: Event[TicketMarkedSpamV1], tx: Transaction, now: datetime
    ) -> None:
        await self._cancel(event, tx, Reason.SPAM, now)

    async def on_outreach_delivered(
        self, event: Event[OutreachDeliveredV1], tx: Transaction, now: datetime
    ) -> None:
        survey = translate.survey_of(event.data)
        if survey is not None:
            found = await answering.note_delivered(tx, survey, event.data.at, event.meta)
            self.metrics.delivered(found)

    async def on_outreach_failed(
        self, event: Event[OutreachFailedV1], tx: Transaction, now: datetime
    ) -> None:
        survey = translate.survey_of(event.data)
        if survey is not None:
            found = await answering.note_undeliverable(tx, survey, now, event.meta)
            self._count([found] if found else [])

    async def _cancel(
        self, event: Event[Any], tx: Transaction, reason: Reason, now: datetime
    ) -> None:
        ticket = await asking.follow(tx, translate.ticket(event))
        occasion = Occasion(self.key, now, event.meta)
        self._count(await asking.cancel(tx, ticket, reason, occasion))

    def _count(self, decided: Sequence[Survey]) -> None:
        for survey in decided:
            self.metrics.asked_or_not(survey)


def subscription(key: bytes, metrics: Metrics) -> Subscription:
    feed = Feed(key, metrics)
    noted: dict[str, Any] = dict.fromkeys(NOTED, feed.on_ticket_noted)
    return Subscription(
        group=GROUP,
        topics=(TICKET, INTAKE_OUTREACH),
        handlers={
            **noted,
            "ticket.solved.v1": feed.on_ticket_solved,
            "ticket.confirmed.v1": feed.on_ticket_confirmed,
            "ticket.reopened.v1": feed.on_ticket_reopened,
            "ticket.closed.v1": feed.on_ticket_closed,
            "ticket.merged.v1": feed.on_ticket_merged,
            "ticket.marked-spam.v1": feed.on_ticket_marked_spam,
            "outreach.delivered.v1": feed.on_outreach_delivered,
            "outreach.failed.v1": feed.on_outreach_failed,
        },
    )
