"""From raw records to what a lane works on: events, heartbeats, and what cannot be read.

Nothing here raises, whatever a record holds: a record that raised would stop its partition.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import RowMapping

from chassis import wire
from chassis.messaging import Subscription
from chassis.wire import Envelope, Heartbeat, Record, Unreadable
from contracts.catalog import BY_TYPE, Row
from contracts.envelope import Event, EventMeta

Reason = Literal["gap", "poison", "behind", "tenant-mismatch", "unknown-major"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record lies; the topic without the prefix of shared brokers."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an event cannot be applied, and how often it was tried."""

    reason: Reason
    error: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """`event` is None where nothing handles the type; its version counts all the same."""

    meta: EventMeta
    payload: bytes
    position: Position
    event: Event[Any] | None = None
    fault: Fault | None = None
    unknown: bool = False

    @property
    def forged(self) -> bool:
        return self.fault is not None and self.fault.reason == "tenant-mismatch"


@dataclass(frozen=True, slots=True)
class Mark:
    position: Position
    complete_until: datetime


@dataclass(frozen=True, slots=True)
class Raw:
    position: Position
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    value: bytes | None
    error: str


Entry = Item | Mark | Raw


@dataclass(slots=True)
class Tally:
    """What a chunk did; counted only once it has committed."""

    handled: int = 0
    ignored: int = 0
    duplicates: int = 0
    poisoned: list[UUID] = field(default_factory=list)
    forged: list[Item] = field(default_factory=list)
    unreadable: list[Raw] = field(default_factory=list)


class Reader:
    """Reads records as one subscription does."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription
        self._rows = {(row.topic.name, row.type): row for row in subscription.rows()}
        self._families = {(topic, _family(type_)) for topic, type_ in self._rows}

    def entry(self, topic: str, record: Record) -> Entry:
        position = Position(topic, record.partition, record.offset)
        match wire.read(record):
            case Heartbeat(complete_until):
                return Mark(position, complete_until)
            case Envelope(meta, forged):
                return self.item(meta, record.value or b"", position, forged=forged)
            case Unreadable(error):
                headers = tuple(record.headers or ())
                return Raw(position, record.key, headers, record.value, error)

    def stored(self, row: RowMapping) -> Item:
        """The item again from a parked event."""
        position = Position(row["topic"], row["partition"], row["offset"])
        meta = wire.restored(dict(row), row["headers"])
        return self.item(meta, row["payload"], position)

    def item(
        self, meta: EventMeta, payload: bytes, position: Position, *, forged: bool = False
    ) -> Item:
        if forged:
            fault = Fault("tenant-mismatch", "header, partition key and record key disagree")
            return Item(meta, payload, position, fault=fault)
        row = self._rows.get((position.topic, meta.type))
        if row is None:
            return Item(meta, payload, position, fault=self._stranger(meta, position), unknown=True)
        if not self._subscription.wants(meta.type):
            return Item(meta, payload, position)
        return _decoded(row, meta, payload, position)

    def _stranger(self, meta: EventMeta, position: Position) -> Fault | None:
        if (position.topic, _family(meta.type)) in self._families:
            return Fault("unknown-major", f"{meta.type} is of a major version not known here")
        if meta.type in BY_TYPE:
            return Fault("poison", f"{meta.type} does not travel on {position.topic}")
        return None


def _decoded(row: Row, meta: EventMeta, payload: bytes, position: Position) -> Item:
    try:
        data = row.model.read(payload)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, found['loc'])) or 'body'}: {found['type']}"
            for found in error.errors(include_input=False, include_url=False)[:5]
        )
        return Item(meta, payload, position, fault=Fault("poison", wrong))
    return Item(meta, payload, position, event=Event(meta, data))


def _family(type_: str) -> str:
    return type_.rpartition(".v")[0] or type_
