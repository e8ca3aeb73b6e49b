"""Walls, and the books: what is stored equals what the facts say, whatever happened on the way."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

import pytest

from chassis.tenancy import scope
from chassis.testing.walls import violations
from chassis.values import TenantId
from contracts.vocabulary import Priority, TicketState
from sla.calendars.translate import TZDATA
from sla.clocks.decide.replay import replay
from sla.clocks.handlers import judging
from sla.clocks.store import entries, tickets
from sla.policies import handlers as policies
from sla.policies.model import Hours, Rules, Target
from tests.component.sla.world import HOUR, MONDAY, NORDHOST, PAGORA, Life, World
from tests.unit.sla.timelines import DATA, METRICS, calendar, instant

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

KEPT = ("state", "started_at", "ended_at", "due_at", "breach_at", "target")
EXAMPLES = [
    example
    for example in DATA["examples"]
    if not {"excuse", "as_of"} & example.keys() and not isinstance(example["cal"], dict)
]


async def test_the_walls_between_tenants_stand(world: World) -> None:
    assert await violations(world.made.superuser_dsn, "sla") == []


@pytest.mark.parametrize("table", ["facts", "clock_changes", "contracts"])
async def test_what_is_written_once_cannot_be_changed_or_removed(world: World, table: str) -> None:
    granted = await world.rows(
        "SELECT privilege_type FROM information_schema.role_table_grants "
        "WHERE grantee = 'sla' AND table_name = $1",
        table,
    )

    assert {row["privilege_type"] for row in granted} == {"SELECT", "INSERT"}


async def test_worked_examples_taken_event_by_event_are_stored_as_recomputed(
    world: World,
) -> None:
    for example in EXAMPLES:
        tenant = TenantId(uuid5(NORDHOST, example["id"]))
        await agree(world, tenant, example)

        life = await live(world, tenant, example)

        stored, recomputed = await both(world, life)
        assert stored == recomputed, example["id"]
        for name, expected in example["expect"].items():
            assert stored[METRICS[name]]["state"] == expected[0]["state"], example["id"]


async def test_roll_ups_equal_the_clocks_they_count(world: World) -> None:
    await world.contract()
    for number, end in enumerate((0.5, 2, 0.9, 3, None)):
        life = await world.life(f"t{number}").open(MONDAY + number * HOUR)
        if end is not None:
            await life.agent(life.facts.opened_at + end * HOUR, TicketState.PENDING)
            await life.customer(life.facts.opened_at + 4 * HOUR)
    spam = await world.life("spam").open()
    await spam.spam(MONDAY + HOUR)
    await world.known_until(MONDAY + 5 * HOUR)
    await world.sweep()

    counted = await world.rows(
        """SELECT metric, state, day, sum(count)::int AS n FROM attainment_days
            GROUP BY 1, 2, 3 HAVING sum(count) > 0 ORDER BY 1, 2, 3"""
    )
    recomputed = await world.rows(
        """SELECT metric, replace(state, 'paused', 'running') AS state,
                  (due_at AT TIME ZONE 'Europe/Berlin')::date AS day, count(*)::int AS n
             FROM clocks WHERE due_at IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
    )
    misses = await world.value("SELECT sum(count)::int FROM miss_hours")
    assert [tuple(row) for row in counted] == [tuple(row) for row in recomputed]
    assert misses == await world.value("SELECT count(*) FROM clocks WHERE state = 'breached'")


async def test_a_foreign_tenants_ledger_is_as_if_absent(world: World) -> None:
    await world.contract()
    life = await world.life().open()

    async with world.database.transaction(scope(PAGORA)) as tx:
        assert await tickets.find(tx, life.id) is None
        assert await policies.book(tx, NORDHOST) == ()
        assert await entries.of_ticket(tx, NORDHOST, life.id) == []


async def test_another_edition_of_zone_rules_has_running_clocks_looked_at_again(
    world: World,
) -> None:
    await world.contract()
    life = await world.life().open()
    async with world.database.transaction(scope(NORDHOST)) as tx:
        same = await judging.take_up_zones(tx, NORDHOST, MONDAY)
    await world.run("UPDATE clocks SET tzdata = '1999a', due_at = due_at + interval '1 hour'")

    async with world.database.transaction(scope(NORDHOST)) as tx:
        other = await judging.take_up_zones(tx, NORDHOST, MONDAY)
    await world.known_until(MONDAY + HOUR / 2)
    await world.sweep()

    clock = (await world.clocks(life.id))["first_reply"]
    assert (same, other) == (False, True)
    assert (clock["tzdata"], clock["due_at"]) == (TZDATA, MONDAY + HOUR)


async def test_every_open_ticket_is_looked_at_in_pages(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "PAGE", 2)
    for number in range(5):
        await world.life(f"t{number}").open()

    await world.contract(effective_from=MONDAY - HOUR)
    await world.known_until(MONDAY + HOUR / 2)
    await world.sweep()

    assert await world.value("SELECT count(*) FROM clocks WHERE metric = 'first_reply'") == 5


async def agree(world: World, tenant: TenantId, example: dict[str, Any]) -> None:
    """The example's contract, kept as any other."""
    await world.contract(
        tenant,
        calendar=calendar(DATA["calendars"][example["cal"]]),
        effective_from=instant("2026-01-01T00:00:00Z"),
        rules=Rules(grace=timedelta(seconds=example.get("grace_s", 0)), pauses={}),
        targets=tuple(
            Target(
                metric=METRICS[metric],
                priority=Priority(priority),
                seconds=seconds,
                hours=Hours.BUSINESS,
            )
            for priority, metrics in example["targets"].items()
            for metric, seconds in metrics.items()
        ),
    )


async def live(world: World, tenant: TenantId, example: dict[str, Any]) -> Life:
    """The example's events as intake's, one after the other."""
    life = world.life(example["id"], tenant)
    for at, what, *rest in example["events"]:
        when = instant(at)
        match what:
            case "create":
                await life.open(when, priority=Priority(example.get("priority", "normal")))
            case "agent" | "note":
                await life.agent(when, life.facts.state, public=what == "agent")
            case "bot":
                await life.bot(when)
            case "customer":
                await life.customer(when, state=life.facts.state)
            case "status":
                await set_state(life, when, TicketState(rest[0]))
            case "priority":
                await life.priority(when, Priority(rest[0]))
            case "spam" | "unspam":
                await life.spam(when, spam=what == "spam")
            case "merged_away":
                await life.merged(when, world.life("elsewhere", tenant), since=None)
            case "merge_in":
                older = await world.life("older", tenant).open(instant(rest[0]))
                await older.merged(when, life, since=instant(rest[0]))
    return life


async def set_state(life: Life, at: datetime, state: TicketState) -> None:
    if state is TicketState.SOLVED:
        await life.solved(at)
    elif life.facts.state is TicketState.SOLVED:
        await life.reopened(at)
    else:
        await life.status(at, state)


async def both(world: World, life: Life) -> tuple[dict[str, Any], dict[str, Any]]:
    """The clocks as stored, and as a replay of the stored facts has them."""
    rows = (await world.clocks(life.id, life.tenant)).items()
    stored = {name: row for name, row in rows if row["void_reason"] != "empty"}
    async with world.database.transaction(scope(life.tenant)) as tx:
        ticket = await tickets.find(tx, life.id)
        facts = await tickets.facts(tx, life.tenant, [life.id])
        book = await policies.book(tx, life.tenant)
    assert ticket is not None
    assert ticket.judged_until is not None
    clocks = {
        clock.metric.value if clock.cycle == 1 else f"{clock.metric} {clock.cycle}": clock
        for clock in replay(facts[life.id], book, ticket.judged_until)
    }
    return (
        {name: {key: row[key] for key in KEPT} for name, row in stored.items()},
        {name: {key: getattr(clock, key) for key in KEPT} for name, clock in clocks.items()},
    )
