"""Whether a database already stands at its service's newest migration, asked of both."""

import asyncpg

from chassis import migrations
from meridian.stack.loops import run_apart
from meridian.stack.services import Service


def at_head(service: Service, owner_dsn: str) -> bool:
    """Spares a process per service at each start; `alembic upgrade head` would do nothing."""
    return run_apart(lambda: revision_of(owner_dsn)) == migrations.head(
        service.folder / "migrations"
    )


async def revision_of(owner_dsn: str) -> str | None:
    connection = await asyncpg.connect(owner_dsn, ssl=False)
    try:
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return revision
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
