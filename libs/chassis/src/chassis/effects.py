"""Effects: rows that call out (mail, webhooks, payments) under a stable key.

A handler puts a row; the loop claims it, calls out with no transaction open, records the outcome.
A call whose outcome nobody knows is looked up, never repeated blind.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.tenancy import wall

CHANNEL = "effects"


@dataclass(frozen=True, slots=True)
class Effect:
    """`key` is unique within the tenant and is what the other side sees. Payload: ids and figures.

    `not_before` holds it back; `attempts` counts the calls made, this one included.
    """

    id: UUID
    tenant: UUID
    kind: str
    key: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    not_before: datetime | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """It happened; `reference` is the other side's name for it."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not happen. With `retry_after_s` it is tried again, without it never."""

    reason: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have happened: look it up after `look_up_after_s`."""

    reason: str
    look_up_after_s: float = 30.0


Outcome = Done | Failed | Unknown


class Performer(Protocol):
    async def perform(self, effect: Effect) -> Outcome:
        """Call out. An exception counts as `Unknown`."""
        ...

    async def look_up(self, effect: Effect) -> Outcome:
        """Ask the other side what became of an unknown one. Must not repeat the call."""
        ...

    async def settled(
        self, effect: Effect, outcome: Done | Failed, tx: Transaction, now: datetime
    ) -> None:
        """Record what follows, in the transaction that records the final outcome."""
        ...


async def put(tx: Transaction, effect: Effect) -> bool:
    """Ask for an effect; False when its key was asked for before (nothing is done twice)."""
    row = await tx.first(
        _PUT,
        {
            "tenant": effect.tenant,
            "id": effect.id,
            "kind": effect.kind,
            "key": effect.key,
            "payload": json.dumps(dict(effect.payload)),
            "not_before": effect.not_before,
        },
    )
    if row:
        tx.wake(CHANNEL)
    return row is not None


async def release(
    tx: Transaction, tenant: UUID, key: str, extra: Mapping[str, Any] | None = None
) -> bool:
    """Let a held effect go now, with more payload; False when it already went."""
    row = await tx.first(
        _RELEASE, {"tenant": tenant, "key": key, "extra": json.dumps(dict(extra or {}))}
    )
    if row:
        tx.wake(CHANNEL)
    return row is not None


async def cancel(tx: Transaction, tenant: UUID, key: str) -> bool:
    """Take back an effect that has not been called out; False when it already went."""
    return await tx.first(_CANCEL, {"tenant": tenant, "key": key}) is not None


@dataclass(frozen=True, slots=True)
class Ready:
    """What the loops role sees of an effect: `state` waiting, sending (lease over) or unknown."""

    tenant: UUID
    id: UUID
    kind: str
    state: str


async def ready(tx: Transaction, kinds: Sequence[str], limit: int) -> list[Ready]:
    rows = await tx.all(_READY, {"kinds": list(kinds), "limit": limit})
    return [Ready(row["tenant_id"], row["id"], row["kind"], row["state"]) for row in rows]


async def claim(tx: Transaction, found: Ready, lease_s: float) -> Effect | None:
    """Take a ready effect for this process; None when another was faster.

    A waiting one becomes `sending` and its attempts grow; one whose lease ran out or that is
    unknown keeps them, because it will be looked up.
    """
    row = await tx.first(
        _CLAIM_WAITING if found.state == "waiting" else _CLAIM_UNKNOWN,
        {"tenant": found.tenant, "id": found.id, "lease": lease_s},
    )
    return _effect(row) if row else None


async def record(tx: Transaction, effect: Effect, outcome: Outcome) -> None:
    match outcome:
        case Done(reference):
            state, reason, wait, ref = "done", "", 0.0, reference
        case Failed(reason, None):
            state, wait, ref = "failed", 0.0, ""
        case Failed(reason, float() | int() as seconds):
            state, wait, ref = "waiting", float(seconds), ""
        case Unknown(reason, seconds):
            state, wait, ref = "unknown", seconds, ""
    await tx.execute(
        _RECORD,
        {
            "tenant": effect.tenant,
            "id": effect.id,
            "state": state,
            "reason": reason[:500],
            "wait": wait,
            "reference": ref,
        },
    )


def statements(service: str) -> tuple[str, ...]:
    """The table for a migration; the loops role sees names and states, not payloads."""
    return (
        """CREATE TABLE effects (
             tenant_id uuid NOT NULL, id uuid NOT NULL, kind text NOT NULL, key text NOT NULL,
             payload jsonb NOT NULL DEFAULT '{}',
             state text NOT NULL DEFAULT 'waiting' CHECK (state IN
               ('waiting', 'sending', 'done', 'failed', 'unknown', 'cancelled')),
             attempts integer NOT NULL DEFAULT 0,
             due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
             reference text NOT NULL DEFAULT '', reason text NOT NULL DEFAULT '',
             created_at timestamptz NOT NULL DEFAULT clock_timestamp(), settled_at timestamptz,
             PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, key))""",
        """CREATE INDEX effects_due ON effects (due_at)
             WHERE state IN ('waiting', 'sending', 'unknown')""",
        *wall("effects", service),
        f"CREATE POLICY effects_loops ON effects FOR SELECT TO {service}_loops USING (true)",
        "GRANT SELECT (tenant_id, id, kind, state, attempts, due_at, created_at) ON effects "
        f"TO {service}_loops",
    )


def _effect(row: RowMapping) -> Effect:
    return Effect(
        id=row["id"],
        tenant=row["tenant_id"],
        kind=row["kind"],
        key=row["key"],
        payload=row["payload"],
        not_before=row["due_at"],
        attempts=row["attempts"],
    )


_PUT = text(
    """INSERT INTO effects (tenant_id, id, kind, key, payload, due_at)
       VALUES (:tenant, :id, :kind, :key, CAST(:payload AS jsonb),
               coalesce(CAST(:not_before AS timestamptz), clock_timestamp()))
       ON CONFLICT DO NOTHING RETURNING id"""
)
_RELEASE = text(
    """UPDATE effects SET due_at = clock_timestamp(), payload = payload || CAST(:extra AS jsonb)
        WHERE tenant_id = :tenant AND key = :key AND state = 'waiting' AND attempts = 0
       RETURNING id"""
)
_CANCEL = text(
    """UPDATE effects SET state = 'cancelled', settled_at = clock_timestamp()
        WHERE tenant_id = :tenant AND key = :key AND state = 'waiting' AND attempts = 0
       RETURNING id"""
)
# A lease that ran out means the caller died in the middle: its outcome is unknown.
_READY = text(
    """SELECT tenant_id, id, kind, state FROM effects
        WHERE state IN ('waiting', 'sending', 'unknown') AND due_at <= clock_timestamp()
          AND kind = ANY (:kinds)
        ORDER BY due_at, id LIMIT :limit"""
)
_CLAIMED = "RETURNING tenant_id, id, kind, key, payload, due_at, attempts"
_CLAIM_WAITING = text(
    f"""UPDATE effects SET state = 'sending', attempts = attempts + 1,
               due_at = clock_timestamp() + make_interval(secs => :lease)
         WHERE tenant_id = :tenant AND id = :id AND state = 'waiting'
           AND due_at <= clock_timestamp() {_CLAIMED}"""
)
_CLAIM_UNKNOWN = text(
    f"""UPDATE effects SET state = 'unknown',
               due_at = clock_timestamp() + make_interval(secs => :lease)
         WHERE tenant_id = :tenant AND id = :id AND state IN ('sending', 'unknown')
           AND due_at <= clock_timestamp() {_CLAIMED}"""
)
_RECORD = text(
    """UPDATE effects SET state = :state, reason = :reason,
              reference = CASE WHEN CAST(:reference AS text) = '' THEN reference
                               ELSE :reference END,
              due_at = clock_timestamp() + make_interval(secs => :wait),
              settled_at = CASE WHEN CAST(:state AS text) IN ('done', 'failed')
                                THEN clock_timestamp() END
        WHERE tenant_id = :tenant AND id = :id AND state IN ('sending', 'unknown')"""
)
