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
from sqlalchemy import RowMapping, text

from chassis import outbox, wire
from chassis.db import Transaction
from chassis.delivery import Delivery
from chassis.failures import infrastructure
from chassis.publishing import Outgoing, Publisher, Sent
from chassis.shards import Shard, ShardLocks
from chassis.wakeups import rest
from contracts.catalog import TOPICS, Scale, Topic
from contracts.envelope import partition_key

_log = structlog.get_logger()

BUSY_S, IDLE_S, HEARTBEAT_S = 0.02, 0.2, 1.0
MOST_ROWS, LEAST_ROWS, TOGETHER = 500, 50, 4000
MOST_BYTES = 900_000
LONGEST_PAUSE_S = 5.0
SILENT_S = 60.0

Floor = Callable[[Transaction], Awaitable[datetime | None]]


class PartitionCountError(Exception):
    """The broker's topic has another number of partitions than the catalogue: order would break."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the outbox: `complete` shards had no more rows than these."""

    rows: Mapping[Shard, Sequence[Outgoing]]
    complete: frozenset[Shard]
    complete_until: datetime | None


class Relay:
    """`floor` holds heartbeats back to the oldest raw input that is not worked off yet."""

    def __init__(
        self,
        delivery: Delivery,
        floor: Floor | None = None,
        *,
        publisher: Publisher | None = None,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        service, scale = delivery.loops.service, cast(Scale, delivery.loops.scale)
        self._delivery = delivery
        self._floor = floor
        self._topics = [topic for topic in TOPICS if topic.producer == service]
        self._shards = [Shard(t.name, n) for t in self._topics for n in range(t.partitions(scale))]
        self._beating = {Shard(t.name, n) for t, n in _pairs(self._topics, scale) if t.heartbeat}
        self._locks = ShardLocks(delivery.loops, self._shards)
        self._publisher = publisher or Publisher(delivery.kafka, service)
        self._heartbeat_s = heartbeat_s
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
                failures = 0
            except Exception as error:
                if not (infrastructure(error) or isinstance(error, KafkaError)):
                    raise
                failures += 1
                _log.warning("relay waits", error=type(error).__name__, count=failures)
                await rest(stop, min(LONGEST_PAUSE_S, 0.05 * 2**failures))
                continue
            if not stop.is_set():
                await self._waiter.wait(BUSY_S if busy else IDLE_S)

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
        self._last_round = asyncio.get_running_loop().time()
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
        limit = max(LEAST_ROWS, min(MOST_ROWS, TOGETHER // len(held)))
        asked = {
            "topics": [shard.topic for shard in held],
            "shards": [shard.partition for shard in held],
            "limit": limit,
            "bytes": MOST_BYTES,
        }
        async with self._delivery.loops.transaction(None) as tx:
            until = await self._complete_until(tx) if with_heartbeat else None
            found = await tx.all(_READ, asked)
        rows: dict[Shard, list[Outgoing]] = {}
        partial: set[Shard] = set()
        for row in found:
            shard = Shard(row["topic"], row["shard"])
            rows.setdefault(shard, []).append(_outgoing(row))
            if row["seen"] == limit or row["cut"]:
                partial.add(shard)
        return Reading(rows, frozenset(held) - partial, until)

    async def _complete_until(self, tx: Transaction) -> datetime:
        """First the clock and the open transactions, then the floor, then (by `_read`) the rows."""
        until: datetime = await tx.scalar(_COMPLETE_UNTIL)
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
                marks = {"ids": sent.ids, "parts": sent.partitions, "offsets": sent.offsets}
                await tx.execute(_MARK, marks)
        return sent

    async def _beat(self, shards: Sequence[Shard], complete_until: datetime) -> None:
        now = asyncio.get_running_loop().time()
        for shard in await self._publisher.heartbeat(shards, complete_until):
            self._beaten[shard] = now

    def _due(self, held: Sequence[Shard]) -> list[Shard]:
        since = asyncio.get_running_loop().time() - self._heartbeat_s
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


def _outgoing(row: RowMapping) -> Outgoing:
    key = partition_key(row["tenant_id"], row["aggregate_id"]).encode()
    return Outgoing(row["id"], key, row["payload"], wire.headers_of(dict(row), row["headers"]))


# `pg_read_all_stats` shows other roles' xact_start; without it this would be silently wrong.
_COMPLETE_UNTIL = text(
    """SELECT least(clock_timestamp(),
                    (SELECT min(xact_start) FROM pg_stat_activity
                      WHERE datname = current_database() AND pid <> pg_backend_pid()
                        AND backend_type = 'client backend'))"""
)
_READ = text(
    """SELECT o.*, h.topic, h.shard, o.running >= :bytes AS cut
         FROM unnest(CAST(:topics AS text[]), CAST(:shards AS smallint[])) AS h (topic, shard)
        CROSS JOIN LATERAL (
          SELECT r.*, count(*) OVER () AS seen,
                 sum(octet_length(r.payload)) OVER (ORDER BY r.id) AS running
            FROM (SELECT id, event_id, tenant_id, aggregate_id, version, type, headers, payload
                    FROM outbox
                   WHERE topic = h.topic AND shard = h.shard AND published_at IS NULL
                   ORDER BY id LIMIT :limit) r) o
        WHERE o.running - octet_length(o.payload) < :bytes
        ORDER BY o.id"""
)
_MARK = text(
    """UPDATE outbox o SET published_at = clock_timestamp(), kpart = u.part, koffset = u.koffset
         FROM unnest(CAST(:ids AS bigint[]), CAST(:parts AS integer[]),
                     CAST(:offsets AS bigint[])) AS u (id, part, koffset)
        WHERE o.id = u.id AND o.published_at IS NULL"""
)
