"""A bench for delivery: a writer's and a reader's database, a corner of Kafka, loops on them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import text

from chassis import migrations, outbox
from chassis.db import Database, Transaction
from chassis.delivery import Delivery, KafkaPlace, SilentMetrics
from chassis.lanes import Lanes
from chassis.messaging import Subscription
from chassis.relay import Floor, Relay
from chassis.tenancy import scope, wall
from chassis.testing.broker import Corner, corner, until
from chassis.testing.databases import DatabaseFactory, ServiceDatabase
from chassis.wakeups import Wakeups
from contracts.catalog import TOPICS
from contracts.envelope import Draft, Event, EventData, EventMeta

Runnable = Callable[[asyncio.Event], Awaitable[None]]


class Figures(SilentMetrics):
    """The metrics as they were told."""

    def __init__(self) -> None:
        self.lag: dict[tuple[str, str], float] = {}
        self.counts: dict[str, int] = {}
        self.gauges: dict[str, float] = {}

    def consumer_lag(self, group: str, topic: str, seconds: float) -> None:
        self.lag[group, topic] = seconds

    def events_handled(self, group: str, count: int) -> None:
        self._add("handled", count)

    def events_ignored(self, group: str, count: int) -> None:
        self._add("ignored", count)

    def inbox_duplicates(self, group: str, count: int) -> None:
        self._add("duplicates", count)

    def lane_retries(self, group: str, count: int) -> None:
        self._add("retries", count)

    def parked_events(self, group: str, count: int) -> None:
        self.gauges["parked"] = count

    def unreadable_records(self, group: str, count: int) -> None:
        self.gauges["unreadable"] = count

    def lane_halted(self, group: str, halted: bool) -> None:
        self.gauges["halted"] = halted

    def outbox(self, rows: int, age_s: float) -> None:
        self.gauges |= {"outbox": rows, "age": age_s}

    def _add(self, name: str, count: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + count


@dataclass
class Side:
    """One service: its database and what delivery is given there."""

    made: ServiceDatabase
    delivery: Delivery
    figures: Figures

    @property
    def database(self) -> Database:
        return self.delivery.database

    async def rows(self, statement: str, **values: Any) -> list[asyncpg.Record]:
        """As the superuser sees them: no walls."""
        connection = await asyncpg.connect(self.made.superuser_dsn)
        try:
            return await connection.fetch(statement, *values.values())
        finally:
            await connection.close()

    async def value(self, statement: str, **values: Any) -> Any:
        return (await self.rows(statement, **values))[0][0]

    async def applied(self, aggregate: UUID) -> list[int]:
        """The versions that the handler `apply` has written, in that order."""
        found = await self.rows(
            "SELECT version FROM applied WHERE aggregate_id = $1 ORDER BY id", aggregate=aggregate
        )
        return [row["version"] for row in found]

    async def parked(self, aggregate: UUID) -> list[tuple[int, str]]:
        found = await self.rows(
            "SELECT version, reason FROM parked_events WHERE aggregate_id = $1 ORDER BY version",
            aggregate=aggregate,
        )
        return [(row["version"], row["reason"]) for row in found]


@dataclass
class Bench:
    """`start` runs a loop in the background until `stop` or the end of the test."""

    writer: Side
    reader: Side
    corner: Corner
    _running: list[tuple[asyncio.Event, "asyncio.Task[None]"]] = field(default_factory=list)

    async def put(self, *drafts: Draft[EventData]) -> list[EventMeta]:
        """Each in its own transaction, as its tenant."""
        metas = []
        for draft in drafts:
            async with self.writer.database.transaction(scope(draft.tenant)) as tx:
                metas.append(await outbox.put(tx, draft))
        return metas

    def relay(self, floor: Floor | None = None) -> Relay:
        relay = Relay(self.writer.delivery, floor)
        self.start(relay.run)
        return relay

    def lanes(self, *subscriptions: Subscription) -> Lanes:
        lanes = Lanes(self.reader.delivery, subscriptions)
        self.start(lanes.run)
        return lanes

    def start(self, run: Runnable) -> asyncio.Event:
        stop = asyncio.Event()
        self._running.append((stop, asyncio.ensure_future(run(stop))))
        return stop

    async def until(self, condition: Callable[[], Awaitable[bool]], within_s: float = 15.0) -> None:
        """As `until`; a loop that died meanwhile raises here."""

        async def holds() -> bool:
            for _, task in self._running:
                if task.done():
                    task.result()
            return await condition()

        await until(holds, within_s)

    async def stop(self) -> None:
        for stop, _ in self._running:
            stop.set()
        running, self._running = self._running, []
        await asyncio.gather(*(task for _, task in running))

    async def sent(self) -> bool:
        """Whether the outbox holds nothing unsent."""
        left = await self.writer.value("SELECT count(*) FROM outbox WHERE published_at IS NULL")
        return bool(left == 0)


@asynccontextmanager
async def bench(
    factory: DatabaseFactory, bootstrap: str, *, writer: str = "intake", reader: str = "sla"
) -> AsyncIterator[Bench]:
    """Databases with the chassis tables and one more of the test's own on the reader's side."""
    topics = [topic for topic in TOPICS if topic.producer == writer]
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(corner(bootstrap, topics))
        sides = [
            await stack.enter_async_context(side(factory, service, place.place))
            for service in (writer, reader)
        ]
        found = Bench(sides[0], sides[1], place)
        try:
            yield found
        finally:
            await found.stop()


@asynccontextmanager
async def side(factory: DatabaseFactory, service: str, kafka: KafkaPlace) -> AsyncIterator[Side]:
    def migrate(owner_url: str) -> None:
        asyncio.run(_foundation(service, owner_url))

    async with factory.fresh(service, migrate, kind="delivery") as made:
        figures, wakeups = Figures(), Wakeups(made.loops_url)
        delivery = Delivery(
            database=made.runtime(),
            loops=made.loops(),
            kafka=kafka,
            wakeups=wakeups,
            metrics=figures,
        )
        delivery.database.on_commit = wakeups.notify
        delivery.loops.on_commit = wakeups.notify
        try:
            yield Side(made, delivery, figures)
        finally:
            await delivery.database.close()
            await delivery.loops.close()


async def _foundation(service: str, owner_url: str) -> None:
    connection = await asyncpg.connect(owner_url.replace("+asyncpg", ""))
    try:
        for statement in (*migrations.foundation(service), *_applied(service)):
            await connection.execute(statement)
    finally:
        await connection.close()


def _applied(service: str) -> tuple[str, ...]:
    return (
        """CREATE TABLE applied (
             id bigint GENERATED ALWAYS AS IDENTITY, tenant_id uuid NOT NULL, aggregate_id uuid,
             version bigint, event_id uuid)""",
        *wall("applied", service),
    )


async def apply(event: Event[Any], tx: Transaction, now: datetime) -> None:
    """A handler that writes one row for each event, in the order applied."""
    meta = event.meta
    await tx.execute(
        _APPLY,
        {
            "tenant": meta.tenantid,
            "aggregate": meta.subject,
            "version": meta.version,
            "event": meta.id,
        },
    )


_APPLY = text(
    """INSERT INTO applied (tenant_id, aggregate_id, version, event_id)
       VALUES (:tenant, :aggregate, :version, :event)"""
)
