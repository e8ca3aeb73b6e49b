"""What the tests of delivery stand on."""

from collections.abc import AsyncIterator

import pytest

from chassis.delivery import KafkaPlace
from chassis.testing.bench import Bench, Side, bench, side
from chassis.testing.databases import DatabaseFactory


@pytest.fixture
async def reader(database_factory: DatabaseFactory) -> AsyncIterator[Side]:
    """The database of a service `sla` and no broker."""
    async with side(database_factory, "sla", KafkaPlace("")) as found:
        yield found


@pytest.fixture
async def writer(database_factory: DatabaseFactory) -> AsyncIterator[Side]:
    """The database of a service `intake` and no broker."""
    async with side(database_factory, "intake", KafkaPlace("")) as found:
        yield found


@pytest.fixture
async def post(database_factory: DatabaseFactory, kafka_bootstrap: str) -> AsyncIterator[Bench]:
    """Writer `intake`, reader `sla`, and Kafka between them."""
    async with bench(database_factory, kafka_bootstrap) as found:
        yield found
