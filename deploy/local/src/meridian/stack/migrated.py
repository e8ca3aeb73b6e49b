"""Whether a database already stands at its service's newest migration, asked of both."""

import asyncpg

from meridian.stack.loops import run_apart
from meridian.stack.services import Service


def at_head(service: Service, owner_dsn: str) -> bool:
    """Spares a process per service at each start; `alembic upgrade head` would do nothing."""
    newest = newest_revision(service)
    return newest is not None and newest == run_apart(lambda: revision_of(owner_dsn))


def newest_revision(service: Service) -> str | None:
    from chassis import migrations  # here: a second of loading, while the servers start

    try:
        return migrations.head(service.folder / "migrations")
    except Exception:  # a revision is any code: the migration's own process tells what is wrong
        return None


async def revision_of(owner_dsn: str) -> str | None:
    connection = await asyncpg.connect(owner_dsn, ssl=False)
    try:
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return revision
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
