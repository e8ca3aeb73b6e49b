"""Refunds ordered for decisions: once each, never more than is left, within the tenant's walls."""

import asyncio

import pytest

from billing_policy.payments import handlers
from billing_policy.payments.model import (
    OverCharge,
    PaymentState,
    RefundRefused,
    UnknownCharge,
    WrongCurrency,
)
from chassis.tenancy import scope
from chassis.testing.walls import violations
from tests.component.billing_policy.world import CUSTOMER, MONDAY, NORDHOST, PAGORA, World

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


async def test_the_walls_between_tenants_stand(world: World) -> None:
    assert await violations(world.made.superuser_dsn, "billing_policy") == []


@pytest.mark.parametrize(
    "table",
    ["charge_corrections", "payment_entries", "provider_events", "credit_terms", "closed_periods",
     "credits"],
)  # fmt: skip
async def test_what_is_written_once_cannot_be_changed_or_removed(world: World, table: str) -> None:
    granted = await world.rows(
        "SELECT privilege_type FROM information_schema.role_table_grants "
        "WHERE grantee = 'billing_policy' AND table_name = $1",
        table,
    )

    assert {row["privilege_type"] for row in granted} == {"SELECT", "INSERT"}


async def test_an_order_is_a_payment_an_entry_and_a_call_to_come(world: World) -> None:
    charge = await world.charge()

    order = await world.place(world.order("one", charge))

    payment = await world.payment(order.remedy)
    assert (payment.id, payment.state, payment.attempt) == (order.id, PaymentState.ORDERED, 1)
    assert await world.value("SELECT key FROM effects") == (
        f"refund:{NORDHOST}:{order.remedy}:{order.id}:1"
    )
    assert await world.value("SELECT state FROM payment_entries") == "ordered"


async def test_a_decision_is_paid_once_however_often_it_is_ordered(world: World) -> None:
    charge = await world.charge()
    order = world.order("one", charge, 10000)

    await world.place(order)
    await world.place(order)
    await asyncio.gather(*(world.place(order) for _ in range(4)))

    assert await world.value("SELECT count(*) FROM payments") == 1
    assert await world.value("SELECT count(*) FROM effects") == 1


async def test_of_two_refunds_of_60_on_100_at_once_one_is_ordered(world: World) -> None:
    charge = await world.charge()
    orders = [world.order(word, charge, 6000) for word in ("one", "two")]

    done = await asyncio.gather(*(world.place(o) for o in orders), return_exceptions=True)

    assert sorted(type(each).__name__ for each in done) == ["OverCharge", "RefundOrder"]
    assert await world.value("SELECT sum(amount_minor) FROM payments") == 6000
    assert await world.value("SELECT count(*) FROM effects") == 1


async def test_what_waits_holds_its_amount(world: World) -> None:
    charge = await world.charge()
    await world.place(world.order("one", charge, 4000))

    async with world.database.transaction(scope(NORDHOST)) as tx:
        (found,) = await handlers.charges_of(tx, NORDHOST, CUSTOMER)

    assert (found.refunded_minor, found.refundable_minor) == (4000, 6000)
    with pytest.raises(OverCharge):
        await world.place(world.order("two", charge, 6001))
    await world.place(world.order("three", charge, 6000))


async def test_a_wrong_currency_an_unknown_and_a_foreign_charge_order_nothing(
    world: World,
) -> None:
    charge = await world.charge()
    foreign = await world.charge(tenant=PAGORA)

    refused: list[tuple[type[RefundRefused], object]] = [
        (WrongCurrency, world.order("one", charge, currency="USD")),
        (UnknownCharge, world.order("two", foreign)),
        (OverCharge, world.order("three", charge, 0)),
        (OverCharge, world.order("four", charge, -5)),
    ]
    for error, order in refused:
        with pytest.raises(error):
            await world.place(order)  # type: ignore[arg-type]

    assert await world.value("SELECT count(*) FROM payments") == 0


async def test_a_disputed_charge_gives_nothing_back(world: World) -> None:
    charge = await world.charge()
    await world.rows("UPDATE charges SET disputed = true")

    with pytest.raises(OverCharge):
        await world.place(world.order("one", charge), at=MONDAY)
