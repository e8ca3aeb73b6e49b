"""Several routers at once on one database: capacity and ownership are never given twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from chassis.db import Database
from chassis.tenancy import scope
from chassis.values import FIRM, StaffId
from chassis.wakeups import Waiter
from contracts.vocabulary import Presence, TicketState
from routing.matching.decide.offers import Accept, Gone
from routing.matching.decide.transfer import Actor
from routing.matching.handlers import answering, deciding
from routing.matching.model import work_id
from routing.matching.ticker import Matcher
from routing.people import handlers as people
from routing.people.model import FULL, LoadChange, Meter
from tests.component.routing.world import NOW, World, chat
from tests.unit.routing.build import NORDHOST, PAGORA, SEED, staff_id

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

HOUR = timedelta(hours=1)
BOTH = scope(NORDHOST, FIRM)


@asynccontextmanager
async def router(world: World, pool: int = 6) -> AsyncIterator[Database]:
    """Another process's connections."""
    database = Database(world.made.runtime_url, service="routing", pool=pool, scale="single")
    try:
        yield database
    finally:
        await database.close()


async def test_trap_22_of_fifty_claims_of_one_unit_exactly_one_wins(world: World) -> None:
    ines = await world.join("ines", capacity={Meter.VOICE: 1})

    async def claim(database: Database, number: int) -> bool:
        taken = LoadChange(
            person=ines.id,
            reservation=uuid5(SEED, str(number)),
            delta=FULL,
            cause="offered",
            at=NOW,
            assigns=True,
        )
        async with database.transaction(BOTH) as tx:
            return await people.claim(tx, taken, NORDHOST) is not None

    async with router(world, pool=12) as one, router(world, pool=12) as other:
        won = await asyncio.gather(
            *(claim((one, other)[number % 2], number) for number in range(50))
        )

    assert won.count(True) == 1
    assert (await world.person("ines")).units == FULL
    assert len(await world.rows("SELECT * FROM load_changes")) == 1
    assert (await world.told(ines.id)).count("person.load-changed") == 1


async def test_the_others_hear_of_a_load_once_per_quarter(world: World) -> None:
    ines = await world.join("ines", capacity={Meter.MAIL: 12})
    for number in range(6):
        await world.ticket(f"mail {number}")
    await world.sweep()
    for number in range(6):
        await world.ticket(f"mail {number}", state=TicketState.SOLVED)
    await world.sweep()

    rows = await world.rows(
        "SELECT version FROM outbox WHERE aggregate_id = $1 ORDER BY version", ines.id
    )
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    assert (await world.told(ines.id)).count("person.load-changed") == 4
    assert len(await world.rows("SELECT * FROM load_changes")) == 12


@pytest.mark.parametrize("changed", ["rights", "presence", "shift"])
async def test_a_claim_fails_when_the_person_changed_since_the_choice(
    world: World, changed: str
) -> None:
    ines = await world.join("ines")
    if changed == "rights":
        await world.join("ines", tenants=[PAGORA])
    elif changed == "presence":
        await world.choose("ines", Presence.AWAY)
    else:
        await world.rows("UPDATE people SET on_shift_until = $1", NOW)
    taken = LoadChange(person=ines.id, reservation=SEED, delta=30, cause="offered", at=NOW)

    async with world.database.transaction(BOTH) as tx:
        claimed = await people.claim(tx, taken, NORDHOST)

    assert claimed is None
    assert await world.rows("SELECT * FROM load_changes") == []


async def test_two_matchers_give_each_ticket_one_owner_and_nobody_too_much(world: World) -> None:
    for name in ("ines", "omar", "yuki"):
        await world.join(name, tenants=[NORDHOST, PAGORA], capacity={Meter.MAIL: 5})
    tickets = [
        await world.ticket(f"mail {number}", tenant=(NORDHOST, PAGORA)[number % 2])
        for number in range(24)
    ]

    async with router(world) as one, router(world) as other:
        await asyncio.gather(
            world.matcher(one).sweep(), world.matcher(other).sweep(), world.sweep()
        )

    owners = [await world.owner(ticket) for ticket in tickets]
    assert sum(owner is not None for owner in owners) == 15
    for name in ("ines", "omar", "yuki"):
        assert (await world.person(name)).units == FULL
    live = await world.rows("SELECT work FROM reservations WHERE state = 'accepted'")
    assert len(live) == len({row["work"] for row in live}) == 15


async def test_the_database_itself_refuses_a_second_live_claim(world: World) -> None:
    await world.join("ines")
    ticket = await world.ticket("mail")
    await world.sweep()

    with pytest.raises(Exception, match="reservations_live"):
        await world.rows(
            """INSERT INTO reservations
                 SELECT tenant_id, gen_random_uuid(), work, person, 'pending', 1, 1, false, now(),
                        now(), now(), '', NULL, '', '', 1 FROM reservations WHERE work = $1""",
            work_id(ticket),
        )


async def test_a_yes_and_the_time_out_at_once_have_one_outcome(world: World) -> None:
    await world.join("ines")
    outcomes = []
    for number in range(8):
        ticket = await world.ticket(f"chat {number}", **chat())
        await world.sweep()
        (offer,) = await world.reservations(ticket)
        world.now += timedelta(seconds=20)
        await world.fire_due()

        async def say_yes(id_: UUID = offer["id"]) -> object:
            async with world.database.transaction(BOTH) as tx:
                late = world.now - timedelta(seconds=1)
                return await answering.accept(tx, id_, staff_id("ines"), 1, late)

        answer, _ = await asyncio.gather(say_yes(), world.sweep())
        (after,) = [each for each in await world.reservations(ticket) if each["id"] == offer["id"]]
        assert isinstance(answer, Accept | Gone)
        assert after["state"] == ("accepted" if isinstance(answer, Accept) else "timed_out")
        outcomes.append(after["state"])
        await world.ticket(f"chat {number}", **chat(state=TicketState.CLOSED))
        await world.sweep()
        await world.choose("ines", Presence.AVAILABLE)

    assert outcomes
    assert (await world.person("ines")).units == 0


async def test_crossing_hand_overs_do_not_wait_for_each_other_for_ever(world: World) -> None:
    await world.join("ines", capacity={Meter.MAIL: 8})
    mine = [await world.ticket(f"ines {number}") for number in range(4)]
    await world.sweep()
    await world.choose("ines", Presence.AWAY)
    await world.join("omar", capacity={Meter.MAIL: 8})
    theirs = [await world.ticket(f"omar {number}") for number in range(4)]
    await world.sweep()
    lead = Actor(staff_id("ruth"), leads=True)

    async def give(database: Database, ticket: UUID, to: StaffId) -> object:
        async with database.transaction(BOTH) as tx:
            return await deciding.transfer(tx, ticket, to, lead, note="", now=NOW)

    async with router(world, pool=10) as database:
        await asyncio.gather(
            *(give(database, ticket, staff_id("omar")) for ticket in mine),
            *(give(database, ticket, staff_id("ines")) for ticket in theirs),
        )

    assert {await world.owner(ticket) for ticket in mine} == {staff_id("omar")}
    assert {await world.owner(ticket) for ticket in theirs} == {staff_id("ines")}
    assert (await world.person("ines")).units == (await world.person("omar")).units == 60


async def test_an_item_that_breaks_is_left_alone_and_holds_up_nobody(world: World) -> None:
    for name in ("ines", "omar"):
        await world.join(name, tenants=[NORDHOST, PAGORA])
    foreign = await world.ticket("first in the queue", tenant=PAGORA, opened_at=NOW - HOUR)
    ours = await world.ticket("second in the queue")
    await world.rows(
        "INSERT INTO matching_policies VALUES ($1, '{\"broken\": true}', 1, now(), 'test')", PAGORA
    )

    await world.sweep()
    await world.sweep()

    assert await world.owner(ours) is not None
    assert (await world.work(foreign))["state"] == "waiting"
    (failure,) = await world.rows("SELECT * FROM tending_failures")
    assert (failure["work"], failure["error"]) == (work_id(foreign), "KeyError: 'floors'")
    await world.rows("DELETE FROM matching_policies")
    await world.rows("UPDATE tending_failures SET retry_at = $1", NOW)
    await world.sweep()
    assert await world.owner(foreign) is not None
    assert await world.rows("SELECT * FROM tending_failures") == []


async def test_two_loops_take_turns_and_stop_when_told(world: World) -> None:
    await world.join("ines")
    stop, waiters = asyncio.Event(), (Waiter(), Waiter())
    loops = [asyncio.create_task(world.matcher(waiter=waiter).run(stop)) for waiter in waiters]

    ticket = await world.ticket("mail")
    for waiter in waiters:
        waiter.wake()
    async with asyncio.timeout(30):
        while await world.owner(ticket) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    stop.set()
    for waiter in waiters:
        waiter.wake()
    await asyncio.gather(*loops)

    assert await world.owner(ticket) == staff_id("ines")


async def test_a_sweep_lets_go_when_its_time_is_over(world: World) -> None:
    await world.join("ines")
    ticket = await world.ticket("mail")
    impatient = Matcher(
        database=world.database,
        loops=world.loops,
        metrics=world.metrics,
        waiter=Waiter(),
        sweep_at_most_s=0,
    )

    assert await impatient.sweep() == 0
    assert await world.owner(ticket) is None
