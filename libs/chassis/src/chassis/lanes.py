"""The consumers of a process: one FastStream subscriber of one shape for each subscription.

Batches without ack or nack and a parser that never raises; the lanes own everything after that.
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaAckableMessage
from faststream.middlewares import AckPolicy
from faststream.security import BaseSecurity
from pydantic import SkipValidation

from chassis import parking
from chassis.delivery import Delivery
from chassis.failures import infrastructure
from chassis.messaging import Subscription
from chassis.rounds import DRAIN_S, Lane
from chassis.wakeups import rest

_log = structlog.get_logger()

MEASURE_S = 1.0
SESSION_MS = 30_000


class Lanes:
    """`broker` is FastStream's, for its documentation of what this process reads."""

    def __init__(
        self,
        delivery: Delivery,
        subscriptions: Sequence[Subscription],
        *,
        session_ms: int = SESSION_MS,
    ) -> None:
        self.lanes = tuple(Lane(delivery, subscription) for subscription in subscriptions)
        self._delivery = delivery
        self._connected = False
        self.broker = KafkaBroker(
            delivery.kafka.bootstrap,
            security=BaseSecurity(delivery.kafka.proof()),
            client_id=delivery.database.service,
            consumer_only=True,
            allow_auto_create_topics=False,
            graceful_timeout=DRAIN_S,
            logger=logging.getLogger("faststream.lanes"),
            log_level=logging.DEBUG,
        )
        for lane in self.lanes:
            _subscribe(self.broker, lane, delivery.kafka.prefix, session_ms)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then every lane finishes its chunk and commits before the group is left."""
        try:
            await self._connect(stop)
            while not stop.is_set():
                await rest(stop, MEASURE_S)
                await self._look_after()
            await asyncio.gather(*(lane.drain() for lane in self.lanes))
        finally:
            self._connected = False
            await self.broker.stop()

    def trouble(self) -> str | None:
        """For readiness: not connected, or lanes that halted."""
        if not self._connected:
            return "not connected yet"
        halted = [f"{lane.group}: {lane.halted}" for lane in self.lanes if lane.halted]
        return "; ".join(halted) or None

    async def _connect(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.broker.start()
            except (KafkaError, OSError) as error:
                _log.warning("lanes wait for Kafka", error=type(error).__name__)
                await self.broker.stop()
                await rest(stop, 1.0)
            else:
                self._connected = True
                return

    async def _look_after(self) -> None:
        try:
            for lane in self.lanes:
                await lane.measure()
                if lane.halted and await self._resumption_asked(lane):
                    lane.resume()
        except Exception as error:
            if not (infrastructure(error) or isinstance(error, KafkaError)):
                raise
            _log.warning("lanes are not looked after", error=type(error).__name__)

    async def _resumption_asked(self, lane: Lane) -> bool:
        async with self._delivery.database.transaction(None) as tx:
            return await parking.resumption_asked(tx, lane.group, lane.halted_at)


def _subscribe(broker: KafkaBroker, lane: Lane, prefix: str, session_ms: int) -> None:
    subscription = lane.subscription
    subscriber: Any = broker.subscriber(
        *(prefix + topic.name for topic in subscription.topics),
        group_id=prefix + subscription.group,
        batch=True,
        max_records=500,
        batch_timeout_ms=20,
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
        session_timeout_ms=session_ms,
        rebalance_timeout_ms=60_000,
        listener=lane,
        parser=_parse,
        decoder=_decode,
        title=subscription.group,
    )

    async def on_round(records: Any) -> None:
        lane.attach(subscriber.consumer)
        await lane.round(records)

    models = [row.model for row in subscription.rows() if subscription.wants(row.type)]
    on_round.__annotations__["records"] = SkipValidation[list[reduce(or_, models)]]  # type: ignore[misc]
    subscriber(on_round)


async def _parse(records: Any, _original: Any) -> KafkaAckableMessage:
    """Headers are not decoded here: one that is not UTF-8 would drop the whole round."""
    return KafkaAckableMessage(
        body=[],
        headers={},
        batch_headers=[],
        raw_message=records,
        consumer=FAKE_CONSUMER,
        message_id=str(records[0].offset),
        correlation_id="-",
    )


async def _decode(message: Any) -> Any:
    return message.raw_message
