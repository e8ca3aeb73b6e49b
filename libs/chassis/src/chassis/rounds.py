"""A lane: the rounds of one consumer group in this process, and when it pauses, drains or halts.

FastStream fetches; here are transactions, offsets and pauses. Nothing may leave `round`: FastStream
would swallow it, and the next commit would pass over what was not applied.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from chassis.breaker import Breaker
from chassis.chunk import Context
from chassis.delivery import Delivery
from chassis.failures import infrastructure
from chassis.items import Reader
from chassis.logs import error_fields
from chassis.messaging import Subscription
from chassis.progress import Progress
from chassis.settle import Settler

_log = structlog.get_logger()

CHUNK = 200
AT_ONCE = 4
COMMIT_S = 10.0
DRAIN_S = 20.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 30.0


class Lane(ConsumerRebalanceListener):  # type: ignore[misc]
    """`halted` says why it stopped consuming until a person resumes it; None while it works."""

    def __init__(self, delivery: Delivery, subscription: Subscription) -> None:
        self.subscription = subscription
        self.halted: str | None = None
        self.halted_at = delivery.database.clock.now()
        self._delivery = delivery
        self._reader = Reader(subscription)
        self._breaker = Breaker()
        context = Context(subscription, self._reader, delivery.tracer)
        self.settler = Settler(context, delivery.database, delivery.metrics, self._breaker)
        self._consumer: AIOKafkaConsumer | None = None
        self._working = asyncio.Lock()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._draining = False
        self._closing = False
        self._retries: dict[TopicPartition, int] = defaultdict(int)
        self._resumptions: dict[TopicPartition, asyncio.TimerHandle] = {}
        self._progress = Progress()

    @property
    def group(self) -> str:
        return self.subscription.group

    def attach(self, consumer: AIOKafkaConsumer) -> None:
        """Before the first round and the first assignment."""
        self._consumer = consumer

    async def round(self, records: Sequence[Any]) -> None:
        """All partitions side by side, each in order; one commit of offsets at the end."""
        consumer = self._consumer
        assert consumer is not None
        async with self._working:
            with self._delivery.tracer.start_as_current_span(f"{self.group} round"):
                by_partition = self._sorted(records, consumer.assignment())
                await asyncio.gather(
                    *(self._partition(consumer, tp, found) for tp, found in by_partition.items())
                )
                await self._commit(consumer, self._progress.of(by_partition))
            self._stopped()

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Let the round finish its chunk; what it has not done, the next owner does."""
        self._draining = True
        await self._round_over()
        for handle in self._resumptions.values():
            handle.cancel()
        self._resumptions.clear()
        self._retries.clear()
        self._progress.clear()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._draining = False
        if self.halted and self._consumer is not None:
            self._consumer.pause(*assigned)

    async def drain(self) -> None:
        """Before the process stops: no new chunk, and the one at work is finished."""
        self._closing = True
        await self._round_over()
        for handle in self._resumptions.values():
            handle.cancel()

    async def _round_over(self) -> None:
        try:
            async with asyncio.timeout(DRAIN_S), self._working:
                pass
        except TimeoutError:
            _log.error("lane did not drain in time", lane=self.group)

    def halt(self, reason: str) -> None:
        """Stop consuming: paging is better than a feed that is wrong."""
        if self.halted is None:
            _log.critical("lane halted", lane=self.group, reason=reason)
            self.halted_at = self._delivery.database.clock.now()
        self.halted = reason
        self._delivery.metrics.lane_halted(self.group, True)
        if self._consumer is not None:
            self._consumer.pause(*self._consumer.assignment())

    def resume(self) -> None:
        """After a person has looked: the breaker counts anew."""
        self.halted = None
        self._breaker.reset()
        self._delivery.metrics.lane_halted(self.group, False)
        if self._consumer is not None:
            self._consumer.resume(*self._consumer.assignment())
        _log.info("lane resumed", lane=self.group)

    async def measure(self) -> None:
        """Lag by topic: how long ago the last record handled was written, while more is waiting."""
        worst = {topic.name: 0.0 for topic in self.subscription.topics}
        now_ms = self._delivery.database.clock.now().timestamp() * 1000
        behind = await self._progress.behind(self._consumer) if self._consumer else {}
        for tp, last_ms in behind.items():
            topic = self._unprefixed(tp.topic)
            since_ms = last_ms or self.halted_at.timestamp() * 1000
            worst[topic] = max(worst[topic], (now_ms - since_ms) / 1000)
        for topic, seconds in worst.items():
            self._delivery.metrics.consumer_lag(self.group, topic, seconds)

    def _sorted(
        self, records: Iterable[Any], assigned: set[TopicPartition]
    ) -> dict[TopicPartition, list[Any]]:
        """By partition, without what was fetched before its partition went elsewhere."""
        found: dict[TopicPartition, list[Any]] = {}
        for record in records:
            tp = TopicPartition(record.topic, record.partition)
            if tp in assigned:
                found.setdefault(tp, []).append(record)
        return found

    async def _partition(
        self, consumer: AIOKafkaConsumer, tp: TopicPartition, records: list[Any]
    ) -> None:
        """What lies before its progress afterwards is applied or stored."""
        self._progress.begin(tp, records[0])
        try:
            async with self._slots:
                await self._work_off(tp, records)
        except Exception as error:
            if infrastructure(error):
                self._back_off(consumer, tp, error)
            else:
                _log.critical("the chassis failed", lane=self.group, **error_fields(error))
                self.halt(f"{type(error).__name__} in the chassis")
        else:
            self._recovered(consumer, tp)
        done = self._progress.of([tp]).get(tp, records[0].offset)
        if done <= records[-1].offset and tp in consumer.assignment():
            consumer.seek(tp, done)

    async def _work_off(self, tp: TopicPartition, records: list[Any]) -> None:
        topic = self._unprefixed(tp.topic)
        for start in range(0, len(records), CHUNK):
            found = records[start : start + CHUNK]
            entries = [self._reader.entry(topic, record) for record in found]
            if self._stopped():
                return
            if await self.settler.together(entries):
                self._progress.note(tp, found[-1])
                continue
            for record, entry in zip(found, entries, strict=True):
                if self._stopped():
                    return
                await self.settler.alone(entry)
                self._progress.note(tp, record)

    def _stopped(self) -> bool:
        if self._breaker.open and self.halted is None:
            self.halt(self._breaker.open)
        return self._draining or self._closing or self.halted is not None

    def _back_off(self, consumer: AIOKafkaConsumer, tp: TopicPartition, error: Exception) -> None:
        seconds = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** self._retries[tp])
        seconds *= random.uniform(0.7, 1.3)
        self._retries[tp] += 1
        self._delivery.metrics.lane_retries(self.group, 1)
        _log.warning(
            "partition pauses",
            lane=self.group,
            topic=tp.topic,
            partition=tp.partition,
            error=type(error).__name__,
            wait_s=round(seconds, 2),
        )
        if tp in consumer.assignment():
            consumer.pause(tp)
            loop = asyncio.get_running_loop()
            self._resumptions[tp] = loop.call_later(seconds, self._go_on, consumer, tp)

    def _recovered(self, consumer: AIOKafkaConsumer, tp: TopicPartition) -> None:
        """What answers one partition again answers the others too: they need not wait longer."""
        if self._retries.pop(tp, None) is None:
            return
        waiting, self._resumptions = self._resumptions, {}
        for other, handle in waiting.items():
            handle.cancel()
            self._go_on(consumer, other)

    def _go_on(self, consumer: AIOKafkaConsumer, tp: TopicPartition) -> None:
        if tp in consumer.assignment() and self.halted is None:
            consumer.resume(tp)

    async def _commit(self, consumer: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> None:
        """A commit that is missed costs duplicates, which the inbox drops."""
        kept = {tp: offset for tp, offset in offsets.items() if tp in consumer.assignment()}
        if not kept:
            return
        try:
            async with asyncio.timeout(COMMIT_S):
                await consumer.commit(kept)
        except (KafkaError, TimeoutError) as error:
            _log.warning("offsets not committed", lane=self.group, error=type(error).__name__)

    def _unprefixed(self, topic: str) -> str:
        return topic.removeprefix(self._delivery.kafka.prefix)
