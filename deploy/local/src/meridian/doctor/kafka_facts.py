"""What Kafka knows: its clock, and how far each consumer group is behind."""

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from chassis.clock import Clock
from meridian.doctor.judge import GroupLag
from meridian.stack.topics import partitions_of

_PROBE = "meridian.doctor.v1"
_PROBE_SETTINGS = {"message.timestamp.type": "LogAppendTime", "retention.ms": "3600000"}


async def clock_skew(bootstrap: str, clock: Clock) -> float:
    """Seconds that the broker is ahead of us, by a record that the broker itself dates."""
    await make_probe_topic(bootstrap)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    try:
        await producer.send_and_wait(_PROBE, b"warm-up")
        before = clock.now()
        record = await producer.send_and_wait(_PROBE, b"probe")
        after = clock.now()
    finally:
        await producer.stop()
    return float(record.timestamp / 1000 - (before + (after - before) / 2).timestamp())


async def make_probe_topic(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(_PROBE, 1, 1, topic_configs=_PROBE_SETTINGS)])
        await partitions_of(admin, (_PROBE,))
    finally:
        await admin.close()


async def group_lags(bootstrap: str) -> list[GroupLag]:
    """Committed offsets against the ends of the partitions, without joining any group."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await admin.start()
    await reader.start()
    try:
        names = sorted(row[0] for row in await admin.list_consumer_groups())
        return [await group_lag(admin, reader, name) for name in names]
    finally:
        await reader.stop()
        await admin.close()


async def group_lag(admin: AIOKafkaAdminClient, reader: AIOKafkaConsumer, name: str) -> GroupLag:
    committed = await admin.list_consumer_group_offsets(name)
    ends = await reader.end_offsets(list(committed))
    behind = sum(
        max(0, ends[partition] - place.offset)
        for partition, place in committed.items()
        if place.offset >= 0
    )
    (described,) = await admin.describe_consumer_groups([name])
    members = described.groups[0][5]
    return GroupLag(name, len(members), behind)
