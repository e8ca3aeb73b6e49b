"""What the services told each other of a ticket: read from Kafka, by a reader of no group."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.catalog import TOPICS

_AT_ONCE_MS = 500


@dataclass(frozen=True)
class Told:
    type: str
    correlation: str
    at: datetime


async def told_of(bootstrap: str, ticket: str) -> list[Told]:
    """Every event so far that is of this ticket or names it, in the order they became true."""
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    places = [
        TopicPartition(topic.name, number)
        for topic in TOPICS
        for number in range(topic.partitions("single"))
    ]
    await reader.start()
    try:
        reader.assign(places)
        ends = await reader.end_offsets(places)
        await reader.seek_to_beginning(*places)
        found = [_told(one) for one in await _up_to(reader, ends) if _names(one, ticket)]
    finally:
        await reader.stop()
    return sorted(found, key=lambda told: told.at)


async def _up_to(reader: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> list[Any]:
    records = list[Any]()
    while any([await reader.position(place) < end for place, end in ends.items()]):
        for some in (await reader.getmany(timeout_ms=_AT_ONCE_MS)).values():
            records += some
    return records


def _names(record: Any, ticket: str) -> bool:
    headers = dict(record.headers)
    named = headers.get("ce_subject", b"") + (record.value or b"")
    return "ce_id" in headers and ticket.encode() in named


def _told(record: Any) -> Told:
    headers = {name: value.decode() for name, value in record.headers}
    return Told(
        headers["ce_type"],
        headers["ce_correlationid"],
        datetime.fromisoformat(headers["ce_time"]),
    )
