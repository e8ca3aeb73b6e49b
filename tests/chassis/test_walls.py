"""The walls between tenants: what the catalogue check finds, and that the walls hold."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.db import Database
from chassis.tenancy import NoTenantError, TenantScope, loops_window, scope, wall
from chassis.testing.databases import ServiceDatabase
from chassis.testing.walls import violations

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

A = UUID("a0000000-0000-7000-8000-00000000000a")
B = UUID("b0000000-0000-7000-8000-00000000000b")
NOTES = "CREATE TABLE notes (tenant_id uuid NOT NULL, id uuid, PRIMARY KEY (tenant_id, id))"


async def as_owner(made: ServiceDatabase, *statements: str) -> None:
    connection = await asyncpg.connect(made.owner_url.replace("+asyncpg", ""))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def found(made: ServiceDatabase) -> list[str]:
    return await violations(made.superuser_dsn, "probe")


async def test_the_foundation_breaks_no_rule(foundation_database: ServiceDatabase) -> None:
    assert await found(foundation_database) == []


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (
            ["CREATE TABLE loose (id uuid PRIMARY KEY)"],
            "loose: has no tenant_id and is no listed exception",
        ),
        ([NOTES], "notes: row-level security is not enabled and forced"),
        ([NOTES], "notes: no policy for the runtime role checks app.tenants"),
        (
            [NOTES, *wall("notes", "probe"), "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY"],
            "notes: row-level security is not enabled and forced",
        ),
        (
            [NOTES, *wall("notes", "probe"), "CREATE UNIQUE INDEX notes_id ON notes (id)"],
            "notes_id on notes: starts with id, not tenant_id",
        ),
        (
            [NOTES, *wall("notes", "probe"), "GRANT TRUNCATE ON notes TO probe"],
            "notes: probe may TRUNCATE",
        ),
        (
            [NOTES, *wall("notes", "probe"), "GRANT SELECT ON notes TO PUBLIC"],
            "notes: everybody may SELECT",
        ),
        (
            [NOTES, *wall("notes", "probe"), *loops_window("notes", "probe")],
            "notes: the loops role sees all tenants and is no listed window",
        ),
        (
            [NOTES, *wall("notes", "probe"), "CREATE VIEW all_notes AS SELECT * FROM notes"],
            "view all_notes: is not security_invoker",
        ),
        (
            ["CREATE FUNCTION peek() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'"],
            "function peek: is SECURITY DEFINER",
        ),
        (
            [
                NOTES,
                *wall("notes", "probe"),
                "CREATE UNIQUE INDEX notes_pair ON notes (tenant_id, id)",
                "CREATE TABLE lines (tenant_id uuid NOT NULL, note uuid, id uuid,"
                " PRIMARY KEY (tenant_id, id),"
                " FOREIGN KEY (note, tenant_id) REFERENCES notes (id, tenant_id))",
            ],
            "lines_note_tenant_id_fkey on lines: starts with note, not tenant_id",
        ),
    ],
)
async def test_the_catalogue_check_finds_a_broken_wall(
    foundation_database: ServiceDatabase, statements: list[str], said: str
) -> None:
    await as_owner(foundation_database, *statements)

    assert said in await found(foundation_database)


@pytest.fixture
async def database(foundation_database: ServiceDatabase) -> AsyncIterator[Database]:
    await as_owner(foundation_database, NOTES, *wall("notes", "probe"))
    made = foundation_database.runtime()
    yield made
    await made.close()


INSERT = text("INSERT INTO notes (tenant_id, id) VALUES (:tenant, gen_random_uuid())")
COUNT = text("SELECT count(*) FROM notes")


async def test_without_a_tenant_there_are_no_rows_and_no_transaction_by_default(
    database: Database,
) -> None:
    async with database.transaction(scope(A)) as tx:
        await tx.execute(INSERT, {"tenant": A})

    async with database.transaction(None) as tx:
        assert await tx.scalar(COUNT) == 0
    with pytest.raises(NoTenantError):
        TenantScope(())


async def test_a_row_of_another_tenant_can_be_neither_read_nor_written(database: Database) -> None:
    async with database.transaction(scope(A)) as tx:
        await tx.execute(INSERT, {"tenant": A})

    async with database.transaction(scope(B)) as tx:
        assert await tx.scalar(COUNT) == 0
        assert (await tx.execute(text("DELETE FROM notes"))).rowcount == 0
    with pytest.raises(DBAPIError, match="row-level security"):
        async with database.transaction(scope(B)) as tx:
            await tx.execute(INSERT, {"tenant": A})


async def test_a_set_of_tenants_shows_exactly_its_own(database: Database) -> None:
    for tenant in (A, B):
        async with database.transaction(scope(tenant)) as tx:
            await tx.execute(INSERT, {"tenant": tenant})

    async with database.transaction(scope(A, B)) as tx:
        assert await tx.scalar(COUNT) == 2
        await tx.scope_to(scope(B))
        assert await tx.scalar(COUNT) == 1


async def test_the_scope_ends_with_its_transaction_on_the_same_connection(
    database: Database,
) -> None:
    async with database.transaction(scope(A)) as tx:
        await tx.execute(INSERT, {"tenant": A})
        backend = await tx.scalar(text("SELECT pg_backend_pid()"))

    async with database.transaction(None) as tx:
        assert await tx.scalar(text("SELECT pg_backend_pid()")) == backend
        assert await tx.scalar(COUNT) == 0


async def test_the_runtime_role_may_not_truncate_or_alter(database: Database) -> None:
    for statement in ("TRUNCATE notes", "ALTER TABLE notes DISABLE ROW LEVEL SECURITY"):
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            async with database.transaction(scope(A)) as tx:
                await tx.execute(text(statement))
