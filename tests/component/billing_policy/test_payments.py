"""Refunds at a real double of the provider: whatever it does, each decision is paid once."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from billing_policy.payments.decide.money import to_provider
from billing_policy.payments.decide.orders import refund_key
from billing_policy.payments.handlers import calling, retrying
from billing_policy.payments.handlers.ordering import REFUND
from chassis import effects
from chassis.tenancy import scope
from tests.component.billing_policy.till import Till
from tests.component.billing_policy.world import NORDHOST

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


async def paid_once(till: Till, remedy: UUID) -> None:
    """Both books say the same: one refund, and it went through."""
    assert await till.state(remedy) == "succeeded"
    live = [one for one in till.double.refunds() if one[2] != "failed"]
    assert [status for _, _, status in live] == ["succeeded"]
    payment = await till.world.payment(remedy)
    assert [one.key for one in till.double.ledger.refunds()] == [refund_key(payment)]


async def test_a_refund_goes_out_is_told_and_the_customer_hears_of_it(till: Till) -> None:
    remedy = await till.refund("inv-1")

    await till.sweep()

    await paid_once(till, remedy)
    assert await till.world.told() == ["payment.succeeded.v1"]
    (asked,) = await till.world.rows(
        "SELECT convert_from(payload, 'UTF8')::jsonb AS data FROM outbox "
        "WHERE topic = 'billing-policy.outreach.v1'"
    )
    assert '"refund_paid"' in asked["data"]
    assert '"amount_minor": "2500"' in asked["data"]
    assert (await till.effect(remedy))["state"] == "done"


@pytest.mark.parametrize(
    "behaviour", ["timeout", "lost", "error-after", "conflict", "pending", "duplicate"]
)
async def test_whatever_the_provider_does_it_is_paid_exactly_once(
    till: Till, behaviour: str
) -> None:
    remedy = await till.refund(f"inv-1~{behaviour}")

    await till.sweep()
    await asyncio.sleep(2.2 if behaviour == "conflict" else 0.0)
    till.clock.advance(timedelta(seconds=10))
    await till.hear()
    await till.hasten()
    await till.settle()
    await till.hear()

    await paid_once(till, remedy)
    assert (await till.world.told())[-1] == "payment.succeeded.v1"


async def test_a_time_out_after_success_is_unknown_until_looked_up(till: Till) -> None:
    remedy = await till.refund("inv-1~timeout")

    await till.sweep()
    unknown = await till.state(remedy)
    await till.settle()

    assert unknown == "unknown"
    await paid_once(till, remedy)
    assert await till.world.told() == ["payment.unknown.v1", "payment.succeeded.v1"]


async def test_a_stored_error_ends_the_attempt_and_a_new_key_may_follow(till: Till) -> None:
    remedy = await till.refund("inv-1~error")
    await till.settle()
    failed = await till.world.payment(remedy)
    await till.double.control(
        "behaviours", account=str(NORDHOST), charge="inv-1~error", behaviour="well"
    )

    await retry(till, remedy)
    await till.settle()

    assert (failed.state, failed.reason) == ("failed", "provider_error")
    assert (await till.world.payment(remedy)).attempt == 2
    await paid_once(till, remedy)


async def test_a_failure_days_later_frees_the_amount_and_delays_are_told(till: Till) -> None:
    remedy = await till.refund("inv-1~late-failure", 10000)
    await till.sweep()
    held = await till.state(remedy)
    till.clock.advance(timedelta(days=3))

    await till.hear()

    assert (held, await till.state(remedy)) == ("submitted", "failed")
    assert await till.world.told() == ["payment.submitted.v1", "payment.failed.v1"]
    (asked,) = await till.world.rows(
        "SELECT convert_from(payload, 'UTF8')::jsonb ->> 'template' AS template FROM outbox "
        "WHERE topic = 'billing-policy.outreach.v1'"
    )
    assert asked["template"] == "refund_delayed"
    charge = (await till.world.payment(remedy)).charge
    await till.world.place(till.world.order("another", charge, 10000))


@pytest.mark.parametrize(
    ("reference", "reason"),
    [("inv-1~refuse", "refused_by_bank"), ("inv-1~dispute", "charge_disputed")],
)
async def test_what_the_provider_refuses_fails_for_good(
    till: Till, reference: str, reason: str
) -> None:
    remedy = await till.refund(reference)

    await till.settle()

    payment = await till.world.payment(remedy)
    assert (payment.state, payment.reason) == ("failed", reason)
    assert till.double.refunds() == []
    assert await till.world.value("SELECT count(*) FROM effects WHERE kind = $1", REFUND) == 1


async def test_a_limit_of_partial_refunds_refuses_the_second(till: Till) -> None:
    first = await till.refund("inv-1~limit", 1000)
    second = await till.refund("inv-1~limit", 1000, word="two")

    await till.settle()

    states = sorted([await till.state(first), await till.state(second)])
    assert states == ["failed", "succeeded"]
    assert len(till.double.refunds()) == 1


@pytest.mark.parametrize(
    ("currency", "minor", "shown"), [("JPY", 2500, "2500"), ("KWD", 2500, "2.500"),
                                     ("EUR", 2505, "25.05"), ("ISK", 2500, "2500.00")]
)  # fmt: skip
async def test_amounts_reach_the_provider_exactly_in_every_currency(
    till: Till, currency: str, minor: int, shown: str
) -> None:
    remedy = await till.refund("inv-1", minor, currency=currency)

    await till.sweep()

    assert await till.state(remedy) == "succeeded"
    assert [one.currency for one in till.double.ledger.refunds()] == [currency]
    async with till.kit.database.transaction(scope(NORDHOST)) as tx:
        known = await till.world.payment(remedy)
        order = (await calling.standing(tx, NORDHOST, known.id, 1)).order
    assert order.amount_minor == minor
    assert to_provider(minor, currency) == shown


@pytest.mark.parametrize("before_the_call", [True, False])
async def test_a_crash_between_call_and_settling_leaves_exactly_one_refund(
    till: Till, before_the_call: bool
) -> None:
    remedy = await till.refund("inv-1")
    performer = till.service.effects[REFUND]
    async with till.kit.loops.transaction(None) as tx:
        (ready,) = await effects.ready(tx, (REFUND,), 10)
    async with till.kit.database.transaction(scope(NORDHOST)) as tx:
        claimed = await effects.claim(tx, ready, 60)
    assert claimed is not None
    if not before_the_call:
        async with till.kit.database.transaction(scope(NORDHOST)) as tx:
            found = await calling.begin_call(
                tx, performer._books, (NORDHOST, (await till.world.payment(remedy)).id, 1),  # type: ignore[attr-defined]
                till.clock.now(),
            )  # fmt: skip
        await till.provider.refund(found.order)

    # The process died here: its lease runs out, another one takes over.
    await till.hasten()
    await till.settle()

    await paid_once(till, remedy)


async def test_a_provider_that_cannot_be_reached_slows_and_loses_nothing(till: Till) -> None:
    remedies = [await till.refund(f"inv-{n}", word=f"w{n}") for n in range(5)]
    provider = till.provider
    url = provider._client.base_url
    provider._client.base_url = "http://127.0.0.1:9"
    await till.settle(rounds=3)
    waiting = [await till.state(remedy) for remedy in remedies]

    provider._client.base_url = url
    till.clock.advance(timedelta(minutes=5))
    await till.settle()

    assert set(waiting) <= {"ordered", "submitting"}
    assert [await till.state(remedy) for remedy in remedies] == ["succeeded"] * 5
    assert len(till.double.refunds()) == 5


async def test_what_never_arrived_is_not_sent_again_once_its_key_is_dead(till: Till) -> None:
    remedy = await till.refund("inv-1~lost")
    await till.sweep()
    till.clock.advance(timedelta(hours=21))

    await till.hasten()
    await till.settle()

    payment = await till.world.payment(remedy)
    assert (payment.state, payment.reason) == ("failed", "never_arrived")
    assert till.double.refunds() == []


async def test_the_books_are_compared_daily_and_every_difference_is_found(till: Till) -> None:
    good = await till.refund("inv-1")
    lost = await till.refund("inv-2", word="two")
    await till.sweep()
    till.double.ledger._db.execute("DELETE FROM refunds WHERE charge = 'inv-2'")
    till.double.ledger.add_refund(
        {"key": "by hand", "account": str(NORDHOST), "charge": "inv-1", "units": 700,
         "currency": "EUR", "status": "succeeded", "created": till.clock.now().isoformat()}
    )  # fmt: skip
    till.clock.advance(timedelta(hours=20))
    await till.world.rows("UPDATE timers SET due_at = clock_timestamp() - interval '1 s'")

    fired = await till.fire()
    await till.settle(rounds=1)

    (row,) = await till.world.rows("SELECT * FROM reconciliations")
    assert fired == 1
    assert await till.state(good) == "succeeded"
    assert (row["missing"], row["extra"], row["differing"], row["compared"]) == (1, 1, 0, 3)
    assert refund_key(await till.world.payment(lost)) in row["findings"]
    assert await till.world.value("SELECT count(*) FROM timers") == 1


async def retry(till: Till, remedy: UUID) -> None:
    known = await till.world.payment(remedy)
    async with till.kit.database.transaction(scope(NORDHOST)) as tx:
        await retrying.retry_payment(tx, known, till.clock.now())
