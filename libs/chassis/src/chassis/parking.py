"""Parking: events that cannot be applied now, records that cannot be read, and orders about them.

A parked event waits with everything behind it on its aggregate; the rest of the feed goes on.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis import wire
from chassis.db import Transaction
from chassis.items import Fault, Item, Raw
from chassis.tenancy import loops_window, wall


async def park(tx: Transaction, group: str, item: Item, fault: Fault) -> None:
    """The transaction's scope must hold the item's tenant."""
    await tx.execute(
        _PARK,
        {
            "tenant": item.meta.tenantid,
            "group": group,
            "event": item.meta.id,
            "aggregate": item.meta.subject,
            "version": item.meta.version,
            "type": item.meta.type,
            "topic": item.position.topic,
            "partition": item.position.partition,
            "offset": item.position.offset,
            "headers": json.dumps(wire.stored(item.meta)),
            "payload": item.payload,
            "reason": fault.reason,
            "error": fault.error[:500].replace("\x00", ""),
            "tries": fault.tries,
        },
    )


async def store_unreadable(tx: Transaction, group: str, raw: Raw) -> None:
    shown = [[name.replace("\x00", ""), (value or b"").hex()] for name, value in raw.headers]
    content = repr((raw.key, raw.headers, raw.value)).encode()
    await tx.execute(
        _STORE_UNREADABLE,
        {
            "group": group,
            "topic": raw.position.topic,
            "partition": raw.position.partition,
            "offset": raw.position.offset,
            "digest": hashlib.sha256(content).digest(),
            "key": raw.key,
            "headers": json.dumps(shown),
            "value": raw.value,
            "error": raw.error.replace("\x00", ""),
        },
    )


async def waiting(tx: Transaction, group: str, aggregates: Sequence[UUID]) -> set[UUID]:
    """Those of the aggregates that have stored events, of the tenants in scope."""
    rows = await tx.all(_WAITING, {"group": group, "aggregates": list(aggregates)})
    return {row["aggregate_id"] for row in rows}


async def first_stored(tx: Transaction, group: str, aggregate: UUID) -> RowMapping | None:
    """The stored event with the lowest version, held until the transaction ends."""
    return await tx.first(_FIRST, {"group": group, "aggregate": aggregate})


async def remove(tx: Transaction, group: str, event: UUID) -> None:
    """It was applied or is superseded. A forged one of the same id stays for a person to see."""
    await tx.execute(_REMOVE, {"group": group, "event": event})


async def is_blocked(tx: Transaction, group: str, aggregate: UUID) -> bool:
    """Whether the group lacks events of the aggregate: no verdict may rest on it.

    The transaction's scope must hold the aggregate's tenant.
    """
    return bool(await tx.scalar(_BLOCKED, {"group": group, "aggregate": aggregate}))


async def any_waiting(tx: Transaction, group: str, tenant: UUID) -> bool:
    """Whether the group lacks events of anything that is this tenant's."""
    return bool(await tx.scalar(_ANY_WAITING, {"group": group, "tenant": tenant}))


async def resumption_asked(tx: Transaction, group: str, since: datetime) -> bool:
    """Whether a person has looked at the group's dead letters since then."""
    return bool(await tx.scalar(_RESUMPTION, {"group": group, "since": since}))


def statements(service: str) -> tuple[str, ...]:
    """The tables for a migration."""
    return (
        """CREATE TABLE parked_events (
             tenant_id uuid NOT NULL, consumer text NOT NULL, event_id uuid NOT NULL,
             aggregate_id uuid NOT NULL, version bigint NOT NULL, type text NOT NULL,
             topic text NOT NULL, partition integer NOT NULL, "offset" bigint NOT NULL,
             headers jsonb NOT NULL, payload bytea NOT NULL,
             reason text NOT NULL CHECK (reason IN
               ('gap', 'poison', 'behind', 'tenant-mismatch', 'unknown-major')),
             error text, tries integer NOT NULL DEFAULT 0,
             parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
             PRIMARY KEY (tenant_id, consumer, event_id, reason))""",
        "CREATE INDEX parked_events_waiting ON parked_events (consumer, aggregate_id, version)",
        *wall("parked_events", service),
        *loops_window("parked_events", service),
        """CREATE TABLE unreadable_records (
             id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, consumer text NOT NULL,
             topic text NOT NULL, partition integer NOT NULL, "offset" bigint NOT NULL,
             digest bytea NOT NULL, key bytea, headers jsonb NOT NULL, value bytea,
             error text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(),
             UNIQUE (consumer, topic, partition, "offset", digest))""",
        """CREATE TABLE dead_letter_commands (
             id uuid PRIMARY KEY, consumer text NOT NULL,
             action text NOT NULL CHECK (action IN ('replay', 'discard', 'resume')),
             aggregate_id uuid, event_id uuid, unreadable_id bigint, reason text,
             asked_by text NOT NULL, asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
             done_at timestamptz, result text)""",
        "CREATE INDEX dead_letter_commands_todo ON dead_letter_commands (asked_at) "
        "WHERE done_at IS NULL",
        f"GRANT SELECT, INSERT, DELETE ON unreadable_records TO {service}",
        f"GRANT SELECT, INSERT, UPDATE ON dead_letter_commands TO {service}",
        f"GRANT SELECT ON unreadable_records TO {service}_loops",
        f"GRANT SELECT, INSERT ON dead_letter_commands TO {service}_loops",
    )


_PARK = text(
    """INSERT INTO parked_events (tenant_id, consumer, event_id, aggregate_id, version, type, topic,
                                  partition, "offset", headers, payload, reason, error, tries)
       VALUES (:tenant, :group, :event, :aggregate, :version, :type, :topic,
               :partition, :offset, CAST(:headers AS jsonb), :payload, :reason, :error, :tries)
       ON CONFLICT DO NOTHING"""
)
_STORE_UNREADABLE = text(
    """INSERT INTO unreadable_records (consumer, topic, partition, "offset", digest, key, headers,
                                       value, error)
       VALUES (:group, :topic, :partition, :offset, :digest, :key, CAST(:headers AS jsonb),
               :value, :error)
       ON CONFLICT DO NOTHING"""
)
_WAITING = text(
    """SELECT DISTINCT aggregate_id FROM parked_events
        WHERE consumer = :group AND aggregate_id = ANY (CAST(:aggregates AS uuid[]))
          AND reason <> 'tenant-mismatch'"""
)
_FIRST = text(
    """SELECT tenant_id, event_id, aggregate_id, version, type, topic, partition, "offset", headers,
              payload, reason
         FROM parked_events
        WHERE consumer = :group AND aggregate_id = :aggregate AND reason <> 'tenant-mismatch'
        ORDER BY version, event_id LIMIT 1 FOR UPDATE"""
)
_REMOVE = text(
    """DELETE FROM parked_events
        WHERE consumer = :group AND event_id = :event AND reason <> 'tenant-mismatch'"""
)
_BLOCKED = text(
    """SELECT EXISTS (SELECT FROM inbox_seq
                       WHERE consumer = :group AND aggregate_id = :aggregate AND parked)
           OR EXISTS (SELECT FROM parked_events
                       WHERE consumer = :group AND aggregate_id = :aggregate)"""
)
_ANY_WAITING = text(
    """SELECT EXISTS (SELECT FROM parked_events WHERE tenant_id = :tenant AND consumer = :group)"""
)
_RESUMPTION = text(
    """SELECT EXISTS (SELECT FROM dead_letter_commands
                       WHERE consumer = :group AND action IN ('resume', 'replay')
                         AND asked_at > :since)"""
)
