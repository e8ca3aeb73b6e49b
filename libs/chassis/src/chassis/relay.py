"""The relay: sends the outbox, each shard in the order of its ids, and marks what was acknowledged.

Heartbeats: how far a partition is complete is read before the rows and sent after all of them were
acknowledged, so that none ever overtakes an event.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import structlog
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from opentelemetry.trace import SpanKind

from chassis import backlog, outbox
from chassis.backlog import Reading
from chassis.db import Transaction
from chassis.delivery import Delivery
from chassis.failures import infrastructure
from chassis.publishing import Outgoing, Publisher, Sent
from chassis.shards import Shard, ShardLocks
from chassis.wakeups import rest
from contracts.catalog import TOPICS, Scale, Topic

_log = structlog.get_logger()

LONGEST_PAUSE_S = 5.0
SILENT_S = 60.0

Floor = Callable[[Transaction], Awaitable[datetime | None]]


class PartitionCountError(Exception):
    """The broker's topic has another number of partitions than the catalogue: order would break."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks at the outbox, unless woken, and between two heartbeats."""

    busy_s: float = 0.02
    idle_s: float = 0.2
    heartbeat_s: float = 1.0


class Relay:
    """`floor` holds heartbeats back to the oldest raw input that is not worked off yet."""

    def __init__(
        self,
        delivery: Delivery,
        floor: Floor | None = None,
        *,
        publisher: Publisher | None = None,
        pace: Pace = Pace(),
    ) -> None:
        service, scale = delivery.loops.service, cast(Scale, delivery.loops.scale)
        self._delivery = delivery
        self._floor = floor
        self._topics = [topic for topic in TOPICS if topic.producer == service]
        self._shards = [Shard(t.name, n) for t in self._topics for n in range(t.partitions(scale))]
        self._beating = {Shard(t.name, n) for t, n in _pairs(self._topics, scale) if t.heartbeat}
        self._locks = ShardLocks(delivery.loops, self._shards)
        self._publisher = publisher or Publisher(delivery.kafka, service)
        self._pace = pace
        self._waiter = delivery.wakeups.listen(outbox.CHANNEL)
        self._stopped: dict[Shard, str] = {}
        self._beaten: dict[Shard, float] = {}
        self._last_round: float | None = None

    @property
    def held(self) -> frozenset[Shard]:
        return self._locks.held

    async def run(self, stop: asyncio.Event) -> None:
        """Raises PartitionCountError when the broker's topics are not the catalogue's."""
        if not self._shards:
            return
        tasks = [
            asyncio.create_task(self._locks.run(stop)),
            asyncio.create_task(self._rounds(stop)),
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await self._publisher.close()
            await self._locks.close()

    def trouble(self) -> str | None:
        """For readiness: shards stopped by a record the broker refuses, or no round lately."""
        if self._stopped:
            return f"{len(self._stopped)} shards stopped: {min(self._stopped.values())}"
        if self._last_round is None:
            return "not connected yet"
        silent = asyncio.get_running_loop().time() - self._last_round
        return f"no round for {silent:.0f} s" if silent > SILENT_S else None

    async def _rounds(self, stop: asyncio.Event) -> None:
        failures, checked = 0, False
        while not stop.is_set():
            try:
                checked = checked or await self._check()
                busy = await self._round()
                failures, self._last_round = 0, asyncio.get_running_loop().time()
            except Exception as error:
                if not (infrastructure(error) or isinstance(error, KafkaError)):
                    raise
                failures += 1
                _log.warning("relay waits", error=type(error).__name__, count=failures)
                await rest(stop, min(LONGEST_PAUSE_S, 0.05 * 2**failures))
                continue
            if not stop.is_set():
                await self._waiter.wait(self._pace.busy_s if busy else self._pace.idle_s)

    async def _check(self) -> bool:
        scale = cast(Scale, self._delivery.loops.scale)
        for topic in self._topics:
            found, wanted = await self._publisher.partitions(topic.name), topic.partitions(scale)
            if found != wanted:
                raise PartitionCountError(f"{topic.name} has {found} partitions, not {wanted}")
        return True

    async def _round(self) -> bool:
        """Read, send, mark, beat. Never the next round before this one is marked."""
        await self._locks.settle()
        held = sorted(self._locks.held - self._stopped.keys())
        self._delivery.metrics.relay_shards(len(self._locks.held), len(self._stopped))
        if not held:
            return False
        beats = self._due(held)
        reading = await self._read(held, with_heartbeat=bool(beats))
        sent = await self._send(reading.rows)
        beats = [s for s in beats if s in reading.complete and _all_sent(s, reading, sent)]
        if beats and reading.complete_until is not None:
            await self._beat(beats, reading.complete_until)
        self._note_refusals(sent)
        return bool(sent.ids)

    async def _read(self, held: Sequence[Shard], *, with_heartbeat: bool) -> Reading:
        """First the clock and the open transactions, then the floor, then the rows."""
        async with self._delivery.loops.transaction(None) as tx:
            until = await self._complete_until(tx) if with_heartbeat else None
            return await backlog.read(tx, held, until)

    async def _complete_until(self, tx: Transaction) -> datetime:
        until = await backlog.complete_until(tx)
        floor = await self._floor(tx) if self._floor is not None else None
        return until if floor is None else min(until, floor)

    async def _send(self, rows: Mapping[Shard, Sequence[Outgoing]]) -> Sent:
        if not rows:
            return Sent()
        tracer = self._delivery.tracer
        with tracer.start_as_current_span("outbox send", kind=SpanKind.PRODUCER):
            sent = await self._publisher.send(rows)
        if sent.ids:
            async with self._delivery.loops.transaction(None) as tx:
                await backlog.mark(tx, sent)
        return sent

    async def _beat(self, shards: Sequence[Shard], complete_until: datetime) -> None:
        now = asyncio.get_running_loop().time()
        for shard in await self._publisher.heartbeat(shards, complete_until):
            self._beaten[shard] = now

    def _due(self, held: Sequence[Shard]) -> list[Shard]:
        since = asyncio.get_running_loop().time() - self._pace.heartbeat_s
        return [
            shard
            for shard in held
            if shard in self._beating and self._beaten.get(shard, since) <= since
        ]

    def _note_refusals(self, sent: Sent) -> None:
        """A record that the broker finds too large stops its shard alone; a person must look."""
        for shard, error in sent.errors.items():
            told = type(error).__name__
            _log.error("batch not accepted", topic=shard.topic, shard=shard.partition, error=told)
            if isinstance(error, MessageSizeTooLargeError):
                self._stopped[shard] = f"{shard.topic}/{shard.partition}: {told}"
        others = [e for e in sent.errors.values() if not isinstance(e, MessageSizeTooLargeError)]
        if others:
            raise others[0]


def _pairs(topics: Sequence[Topic], scale: Scale) -> list[tuple[Topic, int]]:
    return [(topic, n) for topic in topics for n in range(topic.partitions(scale))]


def _all_sent(shard: Shard, reading: Reading, sent: Sent) -> bool:
    return shard not in reading.rows or shard in sent.whole
