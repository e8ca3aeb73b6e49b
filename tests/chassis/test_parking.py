"""Dead letters as a person works with them: seen, replayed in order, discarded, resumed."""

import asyncio
import json
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from chassis import dead_letters, parking
from chassis.db import Transaction
from chassis.dead_letters import Order
from chassis.messaging import Subscription
from chassis.orders import Orders
from chassis.tenancy import scope
from chassis.testing.applied import apply
from chassis.testing.bench import Side
from chassis.testing.desk import GROUP, NOTED, at_desk, note
from chassis.testing.events import TENANT_A, TENANT_B, meta, new_id, noted, raw
from contracts import catalog
from contracts.envelope import Event

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


class Cure:
    """A handler that fails on a version until it is cured."""

    def __init__(self, version: int) -> None:
        self.sick: int | None = version

    async def __call__(self, event: Event[Any], tx: Transaction, now: datetime) -> None:
        await apply(event, tx, now)
        if event.meta.version == self.sick:
            raise ValueError("cannot be applied")


class Clerk:
    """Asks for things to be done and has the service do them."""

    def __init__(self, reader: Side, handler: Any = apply) -> None:
        self._loops = reader.delivery.loops
        subscription = Subscription(
            group=GROUP, topics=(catalog.TICKET,), handlers={NOTED: handler}
        )
        self._orders = Orders(reader.delivery, [subscription])

    async def order(self, action: Any, **named: Any) -> str | None:
        asked = await dead_letters.ask(
            self._loops, Order(action=action, consumer=GROUP, asked_by="lead", **named)
        )
        assert await self._orders.execute_one()
        return await dead_letters.answer(self._loops, asked, within_s=1)


async def poisoned(reader: Side, cure: Cure) -> UUID:
    """Version 1 applied, 2 poison, 3 and 4 behind it."""
    aggregate = new_id()
    await at_desk(reader, {NOTED: cure}).take(
        *(note(aggregate, version) for version in range(1, 5))
    )
    return aggregate


async def test_lists_and_shows_what_is_parked_for_all_tenants(reader: Side) -> None:
    desk, ours, theirs = at_desk(reader), new_id(), new_id()
    await desk.take(note(ours, 2), note(theirs, 3, tenant=TENANT_B))

    listed = await dead_letters.list_parked(reader.delivery.loops)
    [shown] = await dead_letters.show(reader.delivery.loops, listed[0]["event_id"])

    assert {(row["tenant_id"], row["version"]) for row in listed} == {(TENANT_A, 2), (TENANT_B, 3)}
    assert shown["payload"].startswith(b'{"ticket":')
    assert await dead_letters.list_parked(reader.delivery.loops, "sla.owners") == []


async def test_replay_brings_an_aggregate_back_in_order(reader: Side) -> None:
    cure = Cure(2)
    aggregate = await poisoned(reader, cure)
    cure.sick = None

    told = await Clerk(reader, cure).order("replay", aggregate=aggregate)

    assert told == "3 applied, 0 still parked"
    assert await reader.applied(aggregate) == [1, 2, 3, 4]
    assert await reader.parked(aggregate) == []
    await at_desk(reader).take(note(aggregate, 5))
    assert await reader.applied(aggregate) == [1, 2, 3, 4, 5]


async def test_replay_that_fails_again_leaves_everything_parked_and_says_why(reader: Side) -> None:
    cure = Cure(2)
    aggregate = await poisoned(reader, cure)
    before = await reader.parked(aggregate)

    told = await Clerk(reader, cure).order("replay", aggregate=aggregate)

    assert told == "0 applied, 3 still parked: ValueError: cannot be applied"
    assert await reader.parked(aggregate) == before
    assert await reader.applied(aggregate) == [1]


async def test_replay_stops_at_the_next_poison(reader: Side) -> None:
    cure = Cure(2)
    aggregate = await poisoned(reader, cure)
    cure.sick = 3

    told = await Clerk(reader, cure).order("replay", aggregate=aggregate)

    assert told == "1 applied, 2 still parked: ValueError: cannot be applied"
    assert await reader.applied(aggregate) == [1, 2]
    assert await reader.parked(aggregate) == [(3, "poison"), (4, "behind")]


async def test_replay_of_an_unknown_major_waits_for_a_deployment_that_knows_it(
    reader: Side,
) -> None:
    aggregate = new_id()
    await at_desk(reader).take(raw(meta("message.noted.v2", aggregate, 1), b"{}"))

    told = await Clerk(reader).order("replay", aggregate=aggregate)

    assert told == "0 applied, 1 still parked"
    assert await reader.parked(aggregate) == [(1, "unknown-major")]


async def test_discard_goes_on_without_the_event_and_keeps_who_asked(reader: Side) -> None:
    cure = Cure(2)
    aggregate = await poisoned(reader, cure)
    [event] = await reader.rows("SELECT event_id FROM parked_events WHERE reason = 'poison'")

    told = await Clerk(reader, cure).order("discard", event=event["event_id"], reason="a test")

    assert told == "message.noted.v1 version 2 discarded; 2 applied, 0 still parked"
    assert await reader.applied(aggregate) == [1, 3, 4]
    [kept] = await reader.rows("SELECT * FROM dead_letter_commands")
    assert (kept["asked_by"], kept["reason"], kept["result"]) == ("lead", "a test", told)
    assert kept["done_at"] is not None


async def test_discarding_a_forged_event_does_not_move_the_aggregate(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()
    of = meta(NOTED, aggregate, 1)
    await desk.take(raw(of, noted(), changed={"ce_partitionkey": b"x"}))

    told = await Clerk(reader).order("discard", event=of.id)
    await desk.take(note(aggregate, 1))

    assert told == "message.noted.v1 version 1 discarded; 0 applied, 0 still parked"
    assert await reader.applied(aggregate) == [1]


async def test_an_unreadable_record_is_read_again_or_dropped(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()
    whole = raw(meta(NOTED, aggregate, 1), noted())
    await desk.take(
        raw(meta(NOTED, aggregate, 1), noted(), changed={"ce_time": b"?"}), (b"", b"", [])
    )
    first, second = await dead_letters.list_unreadable(reader.delivery.loops)
    clerk = Clerk(reader)

    unchanged = await clerk.order("replay", unreadable=first["id"])
    mended = json.dumps([[name, value.hex()] for name, value in whole[2]])
    await reader.rows(
        "UPDATE unreadable_records SET headers = $1::jsonb, key = $2, value = $3 WHERE id = $4",
        headers=mended,
        key=whole[0],
        value=whole[1],
        id=first["id"],
    )
    read = await clerk.order("replay", unreadable=first["id"])
    dropped = await clerk.order("discard", unreadable=second["id"])

    assert unchanged == "it is still unreadable"
    assert read == "1 applied, 0 still parked"
    assert await reader.applied(aggregate) == [1]
    assert dropped == "the record at intake.ticket.v1/0/1 discarded"
    assert await dead_letters.list_unreadable(reader.delivery.loops) == []


@pytest.mark.parametrize(
    ("action", "named", "told"),
    [
        ("replay", {"aggregate": new_id()}, "nothing of it is parked"),
        ("discard", {"event": new_id()}, "it is not parked"),
        ("replay", {"unreadable": 1}, "there is no such record"),
        ("discard", {"unreadable": 1}, "there is no such record"),
        ("resume", {}, "its lanes go on within two seconds"),
    ],
)
async def test_an_order_about_nothing_is_answered(
    reader: Side, action: str, named: dict[str, Any], told: str
) -> None:
    assert await Clerk(reader).order(action, **named) == told


async def test_an_order_that_nobody_takes_has_no_answer(reader: Side) -> None:
    asked = await dead_letters.ask(
        reader.delivery.loops, Order(action="resume", consumer="sla.owners", asked_by="lead")
    )

    assert not await Clerk(reader)._orders.execute_one()
    assert await dead_letters.answer(reader.delivery.loops, asked, within_s=0.1) is None


async def test_the_loop_takes_an_order_up_at_once(reader: Side) -> None:
    aggregate = await poisoned(reader, Cure(2))
    orders = Orders(
        reader.delivery,
        [Subscription(group=GROUP, topics=(catalog.TICKET,), handlers={NOTED: apply})],
    )
    stop = asyncio.Event()
    running = asyncio.ensure_future(orders.run(stop))

    asked = await dead_letters.ask(
        reader.delivery.loops,
        Order(action="replay", consumer=GROUP, asked_by="lead", aggregate=aggregate),
    )

    assert await dead_letters.answer(reader.delivery.loops, asked, within_s=30) is not None
    stop.set()
    await running
    assert await reader.applied(aggregate) == [1, 2, 3, 4]


@pytest.mark.parametrize(("versions", "blocked"), [((1, 2), False), ((1, 3), True)])
async def test_an_aggregate_with_missing_events_is_blocked(
    reader: Side, versions: tuple[int, ...], blocked: bool
) -> None:
    aggregate = new_id()
    await at_desk(reader).take(*(note(aggregate, version) for version in versions))

    async with reader.database.transaction(scope(TENANT_A)) as tx:
        assert await parking.is_blocked(tx, GROUP, aggregate) is blocked


async def test_an_aggregate_with_a_poison_event_is_blocked_for_any_tenant_in_scope(
    reader: Side,
) -> None:
    aggregate = await poisoned(reader, Cure(2))

    async with reader.database.transaction(scope(TENANT_B)) as tx:
        assert await parking.is_blocked(tx, GROUP, aggregate)


async def test_other_tenants_do_not_see_what_is_parked(reader: Side) -> None:
    aggregate = await poisoned(reader, Cure(2))

    async with reader.database.transaction(scope(TENANT_B)) as tx:
        assert await parking.waiting(tx, GROUP, [aggregate]) == set()
    async with reader.database.transaction(scope(TENANT_A)) as tx:
        assert await parking.waiting(tx, GROUP, [aggregate]) == {aggregate}
