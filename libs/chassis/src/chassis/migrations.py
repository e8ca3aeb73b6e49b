"""Migrations: Alembic under the owner role, and what every service's first migration needs."""

import asyncio
from pathlib import Path
from types import ModuleType

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from chassis import api_keys, directory, effects, idempotency, inbox, outbox, parking, timers


def foundation(service: str) -> tuple[str, ...]:
    """Every chassis table with its walls, for the roles `<service>` and `<service>_loops`."""
    return tuple(
        statement
        for module in (outbox, inbox, parking, timers, effects, idempotency, directory, api_keys)
        for statement in module.statements(service)
    )


def folder(package: ModuleType) -> Path:
    """A service's migrations stand beside its `src`."""
    if package.__file__ is None:
        raise LookupError(f"{package.__name__} has no file")
    return Path(package.__file__).resolve().parents[2] / "migrations"


def upgrade(owner_url: str, scripts: Path) -> None:
    """Bring the database to the newest revision. Waits for another process that is at it."""
    command.upgrade(_config(scripts, owner_url), "head")


def head(scripts: Path) -> str | None:
    """The newest revision in the folder."""
    return ScriptDirectory.from_config(_config(scripts, "")).get_current_head()


def run_env() -> None:
    """The whole of a service's `migrations/env.py`."""
    asyncio.run(_run())


async def _run() -> None:
    url = context.config.attributes["owner_url"]
    engine = create_async_engine(url, poolclass=pool.NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate)
            await connection.commit()
    finally:
        await engine.dispose()


def _migrate(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_lock(4242, 1)"))
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
        # A revision's name is no secret, and readiness compares it as the runtime role.
        connection.execute(text("GRANT SELECT ON alembic_version TO PUBLIC"))


def _config(scripts: Path, owner_url: str) -> Config:
    config = Config(attributes={"owner_url": owner_url})
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("version_path_separator", "os")
    return config
