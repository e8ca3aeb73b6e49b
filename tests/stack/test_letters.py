"""Dead letters as `meridian dead-letters` sees and orders them, in a real database."""

import json
from uuid import UUID

import anyio
import asyncpg
import pytest

from chassis.dead_letters import Order
from chassis.testing.databases import ServiceDatabase
from meridian import letters
from meridian.problems import StackProblem

pytestmark = pytest.mark.anyio
TENANT, AGGREGATE, EVENT = (UUID(int=n) for n in (1, 2, 3))
GROUP = "probe.clocks"


async def statement(database: ServiceDatabase, sql: str, *values: object) -> None:
    connection = await asyncpg.connect(database.superuser_dsn)
    await connection.execute(sql, *values)
    await connection.close()


@pytest.fixture
async def books(foundation_database: ServiceDatabase) -> letters.Books:
    """One service with one parked event."""
    await statement(
        foundation_database,
        """INSERT INTO parked_events (tenant_id, consumer, event_id, aggregate_id, version, type,
               topic, partition, "offset", headers, payload, reason, error, tries)
           VALUES ($1, $2, $3, $4, 7, 'ticket.opened.v1', 'intake.ticket.v1', 0, 12, $5, $6,
                   'poison', 'ValueError: nine', 3)""",
        TENANT, GROUP, EVENT, AGGREGATE, json.dumps({"ce_id": str(EVENT)}), b'{"a": "\xc3\xa9"}',
    )  # fmt: skip
    return {"probe": foundation_database.loops_url}


async def test_lists_what_is_parked_with_its_reason(books: letters.Books) -> None:
    (row,) = await letters.parked(books)

    assert (row["consumer"], row["aggregate_id"], row["version"]) == (GROUP, AGGREGATE, 7)
    assert (row["reason"], row["error"], row["tries"]) == ("poison", "ValueError: nine", 3)
    assert await letters.parked(books, "probe.other") == []
    assert await letters.unreadable(books) == []


async def test_shows_all_of_one_event(books: letters.Books) -> None:
    (row,) = await letters.shown(books, EVENT)

    assert row["payload"] == '{"a": "é"}'.encode()
    assert row["headers"] == {"ce_id": str(EVENT)}


async def test_finds_the_consumers_that_wait_on_an_aggregate(books: letters.Books) -> None:
    assert await letters.consumers_of(books, AGGREGATE) == [GROUP]
    assert await letters.consumers_of(books, UUID(int=9)) == []


async def test_an_order_waits_for_what_became_of_it(
    books: letters.Books, foundation_database: ServiceDatabase
) -> None:
    order = Order(action="replay", consumer=GROUP, asked_by="ana", aggregate=AGGREGATE)
    became: list[str] = []

    async def give() -> None:
        became.append(await letters.order(books, order))

    async with anyio.create_task_group() as group:
        group.start_soon(give)
        await anyio.sleep(0.5)
        await statement(
            foundation_database,
            "UPDATE dead_letter_commands SET done_at = now(), result = '1 applied' "
            "WHERE action = 'replay' AND aggregate_id = $1 AND asked_by = 'ana'",
            AGGREGATE,
        )

    assert became == ["1 applied"]


async def test_an_order_that_nobody_takes_up_stays_and_says_so(books: letters.Books) -> None:
    order = Order(action="discard", consumer=GROUP, asked_by="ana", event=EVENT)

    assert "will as soon as it runs" in await letters.order(books, order, patience_s=0.2)


async def test_refuses_a_consumer_of_no_service(books: letters.Books) -> None:
    order = Order(action="resume", consumer="nobody.clocks", asked_by="ana")

    with pytest.raises(StackProblem, match=r"nobody\.clocks"):
        await letters.order(books, order)


async def test_a_database_that_is_away_is_told_and_not_a_trace() -> None:
    away = {"probe": "postgresql+asyncpg://probe:x@127.0.0.1:1/probe"}

    with pytest.raises(StackProblem, match="Is Meridian running"):
        await letters.parked(away)
