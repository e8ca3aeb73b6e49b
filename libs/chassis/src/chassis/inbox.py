"""The inbox: what a consumer group has seen, by event and by aggregate, and the version gate.

Its rows are written in the handler's own transaction. They hold ids only and have no tenant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction
from chassis.values import follows

AHEAD_DAYS = 3
KEPT_DAYS = 14


@dataclass(frozen=True, slots=True)
class Seen:
    """The last version of an aggregate that a group has applied (0: none), and whether it waits."""

    version: int = 0
    parked: bool = False


class Verdict(Enum):
    APPLY = "apply"
    STALE = "stale"
    GAP = "gap"
    BEHIND = "behind"


def gate(seen: Seen, version: int, *, compacted: bool = False, restated: bool = False) -> Verdict:
    """What becomes of the next event of an aggregate.

    A compacted topic keeps only the latest state, so any newer version is taken. A restated event
    carries the full state: it is taken as the first of an unknown aggregate and over a gap.
    """
    if version <= seen.version:
        return Verdict.STALE
    if compacted:
        return Verdict.APPLY
    if seen.parked:
        return Verdict.BEHIND
    if restated or follows(version, seen.version or None):
        return Verdict.APPLY
    return Verdict.GAP


async def claim(tx: Transaction, group: str, events: Sequence[UUID]) -> set[UUID]:
    """Those of the events that the group had not seen. Waits for another owner at work on one."""
    rows = await tx.all(_CLAIM, {"group": group, "events": list(events)})
    return {row["event_id"] for row in rows}


async def lock(tx: Transaction, group: str, aggregates: Sequence[UUID]) -> dict[UUID, Seen]:
    """What is known of the aggregates, held until the transaction ends; unknown ones are absent."""
    rows = await tx.all(_LOCK, {"group": group, "aggregates": list(aggregates)})
    return {row["aggregate_id"]: Seen(row["version"], row["parked"]) for row in rows}


async def save(tx: Transaction, group: str, seen: Mapping[UUID, Seen]) -> None:
    if not seen:
        return
    ordered = sorted(seen.items())
    await tx.execute(
        _SAVE,
        {
            "group": group,
            "aggregates": [aggregate for aggregate, _ in ordered],
            "versions": [state.version for _, state in ordered],
            "parked": [state.parked for _, state in ordered],
        },
    )


async def save_watermarks(
    tx: Transaction, group: str, marks: Mapping[tuple[str, int], datetime]
) -> None:
    """A late heartbeat of a relay that had stood still is older, never wrong: the greatest wins."""
    if not marks:
        return
    ordered = sorted(marks.items())
    await tx.execute(
        _MARK,
        {
            "group": group,
            "topics": [topic for (topic, _), _ in ordered],
            "partitions": [partition for (_, partition), _ in ordered],
            "untils": [until for _, until in ordered],
        },
    )


def statements(service: str) -> tuple[str, ...]:
    """The tables for a migration; `inbox` by day of its version-7 ids, the rest of them aside."""
    return (
        """CREATE TABLE inbox (
             consumer text NOT NULL, event_id uuid NOT NULL,
             at timestamptz NOT NULL DEFAULT clock_timestamp(),
             PRIMARY KEY (consumer, event_id)) PARTITION BY RANGE (event_id)""",
        "CREATE TABLE inbox_default PARTITION OF inbox DEFAULT",
        """CREATE TABLE inbox_seq (
             consumer text NOT NULL, aggregate_id uuid NOT NULL, version bigint NOT NULL,
             parked boolean NOT NULL DEFAULT false, PRIMARY KEY (consumer, aggregate_id))""",
        """CREATE TABLE watermarks (
             consumer text NOT NULL, topic text NOT NULL, partition integer NOT NULL,
             complete_until timestamptz NOT NULL, PRIMARY KEY (consumer, topic, partition))""",
        f"GRANT SELECT, INSERT ON inbox TO {service}",
        f"GRANT SELECT, INSERT, UPDATE ON inbox_seq, watermarks TO {service}",
        f"GRANT SELECT ON inbox, inbox_seq, watermarks TO {service}_loops",
        _KEEP_FUNCTION,
        "REVOKE ALL ON FUNCTION inbox_keep(date, integer, integer) FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION inbox_keep(date, integer, integer) TO {service}_loops",
        f"SELECT inbox_keep((now() AT TIME ZONE 'UTC')::date, {AHEAD_DAYS}, {KEPT_DAYS})",
    )


# Partitions are made by the owner, whose rights no running process has: hence SECURITY DEFINER.
_KEEP_FUNCTION = """
CREATE FUNCTION inbox_keep(today date, ahead integer, kept integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s'
AS $$
DECLARE
  day date; part text; low uuid; high uuid; made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(4242, 3);
  FOR day IN SELECT today + n FROM generate_series(0, ahead) n LOOP
    part := 'inbox_on_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass('public.' || part) IS NOT NULL;
    low := rpad(lpad(to_hex((extract(epoch FROM day::timestamp) * 1000)::bigint), 12, '0'),
                32, '0')::uuid;
    high := rpad(lpad(to_hex((extract(epoch FROM (day + 1)::timestamp) * 1000)::bigint), 12, '0'),
                 32, '0')::uuid;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.inbox INCLUDING ALL)', part);
    LOCK TABLE public.inbox_default IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('WITH moved AS (DELETE FROM public.inbox_default
                      WHERE event_id >= $1 AND event_id < $2 RETURNING *)
                    INSERT INTO public.%I SELECT * FROM moved', part) USING low, high;
    EXECUTE format('ALTER TABLE public.inbox ATTACH PARTITION public.%I
                    FOR VALUES FROM (%L) TO (%L)', part, low, high);
    made := made + 1;
  END LOOP;
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'public.inbox'::regclass AND starts_with(c.relname, 'inbox_on_')
       AND to_date(right(c.relname, 8), 'YYYYMMDD') < today - kept
  LOOP
    EXECUTE format('DROP TABLE public.%I', part);
  END LOOP;
  DELETE FROM public.inbox_default WHERE at < (today - kept)::timestamp AT TIME ZONE 'UTC';
  RETURN made;
END $$
"""

KEEP = text("SELECT inbox_keep(:today, :ahead, :kept)")
_CLAIM = text(
    """INSERT INTO inbox (consumer, event_id)
       SELECT CAST(:group AS text), u FROM unnest(CAST(:events AS uuid[])) AS u
       ON CONFLICT DO NOTHING RETURNING event_id"""
)
_LOCK = text(
    """SELECT aggregate_id, version, parked FROM inbox_seq
        WHERE consumer = :group AND aggregate_id = ANY (CAST(:aggregates AS uuid[]))
        ORDER BY aggregate_id FOR UPDATE"""
)
_SAVE = text(
    """INSERT INTO inbox_seq (consumer, aggregate_id, version, parked)
       SELECT CAST(:group AS text), a, v, p
         FROM unnest(CAST(:aggregates AS uuid[]), CAST(:versions AS bigint[]),
                     CAST(:parked AS boolean[])) AS u (a, v, p)
       ON CONFLICT (consumer, aggregate_id)
       DO UPDATE SET version = excluded.version, parked = excluded.parked"""
)
_MARK = text(
    """INSERT INTO watermarks (consumer, topic, partition, complete_until)
       SELECT CAST(:group AS text), t, p, c
         FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS integer[]),
                     CAST(:untils AS timestamptz[])) AS u (t, p, c)
       ON CONFLICT (consumer, topic, partition)
       DO UPDATE SET complete_until
                   = greatest(watermarks.complete_until, excluded.complete_until)"""
)
