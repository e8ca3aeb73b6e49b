"""Routing's subscriptions stand what every subscription must: the chassis' suite, inherited."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from chassis.delivery import SilentMetrics
from chassis.testing.desk import Desk
from chassis.testing.events import meta, new_id, raw, ticket_facts
from chassis.testing.suites.delivery import DeliverySuite, Told, Trial
from contracts import catalog
from contracts.customer import CustomerErasedV1
from contracts.envelope import EventData
from contracts.sla_clock import ClockStartedV1, ClockWarnedV1
from contracts.ticket import (
    MessageReceivedV1,
    MessageSentV1,
    TicketClassifiedV1,
    TicketHumanRequestedV1,
    TicketOpenedV1,
    TicketPriorityChangedV1,
    TicketSolvedV1,
)
from contracts.vocabulary import AuthorKind, ClockState, Metric, Priority, TicketState
from routing.matching import consumers
from tests.component.routing.world import NOW, World
from tests.unit.routing.build import NORDHOST, PAGORA, SEED

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

TENANTS = (NORDHOST, PAGORA)


def a_ticket(tenant: UUID) -> Sequence[Told]:
    """Classified, asked, dearer, answered, solved."""
    ticket, open_ = new_id(), ticket_facts()
    message: dict[str, Any] = {
        "message": new_id(),
        "author_kind": AuthorKind.CUSTOMER,
        "public": True,
        "received_at": NOW,
    }
    urgent = open_.model_copy(update={"priority": Priority.URGENT})
    solved = urgent.model_copy(update={"state": TicketState.SOLVED})
    told: list[tuple[str, EventData]] = [
        ("ticket.classified.v1", TicketClassifiedV1(ticket=open_)),
        ("message.received.v1", MessageReceivedV1(ticket=open_, **message)),
        ("ticket.priority-changed.v1", TicketPriorityChangedV1(ticket=urgent, changed_at=NOW)),
        ("message.sent.v1", MessageSentV1(ticket=urgent, **message)),
        ("ticket.solved.v1", TicketSolvedV1(ticket=solved, solved_at=NOW, confirm_until=NOW)),
    ]
    return [
        Told(catalog.TICKET, meta(type_, ticket, version, tenant=tenant), data)
        for version, (type_, data) in enumerate(told, start=1)
    ]


def a_clock(tenant: UUID) -> Sequence[Told]:
    clock = new_id()
    values: dict[str, Any] = {
        "ticket": new_id(),
        "metric": Metric.FIRST_REPLY,
        "cycle": 1,
        "contract": SEED,
        "contract_version": 1,
        "calendar_version": 1,
        "target_s": 3600,
        "elapsed_s": 0,
        "started_at": NOW,
        "due_at": NOW,
        "state": ClockState.RUNNING,
        "at": NOW,
    }
    told: list[tuple[str, EventData]] = [
        ("clock.started.v1", ClockStartedV1(**values)),
        ("clock.warned.v1", ClockWarnedV1(**values, percent=50)),
        ("clock.warned.v1", ClockWarnedV1(**values, percent=75)),
    ]
    return [
        Told(catalog.CLOCK, meta(type_, clock, version, tenant=tenant, source="sla"), data)
        for version, (type_, data) in enumerate(told, start=1)
    ]


class TestTickets(DeliverySuite):
    @pytest.fixture
    async def trial(self, world: World) -> Trial:
        return Trial(
            made=world.made, subscription=consumers.tickets(), tenants=TENANTS, story=a_ticket
        )


class TestClocks(DeliverySuite):
    @pytest.fixture
    async def trial(self, world: World) -> Trial:
        return Trial(
            made=world.made, subscription=consumers.clocks(), tenants=TENANTS, story=a_clock
        )


class TestCustomers(DeliverySuite):
    @pytest.fixture
    async def trial(self, world: World) -> Trial:
        return Trial(
            made=world.made, subscription=consumers.customers(), tenants=TENANTS, story=_customer
        )


def _customer(tenant: UUID) -> Sequence[Told]:
    customer = new_id()
    return [
        Told(
            catalog.CUSTOMER,
            meta("customer.erased.v1", customer, version, tenant=tenant),
            CustomerErasedV1(),
        )
        for version in (1, 2)
    ]


async def test_work_begins_with_the_classification_and_not_before(world: World) -> None:
    ticket, told = new_id(), ticket_facts()
    desk = Desk(world.database, consumers.tickets(), SilentMetrics())
    story: list[tuple[str, EventData]] = [
        ("ticket.opened.v1", TicketOpenedV1(ticket=told)),
        ("ticket.human-requested.v1", TicketHumanRequestedV1(ticket=told, requested_at=NOW)),
        ("ticket.classified.v1", TicketClassifiedV1(ticket=told)),
    ]

    seen = []
    for version, (type_, data) in enumerate(story, start=1):
        await desk.take(raw(meta(type_, ticket, version, tenant=NORDHOST), data))
        seen.append([row["state"] for row in await world.rows("SELECT state FROM work_items")])

    assert seen == [[], [], ["waiting"]]
