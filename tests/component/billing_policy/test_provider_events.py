"""What the provider tells by itself: genuine, once, in any order."""

import json
from datetime import timedelta
from uuid import uuid5

import pytest

from tests.component.billing_policy.till import Till
from tests.component.billing_policy.world import CUSTOMER, NORDHOST, PAGORA

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


async def test_a_forged_an_old_and_an_unsigned_event_change_nothing(till: Till) -> None:
    remedy = await till.refund("inv-1~pending")
    await till.sweep()
    await till.double.desk.tell_due()
    (body, headers), *_ = till.double.sent
    told = json.loads(body)
    told["data"] |= {"status": "succeeded", "revision": 9}
    changed = json.dumps(told).encode()

    answers = [
        await till.post(changed, headers),
        await till.post(changed, {}),
        await till.post(changed, {"provider-signature": "t=,v1="}),
        await till.post(changed, {"provider-signature": "t=99999999999999999,v1=00"}),
        await till.post(b"[]", {"provider-signature": till.double.desk.sign(now(till), b"[]")}),
    ]
    till.clock.advance(timedelta(minutes=6))
    late = await till.post(body, headers)

    assert answers == [401] * 5
    assert late == 401
    assert await till.state(remedy) == "submitted"
    assert await till.world.value("SELECT count(*) FROM provider_events") == 0


async def test_events_told_twice_and_backwards_end_where_those_in_order_end(till: Till) -> None:
    remedy = await till.refund("inv-1~duplicate")
    await till.sweep()
    till.clock.advance(timedelta(seconds=10))

    answers = await till.hear()
    answers += await till.hear()
    await till.double.control("events/again")
    answers += await till.hear()

    assert set(answers) == {204}
    assert len(answers) >= 4
    assert await till.state(remedy) == "succeeded"
    assert await till.world.told() == ["payment.submitted.v1", "payment.succeeded.v1"]
    assert await till.world.value("SELECT count(*) FROM provider_events") == 2


async def test_a_final_event_wins_over_the_pending_one_that_comes_after_it(till: Till) -> None:
    remedy = await till.refund("inv-1~pending")
    await till.sweep()
    till.clock.advance(timedelta(seconds=10))
    till.double.desk.turn()
    await till.double.desk.tell_due()
    pending, final = till.double.sent

    for body, headers in (final, pending):
        assert await till.post(body, headers) == 204

    assert await till.state(remedy) == "succeeded"


async def test_a_dispute_stops_what_has_not_gone_out_and_holds_the_charge(till: Till) -> None:
    first = await till.refund("inv-1", 1000)
    await till.sweep()
    second = await till.refund("inv-1", 2000, word="two")
    await till.double.control("disputes", account=str(NORDHOST), charge="inv-1")

    await till.hear()
    await till.settle()

    assert (await till.state(first), await till.state(second)) == ("succeeded", "failed")
    assert len(till.double.refunds()) == 1
    assert await till.world.value("SELECT disputed FROM charges") is True
    told = await till.world.told()
    assert told.count("payment.disputed.v1") == 2
    assert told.count("payment.failed.v1") == 1


async def test_a_dispute_that_was_won_lets_money_go_back_again(till: Till) -> None:
    await till.refund("inv-1", 1000)
    await till.sweep()
    for won in (False, True):
        await till.double.control("disputes", account=str(NORDHOST), charge="inv-1", won=won)
    await till.double.desk.tell_due()

    for body, headers in reversed(till.double.sent):
        await till.post(body, headers)

    assert await till.world.value("SELECT disputed FROM charges") is False


async def test_an_event_of_a_stranger_or_another_tenant_touches_nobody(till: Till) -> None:
    remedy = await till.refund("inv-1~pending")
    await till.sweep()
    await till.double.desk.tell_due()
    (body, _), *_ = till.double.sent
    told = json.loads(body)
    told["data"] |= {"status": "succeeded", "revision": 9}

    for account in (PAGORA, uuid5(CUSTOMER, "nobody")):
        forged = json.dumps(told | {"account": str(account)}).encode()
        sent = {"provider-signature": till.double.desk.sign(now(till), forged)}
        assert await till.post(forged, sent) == 204

    assert await till.state(remedy) == "submitted"


def now(till: Till) -> int:
    return int(till.clock.now().timestamp())
