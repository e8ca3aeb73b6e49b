"""How far a lane has worked off each of its partitions, and how long ago that was written."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

ASK_S = 10.0


@dataclass(slots=True)
class Progress:
    """Offsets are of the next record to do, as Kafka counts commits."""

    _done: dict[TopicPartition, int] = field(default_factory=dict)
    _last_ms: dict[TopicPartition, int] = field(default_factory=dict)

    def begin(self, tp: TopicPartition, record: Any) -> None:
        self._done[tp] = record.offset
        self._last_ms.setdefault(tp, record.timestamp)

    def note(self, tp: TopicPartition, record: Any) -> None:
        self._done[tp] = record.offset + 1
        self._last_ms[tp] = record.timestamp

    def clear(self) -> None:
        """The partitions go elsewhere."""
        self._done.clear()
        self._last_ms.clear()

    def of(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Without those that were revoked while a chunk took too long."""
        return {tp: self._done[tp] for tp in partitions if tp in self._done}

    async def behind(self, consumer: AIOKafkaConsumer) -> dict[TopicPartition, int | None]:
        """The partitions with more to do, with the time of the last record done, if any (ms).

        Paused ones are not fetched, so that for them the broker must be asked.
        """
        assigned = consumer.assignment()
        done = self.of(assigned)
        ends = {tp: consumer.highwater(tp) or 0 for tp in done}
        paused = [tp for tp in consumer.paused() if tp in assigned]
        if paused:
            async with asyncio.timeout(ASK_S):
                ends |= await consumer.end_offsets(paused)
                done |= {tp: await consumer.position(tp) for tp in paused}
        return {tp: self._last_ms.get(tp) for tp, offset in done.items() if offset < ends[tp]}
