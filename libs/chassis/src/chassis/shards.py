"""Which shards this relay works: session locks of one connection, spread over the live relays.

A shard is a partition of a topic. The locks save work and give each partition one speaker for its
heartbeats; order never depends on them.
"""

import asyncio
import hashlib
import math
from collections.abc import Sequence
from typing import NamedTuple

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from chassis.db import Database
from chassis.wakeups import rest

_log = structlog.get_logger()

RENEW_S = 1.0
# A relay that stands still (a frozen machine) loses its locks after this time.
IDLE_MS = 5000
WAIT_MS = 4000


class Shard(NamedTuple):
    topic: str
    partition: int


class ShardLocks:
    """`held` changes only in `renew`; what was given up is unlocked by `settle`, between rounds."""

    def __init__(self, loops: Database, shards: Sequence[Shard]) -> None:
        self.held: frozenset[Shard] = frozenset()
        self._shards = tuple(shards)
        self._name = f"{loops.service}-relay-lock"
        self._engine = _lock_engine(loops, self._name)
        self._connection: AsyncConnection | None = None
        self._surplus: set[Shard] = set()
        self._turn = asyncio.Lock()

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.renew()
            await rest(stop, RENEW_S)
        await self.close()

    async def renew(self) -> None:
        """Keep the connection awake, and hold a fair share: all shards over all live relays."""
        async with self._turn:
            try:
                async with asyncio.timeout(WAIT_MS / 1000):
                    await self._renew()
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                _log.warning("relay lost its locks", error=type(error).__name__)
                await self._forget()

    async def settle(self) -> None:
        """Let go of what others shall have. Between rounds: nothing of it is on its way."""
        if not self._surplus:
            return
        async with self._turn:
            try:
                for shard in tuple(self._surplus):
                    await self._run(_UNLOCK, shard)
                    self._surplus.discard(shard)
            except (SQLAlchemyError, OSError) as error:
                _log.warning("relay lost its locks", error=type(error).__name__)
                await self._forget()

    async def close(self) -> None:
        async with self._turn:
            await self._forget()
        await self._engine.dispose()

    async def _renew(self) -> None:
        if self._connection is None:
            self._connection = await self._engine.connect()
        found = await self._connection.execute(_LIVE, {"name": self._name})
        live, mine = found.one()
        wanted = math.ceil(len(self._shards) / max(1, live))
        if len(self.held) > wanted:
            kept = sorted(self.held)[:wanted]
            self._surplus |= self.held - set(kept)
            self.held = frozenset(kept)
        for shard in self._from(mine):
            if len(self.held) >= wanted:
                break
            if shard not in self.held | self._surplus and await self._run(_LOCK, shard):
                self.held |= {shard}

    def _from(self, mine: int) -> list[Shard]:
        """Each relay starts at another place, so that they seldom ask for the same."""
        start = mine % len(self._shards) if self._shards else 0
        return [*self._shards[start:], *self._shards[:start]]

    async def _run(self, statement: object, shard: Shard) -> bool:
        if self._connection is None:
            return False
        found = await self._connection.execute(statement, {"key": lock_key(shard)})  # type: ignore[call-overload]
        return bool(found.scalar())

    async def _forget(self) -> None:
        self.held, self._surplus = frozenset(), set()
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()


def lock_key(shard: Shard) -> int:
    digest = hashlib.sha256(f"relay:{shard.topic}:{shard.partition}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _lock_engine(loops: Database, name: str) -> AsyncEngine:
    settings = {"application_name": name, "idle_session_timeout": str(IDLE_MS)}
    return create_async_engine(
        loops.engine.url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={"server_settings": settings, "timeout": WAIT_MS / 1000},
    )


_LIVE = text(
    """SELECT count(DISTINCT pid) AS live, pg_backend_pid() AS mine FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = :name"""
)
_LOCK = text("SELECT pg_try_advisory_lock(:key)")
_UNLOCK = text("SELECT pg_advisory_unlock(:key)")
