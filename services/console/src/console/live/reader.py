"""Reads Kafka for the screens: two compacted topics from the start, the others from now on.

No consumer group, no offsets: a console that starts again simply reads again.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from chassis import wire
from chassis.delivery import KafkaPlace
from chassis.kit import Kit
from chassis.wire import Envelope
from console.live.hub import Hub
from console.live.model import Hint, KnownWorld
from console.live.translate import HINTED, KNOWN, hint_of, learn
from contracts.catalog import Scale

POLL_MS = 200
RETRY_S = 1.0


class Reader:
    """Fills `world` and tells `hub`. `trouble` says what keeps it from knowing, for readiness."""

    def __init__(self, kit: Kit[Any], world: KnownWorld, hub: Hub) -> None:
        self._settings = kit.settings
        self._world = world
        self._hub = hub
        self._unread: set[TopicPartition] = set()
        self._connected = False

    def trouble(self) -> str | None:
        if not self._connected:
            return "Kafka cannot be reached"
        return None if self._world.complete else "people and clients are still being read"

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                async with self._consumer() as consumer:
                    await self._read(consumer, stop)
            except KafkaError:
                # The broker comes back by itself; readiness says so meanwhile.
                self._connected = False
                await _sleep(stop, RETRY_S)

    @asynccontextmanager
    async def _consumer(self) -> AsyncIterator[AIOKafkaConsumer]:
        place = KafkaPlace.of(self._settings)
        proof = place.proof()
        consumer = AIOKafkaConsumer(
            bootstrap_servers=place.bootstrap,
            security_protocol="SSL" if proof else "PLAINTEXT",
            ssl_context=proof,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="latest",
        )
        try:
            await consumer.start()
            yield consumer
        finally:
            await consumer.stop()

    async def _read(self, consumer: AIOKafkaConsumer, stop: asyncio.Event) -> None:
        known, hinted = self._partitions(KNOWN), self._partitions(HINTED)
        consumer.assign([*known, *hinted])
        await consumer.seek_to_beginning(*known)
        await consumer.seek_to_end(*hinted)
        ends = await consumer.end_offsets(known)
        self._unread = {place for place, end in ends.items() if end > 0}
        self._connected = True
        self._note_progress({})
        while not stop.is_set():
            batches = await consumer.getmany(timeout_ms=POLL_MS, max_records=1000)
            self._hub.tell(self._taken_in(batches))
            self._note_progress({p: await consumer.position(p) - ends[p] for p in self._unread})

    def _taken_in(
        self, batches: Mapping[TopicPartition, Sequence[ConsumerRecord[bytes, bytes]]]
    ) -> list[Hint]:
        records = (record for batch in batches.values() for record in batch)
        read = ((record, wire.read(record)) for record in records)
        return [
            self._one(record, envelope)
            for record, envelope in read
            if isinstance(envelope, Envelope)
        ]

    def _one(self, record: ConsumerRecord[bytes, bytes], envelope: Envelope) -> Hint:
        name = record.topic.removeprefix(self._settings.kafka_prefix)
        try:
            if name in {topic.name for topic in KNOWN}:
                learn(self._world, envelope, record.value)
            return hint_of(name, envelope, record.value)
        except ValidationError:
            # A payload of a later shape: the page may still look again.
            return Hint(frozenset({"work", "board"}), envelope.meta.tenantid)

    def _note_progress(self, behind: Mapping[TopicPartition, int]) -> None:
        self._unread -= {place for place, left in behind.items() if left >= 0}
        self._world.complete = self._world.complete or not self._unread

    def _partitions(self, topics: Sequence[Any]) -> list[TopicPartition]:
        scale: Scale = self._settings.kafka_scale
        return [
            TopicPartition(f"{self._settings.kafka_prefix}{topic.name}", number)
            for topic in topics
            for number in range(topic.partitions(scale))
        ]


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
