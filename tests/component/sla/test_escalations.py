"""Warnings before a breach, and the people who are called."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.tenancy import scope
from chassis.values import FIRM
from contracts.vocabulary import Priority, Role, TicketState
from sla.escalations import handlers
from tests.component.sla.world import HOUR, MONDAY, NORDHOST, PAGORA, World, promises

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

MINUTE = timedelta(minutes=1)
LONG_AGO, FAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


async def on_duty(world: World, name: str = "omar") -> object:
    lead = await world.staff(name, Role.LEAD)
    await world.shift(lead, LONG_AGO, FAR)
    return lead


async def raised(world: World) -> list[str]:
    rows = await world.rows("SELECT type FROM outbox WHERE topic = 'sla.escalation.v1' ORDER BY id")
    return [row["type"] for row in rows]


async def test_late_warnings_collapse_to_the_highest_and_are_told_once(world: World) -> None:
    await world.contract()
    life = await world.life().open()

    await world.sweep()
    await world.sweep()

    told = await world.told(life.id)
    assert told.count("first_reply warned") == 1
    percent = await world.rows(
        "SELECT detail ->> 'percent' AS percent, at FROM clock_changes WHERE type = 'warned' "
        "ORDER BY at LIMIT 1"
    )
    assert [(row["percent"], row["at"]) for row in percent] == [("90", MONDAY + 54 * MINUTE)]
    assert (await world.clocks(life.id))["first_reply"]["warned"] == [90]


async def test_a_feed_that_stands_still_warns_and_gives_no_verdict(world: World) -> None:
    await world.contract()
    life = await world.life().open()

    await world.sweep()

    assert (await world.states(life.id))["first_reply"] == "running"
    assert "first_reply warned" in await world.told(life.id)


async def test_three_quarters_used_calls_the_lead_on_duty(world: World) -> None:
    lead = await on_duty(world)
    await world.contract(targets=promises(first_reply=1))
    await world.life().open()

    await world.sweep()

    assert await world.escalations() == [(1, "open", lead)]
    assert await raised(world) == ["escalation.raised.v1"]


async def test_nobody_on_duty_calls_the_next_level_at_once(world: World) -> None:
    manager = await world.staff("rui", Role.MANAGER)
    await world.staff("omar", Role.LEAD)
    await world.contract(targets=promises(first_reply=1))
    await world.life().open()

    await world.sweep()

    assert await world.escalations() == [(1, "open", None), (2, "open", manager)]


async def test_a_lead_of_another_client_is_not_on_duty_for_this_one(world: World) -> None:
    stranger = await world.staff("lea", Role.LEAD, tenants=(PAGORA,))
    await world.shift(stranger, LONG_AGO, FAR)
    elsewhere = await world.staff("omar", Role.LEAD)
    await world.shift(elsewhere, LONG_AGO, FAR, tenants=frozenset({PAGORA}))
    await world.contract(targets=promises(first_reply=1))
    await world.life().open()

    await world.sweep()

    assert (await world.escalations())[0] == (1, "open", None)


async def test_a_breach_calls_the_manager_and_the_answer_ends_all_calls(world: World) -> None:
    await on_duty(world)
    manager = await world.staff("rui", Role.MANAGER)
    await world.contract(targets=promises(first_reply=1))
    life = await world.life().open()
    await world.known_until(MONDAY + 2 * HOUR)
    await world.sweep()
    called = await world.escalations()

    await life.agent(MONDAY + 3 * HOUR)

    assert (2, "open", manager) in called
    assert {state for _, state, _ in await world.escalations()} == {"resolved"}
    assert await world.value("SELECT count(*) FROM timers WHERE kind = 'sla.escalation'") == 0


async def test_each_level_is_raised_exactly_once_however_often_the_promise_moves(
    world: World,
) -> None:
    await on_duty(world)
    normal, urgent = promises(first_reply=1), promises(priority=Priority.URGENT, first_reply=0.5)
    await world.contract(targets=(*normal, *urgent))
    life = await world.life().open()
    await world.sweep()

    await life.priority(MONDAY + 10 * MINUTE, Priority.URGENT)
    await world.known_until(MONDAY + HOUR)
    await world.sweep()
    await life.priority(MONDAY + 2 * HOUR, Priority.NORMAL)
    await world.sweep()

    assert (await raised(world)).count("escalation.raised.v1") == 2
    assert (await world.states(life.id))["first_reply"] == "breached"


async def test_it_is_told_again_three_times_and_then_no_more(world: World) -> None:
    await on_duty(world)
    await world.contract(targets=promises(first_reply=1))
    await world.life().open()
    await world.sweep()

    for _ in range(5):
        await world.run("UPDATE timers SET due_at = now() WHERE kind = 'sla.escalation'")
        await world.sweep()

    assert (await raised(world)).count("escalation.repeated.v1") == 3
    assert await world.value("SELECT count(*) FROM timers WHERE kind = 'sla.escalation'") == 0


async def test_whoever_takes_it_up_silences_it(world: World) -> None:
    lead = await on_duty(world)
    await world.contract(targets=promises(first_reply=1))
    await world.life().open()
    await world.sweep()

    async with world.database.transaction(scope(NORDHOST, FIRM)) as tx:
        known = (await handlers.listed(tx, unresolved=True, after=None, limit=10))[0]
        now = MONDAY + HOUR
        first = await handlers.acknowledge(tx, known, lead, now)  # type: ignore[arg-type]
        again = await handlers.acknowledge(tx, first or known, lead, now)  # type: ignore[arg-type]

    assert again is None
    assert await world.escalations() == [(1, "acknowledged", lead)]
    assert await raised(world) == ["escalation.raised.v1", "escalation.acknowledged.v1"]
    assert await world.value("SELECT count(*) FROM timers WHERE kind = 'sla.escalation'") == 0


async def test_a_promise_that_was_kept_after_all_ends_the_call_for_its_breach(
    world: World,
) -> None:
    await world.contract(targets=promises(first_reply=1))
    life = await world.life().open()
    await world.known_until(MONDAY + 2 * HOUR)
    await world.sweep()

    await life.agent(MONDAY + 30 * MINUTE, TicketState.OPEN)

    assert {state for _, state, _ in await world.escalations()} == {"resolved"}
