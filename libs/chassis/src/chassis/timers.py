"""Durable timers: rows that fall due, fired in order by whichever process looks first.

A timer is armed in the transaction that needs it. Firing deletes the row and runs its handler in
one transaction, so it fires once or is still there. Nobody leads; `SKIP LOCKED` shares the work.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.tenancy import loops_window, wall

CHANNEL = "timers"


@dataclass(frozen=True, slots=True)
class Timer:
    """`(tenant, kind, key)` names it; arming it again moves it. Payload: ids and figures."""

    tenant: UUID
    kind: str
    key: UUID
    due_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)


Handler = Callable[[Timer, Transaction, datetime], Awaitable[None]]
Ceiling = Callable[[Transaction], Awaitable[datetime | None]]


@dataclass(frozen=True, slots=True)
class Timing:
    """How a kind of timer is served.

    `ceiling` gives the latest instant that may be judged now (a feed's watermark); None holds
    all of this kind back. `with_firm` lets the handler touch the firm's own rows too.
    """

    handler: Handler
    ceiling: Ceiling | None = None
    with_firm: bool = False


async def arm(tx: Transaction, timer: Timer) -> None:
    await tx.execute(
        _ARM,
        {
            "tenant": timer.tenant,
            "kind": timer.kind,
            "key": timer.key,
            "due_at": timer.due_at,
            "payload": json.dumps(dict(timer.payload)),
        },
    )
    tx.wake(CHANNEL)


async def disarm(tx: Transaction, tenant: UUID, kind: str, key: UUID) -> None:
    await tx.execute(_DISARM, {"tenant": tenant, "kind": kind, "key": key})


async def due(
    tx: Transaction, kind: str, before: datetime, limit: int = 500
) -> Sequence[tuple[UUID, str, UUID, datetime]]:
    """What the loops role sees due at or before `before`, oldest first: names and instants."""
    rows = await tx.all(_DUE, {"kind": kind, "before": before, "limit": limit})
    return [(row["tenant_id"], row["kind"], row["key"], row["due_at"]) for row in rows]


async def claim(tx: Transaction, named: Sequence[tuple[UUID, str, UUID, datetime]]) -> list[Timer]:
    """Take the named timers that are still armed for that instant and that nobody else holds.

    The transaction's scope must hold their tenants. Oldest first.
    """
    rows = await tx.all(
        _CLAIM,
        {
            "tenants": [str(tenant) for tenant, _, _, _ in named],
            "kinds": [kind for _, kind, _, _ in named],
            "keys": [str(key) for _, _, key, _ in named],
            "dues": [due_at for _, _, _, due_at in named],
        },
    )
    return sorted((_timer(row) for row in rows), key=lambda timer: (timer.due_at, timer.key))


async def note_failure(
    tx: Transaction, named: tuple[UUID, str, UUID, datetime], error: str, max_tries: int
) -> None:
    """Count a failed try; the last one parks the timer, visible and out of the way."""
    tenant, kind, key, _ = named
    await tx.execute(
        _FAILED,
        {"tenant": tenant, "kind": kind, "key": key, "error": error[:500], "max": max_tries},
    )


def statements(service: str) -> tuple[str, ...]:
    """The table for a migration."""
    return (
        """CREATE TABLE timers (
             tenant_id uuid NOT NULL, kind text NOT NULL, key uuid NOT NULL,
             due_at timestamptz NOT NULL, payload jsonb NOT NULL DEFAULT '{}',
             state text NOT NULL DEFAULT 'armed' CHECK (state IN ('armed', 'parked')),
             tries integer NOT NULL DEFAULT 0, retry_at timestamptz, error text,
             armed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
             PRIMARY KEY (tenant_id, kind, key))""",
        "CREATE INDEX timers_due ON timers (kind, due_at) WHERE state = 'armed'",
        *wall("timers", service),
        *loops_window("timers", service),
    )


def _timer(row: RowMapping) -> Timer:
    return Timer(row["tenant_id"], row["kind"], row["key"], row["due_at"], row["payload"])


_ARM = text(
    """INSERT INTO timers (tenant_id, kind, key, due_at, payload)
       VALUES (:tenant, :kind, :key, :due_at, CAST(:payload AS jsonb))
       ON CONFLICT (tenant_id, kind, key) DO UPDATE
          SET due_at = excluded.due_at, payload = excluded.payload, state = 'armed', tries = 0,
              retry_at = NULL, error = NULL, armed_at = clock_timestamp()"""
)
_DISARM = text("DELETE FROM timers WHERE tenant_id = :tenant AND kind = :kind AND key = :key")
_DUE = text(
    """SELECT tenant_id, kind, key, due_at FROM timers
        WHERE state = 'armed' AND kind = :kind AND due_at <= :before
          AND (retry_at IS NULL OR retry_at <= clock_timestamp())
        ORDER BY due_at, key LIMIT :limit"""
)
_CLAIM = text(
    """WITH wanted AS (
         SELECT * FROM unnest(CAST(:tenants AS uuid[]), CAST(:kinds AS text[]),
                              CAST(:keys AS uuid[]), CAST(:dues AS timestamptz[]))
                AS u (tenant_id, kind, key, due_at)),
       held AS (
         SELECT t.tenant_id, t.kind, t.key FROM timers t
           JOIN wanted u ON (t.tenant_id, t.kind, t.key, t.due_at)
                          = (u.tenant_id, u.kind, u.key, u.due_at)
          WHERE t.state = 'armed' ORDER BY t.due_at, t.key FOR UPDATE OF t SKIP LOCKED)
       DELETE FROM timers t USING held h
        WHERE (t.tenant_id, t.kind, t.key) = (h.tenant_id, h.kind, h.key)
       RETURNING t.tenant_id, t.kind, t.key, t.due_at, t.payload"""
)
_FAILED = text(
    """UPDATE timers SET tries = tries + 1, error = :error,
              retry_at = clock_timestamp() + make_interval(secs => 0.5 * power(4, tries)),
              state = CASE WHEN tries + 1 >= :max THEN 'parked' ELSE state END
        WHERE tenant_id = :tenant AND kind = :kind AND key = :key"""
)
