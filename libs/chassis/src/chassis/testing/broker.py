"""A test's own corner of the run's Kafka: topics under a prefix, raw records in and out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from os import getpid
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from chassis import wire
from chassis.delivery import KafkaPlace
from contracts.catalog import Topic

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Corner:
    """`place` is what the code under test is given."""

    place: KafkaPlace

    async def send(
        self,
        topic: Topic,
        partition: int,
        records: Sequence[tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes]]]],
    ) -> None:
        """Raw records (key, value, headers), as nobody's relay would write them."""
        producer = AIOKafkaProducer(bootstrap_servers=self.place.bootstrap, acks="all")
        await producer.start()
        try:
            sent = [
                await producer.send(
                    self.place.prefix + topic.name,
                    key=key,
                    value=value,
                    partition=partition,
                    headers=list(headers),
                )
                for key, value, headers in records
            ]
            await asyncio.gather(*sent)
        finally:
            await producer.stop()

    async def read(self, topic: Topic, *, with_heartbeats: bool = False) -> list[Any]:
        """Everything on the topic now, partition by partition in order."""
        name = self.place.prefix + topic.name
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.place.bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        await consumer.start()
        try:
            parts = [TopicPartition(name, n) for n in range(topic.partitions("single"))]
            consumer.assign(parts)
            ends = await consumer.end_offsets(parts)
            starts = await consumer.beginning_offsets(parts)
            left = {tp for tp in parts if ends[tp] > starts[tp]}
            found: dict[TopicPartition, list[Any]] = {tp: [] for tp in parts}
            while left:
                for tp, records in (await consumer.getmany(timeout_ms=200)).items():
                    found[tp] += records
                left = {tp for tp in left if await consumer.position(tp) < ends[tp]}
        finally:
            await consumer.stop()
        every = [record for tp in parts for record in found[tp]]
        return [record for record in every if with_heartbeats or not is_heartbeat(record)]

    async def committed(self, group: str, topic: Topic, partition: int) -> int | None:
        """The group's committed offset."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.place.bootstrap)
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(self.place.prefix + group)
        finally:
            await admin.close()
        at = offsets.get(TopicPartition(self.place.prefix + topic.name, partition))
        return None if at is None else int(at.offset)


@asynccontextmanager
async def corner(bootstrap: str, topics: Sequence[Topic]) -> AsyncIterator[Corner]:
    """Topics of the catalogue under a prefix of their own, as large as on one machine."""
    prefix = f"t{getpid()}-{next(_numbers)}-"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        names = [prefix + topic.name for topic in topics]
        await admin.create_topics([_new_topic(prefix, topic) for topic in topics])
        yield Corner(KafkaPlace(bootstrap, prefix))
        await admin.delete_topics(names)
    finally:
        await admin.close()


def is_heartbeat(record: Any) -> bool:
    return ("ce_type", wire.HEARTBEAT.encode()) in record.headers


def _new_topic(prefix: str, topic: Topic) -> NewTopic:
    settings = {"cleanup.policy": "compact"} if topic.compacted else {}
    return NewTopic(
        name=prefix + topic.name,
        num_partitions=topic.partitions("single"),
        replication_factor=1,
        topic_configs=settings,
    )


async def until(condition: Callable[[], Awaitable[bool]], within_s: float = 60.0) -> None:
    """Polls until the condition holds; what it waits for happens in other tasks and processes."""
    async with asyncio.timeout(within_s):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
