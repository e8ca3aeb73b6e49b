"""The database: one engine, transactions that know their tenants, and the only commit."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import CursorResult, Executable, MetaData, RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from chassis.clock import Clock, SystemClock
from chassis.tenancy import SET_TENANTS, TenantScope

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_ix",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


def new_metadata() -> MetaData:
    """Metadata with the naming convention of constraints."""
    return MetaData(naming_convention=NAMING)


class Transaction:
    """One open transaction and what must happen when it has committed.

    `service`, `scale` and `epoch` are the writer's own, so that `outbox.put(tx, …)` needs no more.
    """

    __slots__ = ("_database", "_wakes", "conn")

    def __init__(self, conn: AsyncConnection, database: "Database") -> None:
        self.conn = conn
        self._database = database
        self._wakes: set[str] = set()

    @property
    def service(self) -> str:
        return self._database.service

    @property
    def database(self) -> "Database":
        return self._database

    async def execute(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] = ()
    ) -> CursorResult[Any]:
        return await self.conn.execute(statement, values or None)

    async def one(self, statement: Executable, values: Mapping[str, Any] = {}) -> RowMapping:
        """The only row.

        Raises:
            sqlalchemy.exc.NoResultFound: there is none.
        """
        return (await self.execute(statement, values)).mappings().one()

    async def first(
        self,
        statement: Executable,
        values: Mapping[str, Any] = {},
    ) -> RowMapping | None:
        return (await self.execute(statement, values)).mappings().first()

    async def all(
        self,
        statement: Executable,
        values: Mapping[str, Any] = {},
    ) -> Sequence[RowMapping]:
        return (await self.execute(statement, values)).mappings().all()

    async def scalar(self, statement: Executable, values: Mapping[str, Any] = {}) -> Any:
        return (await self.execute(statement, values)).scalar()

    async def scope_to(self, tenants: TenantScope) -> None:
        """Change the tenants in mid-transaction: a consumer's chunk does so before each event."""
        await self.conn.execute(SET_TENANTS, {"tenants": tenants.setting})

    def wake(self, channel: str) -> None:
        """After the commit, wake the loop that waits on `channel` (outbox, timers, effects)."""
        self._wakes.add(channel)

    @property
    def wakes(self) -> frozenset[str]:
        return frozenset(self._wakes)


class Database:
    """`on_commit` is told the channels to wake once a transaction has committed."""

    def __init__(
        self,
        url: str,
        *,
        service: str,
        pool: int = 6,
        scale: str = "cluster",
        epoch: int = 0,
        clock: Clock | None = None,
    ) -> None:
        self.service = service
        self.scale = scale
        self.epoch = epoch
        self.clock = clock or SystemClock()
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool,
            max_overflow=2,
            pool_pre_ping=False,
            connect_args={
                "server_settings": {
                    "application_name": service,
                    "idle_in_transaction_session_timeout": "10000",
                    "statement_timeout": "10000",
                    "jit": "off",
                }
            },
        )
        self.on_commit: Callable[[frozenset[str]], None] = lambda _channels: None

    @asynccontextmanager
    async def transaction(self, tenants: TenantScope | None) -> AsyncIterator[Transaction]:
        """One transaction that sees `tenants`; commits at the end, rolls back on any error.

        `None` is for tables without tenants (inbox, the loops' own): tenant rows stay invisible.
        """
        async with self.engine.connect() as conn, conn.begin():
            if tenants is not None:
                await conn.execute(SET_TENANTS, {"tenants": tenants.setting})
            tx = Transaction(conn, self)
            yield tx
        if tx.wakes:
            self.on_commit(tx.wakes)

    async def close(self) -> None:
        await self.engine.dispose()
