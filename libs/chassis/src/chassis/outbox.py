"""The outbox: the row that every event is before it is sent. `put` is its only writer in Python.

Lock the aggregate row, bump its version, then `put`: UNIQUE (aggregate_id, version) turns a
forgotten lock into an error. The relay sends the rows; columns follow Debezium's outbox router.
"""

import json
from dataclasses import dataclass
from typing import Any, cast

from aiokafka.partitioner import murmur2
from opentelemetry import propagate
from sqlalchemy import text

from chassis import wire
from chassis.db import Database, Transaction
from chassis.tenancy import loops_window, wall
from contracts.catalog import Scale, Topic, row_of
from contracts.envelope import Draft, EventData, EventMeta

CHANNEL = "outbox"
MAX_BYTES = 900_000


class EventTooLargeError(Exception):
    """Payload and headers together are over the limit; a larger record could wedge its shard."""


@dataclass(frozen=True, slots=True)
class PreparedRow:
    """The values of one outbox row; for `put` and for intake's function that inserts its own."""

    meta: EventMeta
    topic: str
    shard: int
    headers: str
    payload: bytes

    def values(self) -> dict[str, Any]:
        return {
            "event_id": self.meta.id,
            "shard": self.shard,
            "tenant_id": self.meta.tenantid,
            "aggregate_id": self.meta.subject,
            "version": self.meta.version,
            "topic": self.topic,
            "type": self.meta.type,
            "headers": self.headers,
            "payload": self.payload,
        }


async def put(
    tx: Transaction, draft: Draft[EventData], caused_by: EventMeta | None = None
) -> EventMeta:
    """Write the event beside the change it tells of; it is sent once this transaction commits.

    Raises:
        LookupError: this service may not write this payload.
        EventTooLargeError: payload and headers are over `MAX_BYTES`.
    """
    row = prepare(tx.database, draft, caused_by)
    await tx.execute(_INSERT, row.values())
    tx.wake(CHANNEL)
    return row.meta


def prepare(
    database: Database, draft: Draft[EventData], caused_by: EventMeta | None = None
) -> PreparedRow:
    """The row as values, without writing it. Raises as `put` does."""
    row = row_of(type(draft.data), database.service)
    event_id = database.clock.new_id()
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    meta = EventMeta(
        id=event_id,
        type=row.type,
        source=database.service,
        subject=draft.aggregate,
        time=draft.time,
        tenantid=draft.tenant,
        version=draft.version,
        correlationid=caused_by.correlationid if caused_by else event_id,
        causationid=caused_by.id if caused_by else None,
        traceparent=carrier.get("traceparent"),
    )
    payload = draft.data.model_dump_json().encode()
    size = len(payload) + wire.size(wire.headers(meta))
    if size > MAX_BYTES:
        raise EventTooLargeError(f"{row.type} of {draft.aggregate} has {size} bytes")
    headers = json.dumps(wire.stored(meta))
    shard = shard_of(row.topic, meta.partitionkey, cast(Scale, database.scale))
    return PreparedRow(meta, row.topic.name, shard, headers, payload)


def shard_of(topic: Topic, key: str, scale: Scale) -> int:
    """The Kafka partition of a key, as Java's default partitioner would choose it."""
    hashed: int = murmur2(key.encode())
    return (hashed & 0x7FFFFFFF) % topic.partitions(scale)


def statements(service: str) -> tuple[str, ...]:
    """The table for a migration."""
    return (
        f"""CREATE TABLE outbox (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
              event_id uuid NOT NULL UNIQUE, shard smallint NOT NULL,
              tenant_id uuid NOT NULL, aggregate_id uuid NOT NULL, version bigint NOT NULL,
              topic text NOT NULL, type text NOT NULL, headers jsonb NOT NULL,
              payload bytea NOT NULL CHECK (octet_length(payload) <= {MAX_BYTES}),
              created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
              published_at timestamptz, kpart integer, koffset bigint,
              UNIQUE (aggregate_id, version))
            WITH (autovacuum_vacuum_scale_factor = 0.01)""",
        "CREATE INDEX outbox_todo ON outbox (topic, shard, id) WHERE published_at IS NULL",
        *wall("outbox", service),
        *loops_window("outbox", service, ("SELECT", "UPDATE", "DELETE")),
    )


_INSERT = text(
    """INSERT INTO outbox (event_id, shard, tenant_id, aggregate_id, version, topic, type,
                           headers, payload)
       VALUES (:event_id, :shard, :tenant_id, :aggregate_id, :version, :topic, :type,
               CAST(:headers AS jsonb), :payload)"""
)
