"""Fixtures for `tests/conftest.py` to import. They need `postgres_dsn` from there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from types import ModuleType

import asyncpg
import pytest

from chassis import migrations
from chassis.testing.databases import DatabaseFactory, ServiceDatabase

FreshDatabase = Callable[[ModuleType], Awaitable[ServiceDatabase]]


@pytest.fixture(scope="session")
def database_factory(postgres_dsn: str) -> Iterator[DatabaseFactory]:
    factory = DatabaseFactory(postgres_dsn)
    yield factory
    asyncio.run(factory.close())


@pytest.fixture
async def fresh_database(database_factory: DatabaseFactory) -> AsyncIterator[FreshDatabase]:
    """`await fresh_database(intake)`: that service's migrated database, for this test alone."""
    async with AsyncExitStack() as stack:

        async def make(package: ModuleType) -> ServiceDatabase:
            service = package.__name__

            def migrate(owner_url: str) -> None:
                migrations.upgrade(owner_url, migrations.folder(package))

            return await stack.enter_async_context(database_factory.fresh(service, migrate))

        yield make


@pytest.fixture
async def foundation_database(database_factory: DatabaseFactory) -> AsyncIterator[ServiceDatabase]:
    """A database with the chassis tables alone, for a service called `probe`."""
    async with database_factory.fresh("probe", _foundation) as database:
        yield database


def _foundation(owner_url: str) -> None:
    asyncio.run(_run_statements(owner_url.replace("+asyncpg", "")))


async def _run_statements(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in migrations.foundation("probe"):
            await connection.execute(statement)
    finally:
        await connection.close()
