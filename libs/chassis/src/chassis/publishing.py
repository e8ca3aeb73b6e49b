"""Sending: one record batch per partition per round, so that a partition never has a hole.

Idempotence alone does not give that: the first batch of a producer's session may be refused and the
next one accepted.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from chassis import wire
from chassis.delivery import KafkaPlace
from chassis.shards import Shard

_log = structlog.get_logger()

SEND_S = 30.0
FLUSH_S = 3.0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row on its way: its id in the outbox and what becomes of it on the wire."""

    id: int
    key: bytes
    payload: bytes
    headers: wire.Headers


@dataclass(slots=True)
class Sent:
    """What was acknowledged, with partition and offset (None: a duplicate of this session)."""

    ids: list[int] = field(default_factory=list)
    partitions: list[int] = field(default_factory=list)
    offsets: list[int | None] = field(default_factory=list)
    whole: set[Shard] = field(default_factory=set)
    errors: dict[Shard, BaseException] = field(default_factory=dict)


class Publisher:
    """Holds the producer; makes a new one after a refusal or a time-out, and only then."""

    def __init__(self, kafka: KafkaPlace, service: str) -> None:
        self._kafka = kafka
        self._service = service
        self._producer: AIOKafkaProducer | None = None

    async def partitions(self, topic: str) -> int:
        """How many the broker has."""
        producer = await self._open()
        return len(await producer.partitions_for(self._kafka.prefix + topic))

    async def send(self, rows: Mapping[Shard, Sequence[Outgoing]]) -> Sent:
        """A batch of each shard's rows, as many as fit; all or nothing of a batch arrives."""
        producer = await self._open()
        sent = Sent()
        batches = {shard: _batch(producer, waiting) for shard, waiting in rows.items() if waiting}
        built = {shard: builder for shard, (builder, _) in batches.items()}
        results = await self._deliver(producer, built)
        for shard, result in results.items():
            ids = batches[shard][1]
            if isinstance(result, BaseException):
                sent.errors[shard] = result
                continue
            sent.ids += ids
            sent.partitions += [shard.partition] * len(ids)
            first = result.offset
            sent.offsets += [first + n if first >= 0 else None for n in range(len(ids))]
            if len(ids) == len(rows[shard]):
                sent.whole.add(shard)
        if sent.errors:
            await self.rebuild()
        return sent

    async def heartbeat(self, shards: Sequence[Shard], complete_until: datetime) -> set[Shard]:
        """Those of the shards whose partition has taken the heartbeat."""
        producer = await self._open()
        built = {}
        for shard in shards:
            builder = producer.create_batch()
            headers = wire.heartbeat_headers(complete_until)
            builder.append(timestamp=None, key=None, value=b"", headers=headers)
            built[shard] = builder
        results = await self._deliver(producer, built)
        failed = {shard for shard, found in results.items() if isinstance(found, BaseException)}
        if failed:
            await self.rebuild()
        return set(shards) - failed

    async def rebuild(self) -> None:
        """After a refusal the sequence numbers are spent; the next `send` has a new producer."""
        producer, self._producer = self._producer, None
        if producer is not None:
            _log.warning("relay drops its producer")
            await _stop(producer)

    async def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stop(producer)

    async def _open(self) -> AIOKafkaProducer:
        if self._producer is None:
            proof = self._kafka.proof()
            producer = AIOKafkaProducer(
                bootstrap_servers=self._kafka.bootstrap,
                security_protocol="SSL" if proof else "PLAINTEXT",
                ssl_context=proof,
                client_id=f"{self._service}-relay",
                acks="all",
                enable_idempotence=True,
                linger_ms=0,
                max_batch_size=900_000,
                max_request_size=1_048_576,
                request_timeout_ms=10_000,
            )
            try:
                await producer.start()
            except BaseException:
                await producer.stop()
                raise
            self._producer = producer
        return self._producer

    async def _deliver(
        self, producer: AIOKafkaProducer, batches: Mapping[Shard, Any]
    ) -> dict[Shard, Any]:
        """Each shard's acknowledgement or error; what has no answer after `SEND_S` is an error."""
        tasks = {
            shard: asyncio.ensure_future(self._deliver_one(producer, shard, batch))
            for shard, batch in batches.items()
        }
        if tasks:
            await asyncio.wait(tasks.values(), timeout=SEND_S)
        return {shard: await _result(task) for shard, task in tasks.items()}

    async def _deliver_one(self, producer: AIOKafkaProducer, shard: Shard, batch: Any) -> Any:
        topic = self._kafka.prefix + shard.topic
        return await (await producer.send_batch(batch, topic, partition=shard.partition))


def _batch(producer: AIOKafkaProducer, rows: Sequence[Outgoing]) -> tuple[Any, list[int]]:
    builder, ids = producer.create_batch(), []
    for row in rows:
        appended = builder.append(
            timestamp=None, key=row.key, value=row.payload, headers=row.headers
        )
        if appended is None:
            break
        ids.append(row.id)
    return builder, ids


async def _result(task: "asyncio.Task[Any]") -> Any:
    if not task.done():
        task.cancel()
        await asyncio.wait([task])
    if task.cancelled():
        return KafkaTimeoutError()
    return task.exception() or task.result()


async def _stop(producer: AIOKafkaProducer) -> None:
    """`stop` flushes, which may never end: what is left then is dropped and read again."""
    try:
        async with asyncio.timeout(FLUSH_S):
            await producer.stop()
    except (TimeoutError, KafkaError):
        producer._message_accumulator.fail_all(KafkaTimeoutError())
        await producer._sender.close()
        await producer.client.close()
