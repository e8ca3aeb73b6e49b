"""What the tests of delivery stand on: two databases for the session, emptied for each test."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest

from chassis.delivery import KafkaPlace
from chassis.testing.bench import Bench, Side, bench, delivery_database, side
from chassis.testing.databases import DatabaseFactory, ServiceDatabase


@pytest.fixture(scope="session")
def delivery_databases(
    database_factory: DatabaseFactory,
) -> Iterator[tuple[ServiceDatabase, ServiceDatabase]]:
    """Of `intake`, which writes, and of `sla`, which reads."""
    stack = AsyncExitStack()

    async def make() -> tuple[ServiceDatabase, ServiceDatabase]:
        return (
            await stack.enter_async_context(delivery_database(database_factory, "intake")),
            await stack.enter_async_context(delivery_database(database_factory, "sla")),
        )

    with asyncio.Runner() as runner:
        yield runner.run(make())
        runner.run(stack.aclose())


@pytest.fixture
async def writer(
    delivery_databases: tuple[ServiceDatabase, ServiceDatabase],
) -> AsyncIterator[Side]:
    async with side(delivery_databases[0], KafkaPlace("")) as found:
        await found.empty()
        yield found


@pytest.fixture
async def reader(
    delivery_databases: tuple[ServiceDatabase, ServiceDatabase],
) -> AsyncIterator[Side]:
    async with side(delivery_databases[1], KafkaPlace("")) as found:
        await found.empty()
        yield found


@pytest.fixture
async def own_reader(database_factory: DatabaseFactory) -> AsyncIterator[Side]:
    """A reader's database that the test may alter."""
    async with (
        delivery_database(database_factory, "sla") as made,
        side(made, KafkaPlace("")) as found,
    ):
        yield found


@pytest.fixture
async def post(
    delivery_databases: tuple[ServiceDatabase, ServiceDatabase], kafka_bootstrap: str
) -> AsyncIterator[Bench]:
    """A writer, a reader, and Kafka between them."""
    async with bench(*delivery_databases, kafka_bootstrap) as found:
        yield found
