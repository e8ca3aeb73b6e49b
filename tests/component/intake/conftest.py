"""A migrated intake database with two client companies, for each test that asks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text

import intake
from chassis.db import Database
from chassis.tenancy import scope
from chassis.testing.databases import ServiceDatabase
from chassis.testing.fixtures import FreshDatabase
from chassis.values import FIRM
from intake.tenants import handlers as tenants
from intake.tenants.model import Tenant
from tests.unit.intake.contacts import a_tenant, another_tenant


@dataclass(frozen=True)
class World:
    made: ServiceDatabase
    database: Database
    loops: Database
    nordhost: Tenant
    pagora: Tenant

    async def rows(self, statement: str, **values: object) -> list[dict[str, object]]:
        """What the firm's own superuser sees: every tenant's rows."""
        import asyncpg

        connection = await asyncpg.connect(self.made.superuser_dsn)
        try:
            return [dict(row) for row in await connection.fetch(statement, *values.values())]
        finally:
            await connection.close()

    async def count(self, table: str) -> int:
        found = await self.rows(f"SELECT count(*) AS n FROM {table}")
        return int(str(found[0]["n"]))


@pytest.fixture
async def world(fresh_database: FreshDatabase) -> AsyncIterator[World]:
    made = await fresh_database(intake)
    database, loops = made.runtime(), made.loops()
    configured = []
    for wanted in (a_tenant(), another_tenant()):
        async with database.transaction(scope(wanted.id, FIRM)) as tx:
            configured.append(await tenants.configure(tx, wanted))
            await tx.execute(text("UPDATE outbox SET published_at = clock_timestamp()"))
    yield World(made, database, loops, *configured)
    await database.close()
    await loops.close()
