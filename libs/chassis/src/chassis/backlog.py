"""The unsent rows of the outbox: read by shard in id order, marked when acknowledged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, text

from chassis import wire
from chassis.db import Transaction
from chassis.publishing import Outgoing, Sent
from chassis.shards import Shard
from contracts.envelope import partition_key

MOST_ROWS, LEAST_ROWS, TOGETHER = 500, 50, 4000
MOST_BYTES = 900_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the outbox: `complete` shards had no more rows than these."""

    rows: Mapping[Shard, Sequence[Outgoing]]
    complete: frozenset[Shard]
    complete_until: datetime | None


async def complete_until(tx: Transaction) -> datetime:
    """Every transaction that began before this instant has ended; read it before the rows."""
    until: datetime = await tx.scalar(_COMPLETE_UNTIL)
    return until


async def read(tx: Transaction, shards: Sequence[Shard], until: datetime | None) -> Reading:
    """About a record batch of each shard, whatever the rows' size."""
    limit = max(LEAST_ROWS, min(MOST_ROWS, TOGETHER // len(shards)))
    found = await tx.all(
        _READ,
        {
            "topics": [shard.topic for shard in shards],
            "shards": [shard.partition for shard in shards],
            "limit": limit,
            "bytes": MOST_BYTES,
        },
    )
    rows: dict[Shard, list[Outgoing]] = {}
    partial: set[Shard] = set()
    for row in found:
        shard = Shard(row["topic"], row["shard"])
        rows.setdefault(shard, []).append(_outgoing(row))
        if row["seen"] == limit or row["cut"]:
            partial.add(shard)
    return Reading(rows, frozenset(shards) - partial, until)


async def mark(tx: Transaction, sent: Sent) -> None:
    await tx.execute(_MARK, {"ids": sent.ids, "parts": sent.partitions, "offsets": sent.offsets})


def _outgoing(row: RowMapping) -> Outgoing:
    key = partition_key(row["tenant_id"], row["aggregate_id"]).encode()
    return Outgoing(row["id"], key, row["payload"], wire.headers_of(dict(row), row["headers"]))


# `pg_read_all_stats` shows other roles' xact_start; without it this would be silently wrong.
_COMPLETE_UNTIL = text(
    """SELECT least(clock_timestamp(),
                    (SELECT min(xact_start) FROM pg_stat_activity
                      WHERE datname = current_database() AND pid <> pg_backend_pid()
                        AND backend_type = 'client backend'))"""
)
_READ = text(
    """SELECT o.*, h.topic, h.shard, o.running >= :bytes AS cut
         FROM unnest(CAST(:topics AS text[]), CAST(:shards AS smallint[])) AS h (topic, shard)
        CROSS JOIN LATERAL (
          SELECT r.*, count(*) OVER () AS seen,
                 sum(octet_length(r.payload)) OVER (ORDER BY r.id) AS running
            FROM (SELECT id, event_id, tenant_id, aggregate_id, version, type, headers, payload
                    FROM outbox
                   WHERE topic = h.topic AND shard = h.shard AND published_at IS NULL
                   ORDER BY id LIMIT :limit) r) o
        WHERE o.running - octet_length(o.payload) < :bytes
        ORDER BY o.id"""
)
_MARK = text(
    """UPDATE outbox o SET published_at = clock_timestamp(), kpart = u.part, koffset = u.koffset
         FROM unnest(CAST(:ids AS bigint[]), CAST(:parts AS integer[]),
                     CAST(:offsets AS bigint[])) AS u (id, part, koffset)
        WHERE o.id = u.id AND o.published_at IS NULL"""
)
