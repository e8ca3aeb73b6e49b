"""Events on the wire: CloudEvents binary mode in Kafka headers. Reading never raises."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from chassis.values import aware
from contracts.envelope import EventMeta, partition_key

Headers = list[tuple[str, bytes]]

HEARTBEAT = "heartbeat"

_TYPE = re.compile(r"[a-z0-9][a-z0-9.-]{0,199}")
_SOURCE = re.compile(r"[\w./:-]{1,200}", re.ASCII)
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_MAX_VERSION = 2**63 - 1


class Record(Protocol):
    """What is used of aiokafka's `ConsumerRecord`."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Any


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """No event of this partition that became true before `complete_until` is still to come."""

    complete_until: datetime


@dataclass(frozen=True, slots=True)
class Envelope:
    """`forged`: header, partition key and record key do not name the same tenant and aggregate."""

    meta: EventMeta
    forged: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    error: str


def headers(meta: EventMeta) -> Headers:
    """All headers of an event."""
    columns = {
        "event_id": meta.id,
        "type": meta.type,
        "aggregate_id": meta.subject,
        "tenant_id": meta.tenantid,
        "version": meta.version,
    }
    return headers_of(columns, stored(meta))


def headers_of(columns: Mapping[str, Any], others: Mapping[str, str]) -> Headers:
    """All headers from an outbox row: what has a column is taken from there and nowhere else."""
    tenant, aggregate, type_ = columns["tenant_id"], columns["aggregate_id"], columns["type"]
    texts = {
        "ce_specversion": "1.0",
        "ce_id": str(columns["event_id"]),
        "ce_type": type_,
        "ce_subject": str(aggregate),
        "ce_tenantid": str(tenant),
        "ce_version": str(columns["version"]),
        "ce_partitionkey": partition_key(tenant, aggregate),
        "ce_dataschema": f"schemas/{type_}.json",
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in {**others, **texts}.items()]


def stored(meta: EventMeta) -> dict[str, str]:
    """The headers that have no column of their own in the outbox."""
    optional = {"ce_causationid": meta.causationid, "traceparent": meta.traceparent}
    return {
        "ce_source": meta.source,
        "ce_time": meta.time.isoformat(),
        "ce_correlationid": str(meta.correlationid),
    } | {name: str(value) for name, value in optional.items() if value is not None}


def size(named: Headers) -> int:
    return sum(len(name) + len(value) for name, value in named)


def heartbeat_headers(complete_until: datetime) -> Headers:
    return [("ce_type", HEARTBEAT.encode()), ("ce_time", complete_until.isoformat().encode())]


def read(record: Record) -> Envelope | Heartbeat | Unreadable:
    """The envelope of a raw record, whatever is in it."""
    try:
        texts = {name: value.decode() for name, value in record.headers}
        if texts.get("ce_type") == HEARTBEAT:
            return Heartbeat(_instant(texts["ce_time"]))
        meta, named = _meta(texts), texts["ce_partitionkey"]
    except KeyError as error:
        return Unreadable(f"header {error.args[0]} is missing")
    except (ValueError, AttributeError, TypeError, OverflowError) as error:
        return Unreadable(f"{type(error).__name__}: {error}"[:500])
    key = partition_key(meta.tenantid, meta.subject)
    return Envelope(meta, forged=named != key or record.key != key.encode())


def restored(columns: Mapping[str, Any], headers: Mapping[str, str]) -> EventMeta:
    """The envelope again from an outbox or parked row: its columns and its `stored` headers."""
    return _meta(
        {
            **headers,
            "ce_id": str(columns["event_id"]),
            "ce_type": columns["type"],
            "ce_subject": str(columns["aggregate_id"]),
            "ce_tenantid": str(columns["tenant_id"]),
            "ce_version": str(columns["version"]),
        }
    )


def _meta(texts: Mapping[str, str]) -> EventMeta:
    trace = texts.get("traceparent", "")
    cause = texts.get("ce_causationid")
    return EventMeta(
        id=UUID(texts["ce_id"]),
        type=_matching(_TYPE, texts["ce_type"], "ce_type"),
        source=_matching(_SOURCE, texts["ce_source"], "ce_source"),
        subject=UUID(texts["ce_subject"]),
        time=_instant(texts["ce_time"]),
        tenantid=UUID(texts["ce_tenantid"]),
        version=_version(texts["ce_version"]),
        correlationid=UUID(texts["ce_correlationid"]),
        causationid=UUID(cause) if cause else None,
        traceparent=trace if _TRACEPARENT.fullmatch(trace) else None,
    )


def _matching(pattern: re.Pattern[str], value: str, name: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError(f"{name} is malformed")
    return value


def _version(value: str) -> int:
    version = int(value)
    if not 0 < version <= _MAX_VERSION:
        raise ValueError("ce_version is out of range")
    return version


def _instant(value: str) -> datetime:
    return aware(datetime.fromisoformat(value))
