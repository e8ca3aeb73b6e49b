"""Whether a database already stands at its service's newest migration."""

from pathlib import Path

import asyncpg

from meridian.stack.loops import run_apart
from meridian.stack.services import Service
from meridian.stack.stamps import digest, is_stamped, put_stamp


def at_head(service: Service, owner_dsn: str, stamp: Path) -> bool:
    """The scripts are those of the last migration, and the database is where that one left it.

    Spares loading Alembic in a process per service at each start, where it would do nothing.
    """
    return is_stamped(stamp, standing(service, owner_dsn))


def remember(service: Service, owner_dsn: str, stamp: Path) -> None:
    """Called after `migrate` has succeeded."""
    put_stamp(stamp, standing(service, owner_dsn))


def standing(service: Service, owner_dsn: str) -> str:
    scripts = sorted((service.folder / "migrations").rglob("*.py"))
    return f"{digest(scripts)} {run_apart(lambda: revision_of(owner_dsn))}"


async def revision_of(owner_dsn: str) -> str | None:
    connection = await asyncpg.connect(owner_dsn, ssl=False)
    try:
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return revision
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
