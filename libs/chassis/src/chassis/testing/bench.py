"""A bench for delivery: a writer's and a reader's database, a corner of Kafka, loops on them."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from chassis import migrations, outbox
from chassis.db import Database
from chassis.delivery import Delivery, KafkaPlace, SilentMetrics
from chassis.lanes import Lanes
from chassis.messaging import Subscription
from chassis.relay import Floor, Relay
from chassis.tenancy import scope
from chassis.testing import applied
from chassis.testing.broker import Corner, corner, until
from chassis.testing.databases import DatabaseFactory, ServiceDatabase
from chassis.testing.process import work_as_told
from chassis.wakeups import Wakeups
from contracts.catalog import TOPICS
from contracts.envelope import Draft, EventData, EventMeta

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
            found: list[asyncpg.Record] = await connection.fetch(statement, *values.values())
            return found
        finally:
            await connection.close()

    async def value(self, statement: str, **values: Any) -> Any:
        return (await self.rows(statement, **values))[0][0]

    async def empty(self) -> None:
        await self.rows(_EMPTY)

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


_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["chassis.testing.process"])


@dataclass(frozen=True, slots=True)
class Child:
    """A part of delivery as a process of its own."""

    process: Any

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    async def ended(self) -> int:
        await asyncio.to_thread(self.process.join, 60)
        return int(self.process.exitcode)

    async def kill(self) -> None:
        self.process.kill()
        await self.ended()


@dataclass
class Bench:
    """`start` runs a loop in the background until `stop` or the end of the test."""

    writer: Side
    reader: Side
    corner: Corner
    _running: list[tuple[asyncio.Event, "asyncio.Task[None]"]] = field(default_factory=list)
    _children: list[Child] = field(default_factory=list)

    async def put(self, *drafts: Draft[EventData]) -> list[EventMeta]:
        """Each in its own transaction, as its tenant."""
        metas = []
        for draft in drafts:
            async with self.writer.database.transaction(scope(draft.tenant)) as tx:
                metas.append(await outbox.put(tx, draft))
        return metas

    def relay(self, floor: Floor | None = None, **options: Any) -> Relay:
        relay = Relay(self.writer.delivery, floor, **options)
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

    def spawn(self, side: Side, work: str, **options: object) -> Child:
        """`chassis.testing.process` on that side; killed at the end of the test at the latest."""
        told = {
            "service": side.made.service,
            "runtime": side.made.runtime_url,
            "loops": side.made.loops_url,
            "bootstrap": self.corner.place.bootstrap,
            "prefix": self.corner.place.prefix,
            **options,
        }
        process = _processes.Process(target=work_as_told, args=(work, told))
        process.start()
        self._children.append(Child(process))
        return self._children[-1]

    async def until(self, condition: Callable[[], Awaitable[bool]], within_s: float = 60.0) -> None:
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
        children, self._children = self._children, []
        await asyncio.gather(*(child.kill() for child in children))
        await asyncio.gather(*(task for _, task in running))

    async def sent(self) -> bool:
        """Whether the outbox holds nothing unsent."""
        left = await self.writer.value("SELECT count(*) FROM outbox WHERE published_at IS NULL")
        return bool(left == 0)


@asynccontextmanager
async def bench(
    writer: ServiceDatabase, reader: ServiceDatabase, bootstrap: str
) -> AsyncIterator[Bench]:
    """Both databases emptied, and the writer's topics under a prefix of their own."""
    topics = [topic for topic in TOPICS if topic.producer == writer.service]
    async with (
        corner(bootstrap, topics) as place,
        side(writer, place.place) as writing,
        side(reader, place.place) as reading,
    ):
        found = Bench(writing, reading, place)
        await writing.empty()
        await reading.empty()
        try:
            yield found
        finally:
            await found.stop()


@asynccontextmanager
async def side(made: ServiceDatabase, kafka: KafkaPlace) -> AsyncIterator[Side]:
    wakeups = Wakeups(made.loops_url)
    figures = Figures()
    delivery = Delivery(
        database=made.runtime(),
        loops=made.loops(),
        kafka=kafka,
        wakeups=wakeups,
        metrics=figures,
    )
    delivery.database.on_commit = delivery.loops.on_commit = wakeups.notify
    try:
        yield Side(made, delivery, figures)
    finally:
        await delivery.database.close()
        await delivery.loops.close()


@asynccontextmanager
async def delivery_database(
    factory: DatabaseFactory, service: str
) -> AsyncIterator[ServiceDatabase]:
    """The chassis tables and `applied`, no more."""

    def migrate(owner_url: str) -> None:
        asyncio.run(_foundation(service, owner_url))

    async with factory.fresh(service, migrate, kind="delivery") as made:
        yield made


async def _foundation(service: str, owner_url: str) -> None:
    connection = await asyncpg.connect(owner_url.replace("+asyncpg", ""))
    try:
        for statement in (*migrations.foundation(service), *applied.statements(service)):
            await connection.execute(statement)
    finally:
        await connection.close()


_EMPTY = """DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT c.oid FROM pg_class c
              WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                AND NOT c.relispartition LOOP
      EXECUTE format('DELETE FROM %s', t);
    END LOOP; END $$"""
