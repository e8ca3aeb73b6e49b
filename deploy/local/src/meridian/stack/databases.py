"""One database and three roles per service; tables and their grants belong to the migrations."""

from collections.abc import Callable, Iterable

import asyncpg

from meridian.stack.loops import run_apart
from meridian.stack.services import Service

PasswordOf = Callable[[str], str]


def make_databases(
    superuser_dsn: str, services: Iterable[Service], password_of: PasswordOf
) -> None:
    """Create what is missing and set each role's password."""
    run_apart(lambda: _make_all(superuser_dsn, tuple(services), password_of))


async def _make_all(dsn: str, services: tuple[Service, ...], password_of: PasswordOf) -> None:
    admin = await asyncpg.connect(dsn, ssl=False)
    try:
        for service in services:
            for role in service.roles:
                await make_role(admin, role, password_of(role))
            await make_database(admin, service)
    finally:
        await admin.close()


async def make_role(admin: asyncpg.Connection, role: str, password: str) -> None:
    known = await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if known else "CREATE"
    await admin.execute(
        f"{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE "
        f"PASSWORD '{password}'"  # hex digits: CREATE ROLE takes no parameters
    )


async def make_database(admin: asyncpg.Connection, service: Service) -> None:
    runtime, loops, owner = service.roles
    name = service.name
    if not await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
        await admin.execute(f"CREATE DATABASE {name} OWNER {owner}")
    await admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    await admin.execute(f"GRANT CONNECT ON DATABASE {name} TO {runtime}, {loops}, {owner}")
    # Without it the writers' xact_start reads as NULL and the relay's heartbeats lie.
    await admin.execute(f"GRANT pg_read_all_stats TO {loops}")
