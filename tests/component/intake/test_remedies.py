"""What billing-policy decided and paid is shown on the ticket: to colleagues, to the customer."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import pytest

from chassis.delivery import SilentMetrics
from chassis.testing.desk import Desk
from chassis.testing.events import meta, new_id, raw
from chassis.testing.suites.delivery import DeliverySuite, Told, Trial
from contracts import catalog
from contracts.envelope import EventData
from contracts.remedy import (
    PaymentSubmittedV1,
    PaymentSucceededV1,
    RemedyApprovalNeededV1,
    RemedyApprovedV1,
    RemedyNotCoveredV1,
    RemedyRequestedV1,
)
from contracts.vocabulary import RemedyKind, RemedyState
from intake.remedies import consumers
from intake.tickets.translate import ticket_link
from tests.component.intake.conftest import World
from tests.component.intake.house import House, opened
from tests.unit.intake.contacts import NORDHOST, PAGORA
from tests.unit.intake.remedies import AT, payment_facts, remedy_facts

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

TENANTS = (NORDHOST, PAGORA)


def a_remedy(tenant: UUID, ticket: UUID | None = None) -> Sequence[Told]:
    """Asked for, looked at, approved."""
    remedy, given = new_id(), ticket or new_id()
    states = RemedyState
    told: list[tuple[str, EventData]] = [
        ("requested", RemedyRequestedV1(**remedy_facts(given, states.REQUESTED))),
        (
            "approval-needed",
            RemedyApprovalNeededV1(
                **remedy_facts(given, states.APPROVAL_NEEDED), level="lead", expires_at=AT
            ),
        ),
        (
            "approved",
            RemedyApprovedV1(**remedy_facts(given, states.APPROVED), approved_by=UUID(int=7)),
        ),
    ]
    return [
        Told(catalog.REMEDY, _meta(f"remedy.{word}.v1", remedy, version, tenant), data)
        for version, (word, data) in enumerate(told, start=1)
    ]


def a_payment(tenant: UUID, remedy: UUID | None = None) -> Sequence[Told]:
    payment, facts = new_id(), payment_facts(remedy or new_id())
    told: list[tuple[str, EventData]] = [
        ("submitted", PaymentSubmittedV1(**facts)),
        ("succeeded", PaymentSucceededV1(**facts)),
    ]
    return [
        Told(catalog.PAYMENT, _meta(f"payment.{word}.v1", payment, version, tenant), data)
        for version, (word, data) in enumerate(told, start=1)
    ]


def _meta(type_: str, aggregate: UUID, version: int, tenant: UUID) -> Any:
    return meta(type_, aggregate, version, tenant=tenant, source="billing-policy")


class TestRemedies(DeliverySuite):
    @pytest.fixture
    async def trial(self, world: World) -> Trial:
        return Trial(
            made=world.made, subscription=consumers.subscription(), tenants=TENANTS, story=a_remedy
        )


class TestPayments(DeliverySuite):
    @pytest.fixture
    async def trial(self, world: World) -> Trial:
        return Trial(
            made=world.made, subscription=consumers.subscription(), tenants=TENANTS, story=a_payment
        )


@pytest.fixture
async def house(world: World) -> AsyncIterator[House]:
    async with opened(world) as house:
        yield house


async def tell(house: House, story: Sequence[Told]) -> None:
    desk = Desk(house.world.database, consumers.subscription(), SilentMetrics())
    for told in story:
        await desk.take(raw(told.meta, told.data), topic=told.topic)


async def customers_page(house: House, ticket: UUID) -> Any:
    link = ticket_link(house.kit.links, "https://x", NORDHOST, ticket)
    return await house.got(None, f"/v1/customer/{link.rpartition('/')[2]}")


async def test_colleagues_and_the_customer_see_what_was_given_and_that_it_was_paid(
    house: House,
) -> None:
    ticket = await house.contact()
    remedy = a_remedy(NORDHOST, ticket)
    await tell(house, remedy)
    await tell(house, a_payment(NORDHOST, remedy[0].meta.subject))

    seen = (await house.got("ines", f"/v1/tickets/{ticket}"))["remedies"]
    told = (await customers_page(house, ticket))["remedies"]

    assert told == seen
    assert [(each["kind"], each["state"], each["payment"]) for each in seen] == [
        ("refund", "approved", "succeeded")
    ]
    assert (seen[0]["amount_minor"], seen[0]["currency"]) == (1250, "EUR")


async def test_a_payment_that_is_heard_of_before_its_remedy_is_not_lost(house: House) -> None:
    ticket = await house.contact()
    remedy = a_remedy(NORDHOST, ticket)

    await tell(house, a_payment(NORDHOST, remedy[0].meta.subject))
    await tell(house, remedy)

    (seen,) = (await house.got("ines", f"/v1/tickets/{ticket}"))["remedies"]
    assert seen["payment"] == "succeeded"


async def test_an_engines_no_is_for_colleagues_only(house: House) -> None:
    ticket, remedy = await house.contact(), new_id()
    facts = remedy_facts(ticket, RemedyState.NOT_COVERED, kind=RemedyKind.GOODWILL)
    not_covered = RemedyNotCoveredV1(**facts, alternatives=())
    await tell(
        house,
        [Told(catalog.REMEDY, _meta("remedy.not-covered.v1", remedy, 1, NORDHOST), not_covered)],
    )

    assert len((await house.got("ines", f"/v1/tickets/{ticket}"))["remedies"]) == 1
    assert (await customers_page(house, ticket))["remedies"] == []


async def test_another_clients_remedy_on_this_ticket_is_not_seen(house: House) -> None:
    ticket = await house.contact()

    await tell(house, a_remedy(PAGORA, ticket))

    assert (await house.got("ines", f"/v1/tickets/{ticket}"))["remedies"] == []
