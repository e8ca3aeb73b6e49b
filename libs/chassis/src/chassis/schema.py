"""Whether the database stands where this code expects it, told without loading Alembic."""

import re
from pathlib import Path

from sqlalchemy import text

from chassis.db import Database

_REVISION = re.compile(r"^revision\b[^=\n]*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
_PARENTS = re.compile(r"^down_revision\b[^=\n]*=\s*(.+)$", re.MULTILINE)
_QUOTED = re.compile(r"[\"']([^\"']+)[\"']")
_PRESENT = text("SELECT version_num FROM alembic_version")
_ALIVE = text("SELECT 1")


class Schema:
    """`scripts` is the service's migrations folder; without one any database will do."""

    def __init__(self, scripts: Path) -> None:
        texts = [file.read_text("utf-8") for file in sorted(scripts.glob("versions/*.py"))]
        self._known = {name for told in texts for name in _REVISION.findall(told)}
        parents = {
            name
            for told in texts
            for line in _PARENTS.findall(told)
            for name in _QUOTED.findall(line)
        }
        self._heads = self._known - parents

    async def trouble(self, database: Database) -> str | None:
        """A newer database is well: the release that follows this one has already migrated it."""
        async with database.transaction(None) as tx:
            if not self._known:
                await tx.execute(_ALIVE)
                return None
            present = await tx.scalar(_PRESENT)
        if present in self._known - self._heads or present is None:
            return f"migrations are due: the database stands at {present}"
        return None
