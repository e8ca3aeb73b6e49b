"""One database and three roles per service; tables and their grants belong to the migrations."""

from collections.abc import Iterable

import asyncpg

from meridian.config import StackConfig
from meridian.stack.loops import run_apart
from meridian.stack.postgres import SUPERUSER
from meridian.stack.services import Service


def make_databases(config: StackConfig, services: Iterable[Service]) -> None:
    """Create what is missing and set the passwords that secrets.json holds."""
    run_apart(lambda: _make_all(config, tuple(services)))


async def _make_all(config: StackConfig, services: tuple[Service, ...]) -> None:
    admin = await asyncpg.connect(superuser_dsn(config), ssl=False)
    try:
        for service in services:
            for role in service.roles:
                await make_role(admin, role, config.secrets.database_password(role))
            await make_database(admin, service)
    finally:
        await admin.close()


def superuser_dsn(config: StackConfig, database: str = "postgres") -> str:
    return config.database_url(database, SUPERUSER, scheme="postgresql")


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
