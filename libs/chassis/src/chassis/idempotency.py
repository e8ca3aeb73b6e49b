"""`Idempotency-Key`: the first answer is stored in the command's own transaction and repeated."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction
from chassis.tenancy import wall

KEPT_HOURS = 48


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Who asked what under which key. `caller` keeps one person's answers from another's eyes."""

    key: str
    caller: str
    route: str
    body_sha256: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    replayed: bool = False


class KeyReusedError(Exception):
    """The same key came with another body or for another route."""


Work = Callable[[], Awaitable[Answer]]


async def once(tx: Transaction, request: RequestKey | None, tenant: UUID, work: Work) -> Answer:
    """Do `work` once per key; a repetition gets the stored answer. Without a key just do it.

    A concurrent repetition waits for the first one's transaction.

    Raises:
        KeyReusedError: the key was used for something else.
    """
    if request is None:
        return await work()
    named = {"tenant": tenant, "caller": request.caller, "key": request.key}
    fresh = await tx.first(_CLAIM, {**named, "route": request.route, "sha": request.body_sha256})
    if fresh is None:
        return await _stored(tx, request, named)
    answer = await work()
    await tx.execute(
        _STORE,
        {
            **named,
            "status": answer.status,
            "body": json.dumps(dict(answer.body), default=str),
            "headers": json.dumps(dict(answer.headers)),
        },
    )
    await tx.execute(_PURGE, {"tenant": tenant, "hours": KEPT_HOURS})
    return answer


async def _stored(tx: Transaction, request: RequestKey, named: Mapping[str, Any]) -> Answer:
    row = await tx.one(_READ, named)
    if (row["route"], row["body_sha256"]) != (request.route, request.body_sha256):
        raise KeyReusedError(request.key)
    return Answer(row["status"], row["answer"], row["headers"], replayed=True)


def statements(service: str) -> tuple[str, ...]:
    """The table for a migration."""
    return (
        """CREATE TABLE idempotency_keys (
             tenant_id uuid NOT NULL, caller text NOT NULL,
             key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
             route text NOT NULL, body_sha256 bytea NOT NULL,
             status integer, answer jsonb, headers jsonb,
             created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
             PRIMARY KEY (tenant_id, caller, key))""",
        "CREATE INDEX idempotency_keys_age ON idempotency_keys (tenant_id, created_at)",
        *wall("idempotency_keys", service),
    )


_CLAIM = text(
    """INSERT INTO idempotency_keys (tenant_id, caller, key, route, body_sha256)
       VALUES (:tenant, :caller, :key, :route, :sha) ON CONFLICT DO NOTHING RETURNING key"""
)
_READ = text(
    """SELECT route, body_sha256, status, answer, headers FROM idempotency_keys
        WHERE tenant_id = :tenant AND caller = :caller AND key = :key"""
)
_STORE = text(
    """UPDATE idempotency_keys SET status = :status, answer = CAST(:body AS jsonb),
              headers = CAST(:headers AS jsonb)
        WHERE tenant_id = :tenant AND caller = :caller AND key = :key"""
)
_PURGE = text(
    """DELETE FROM idempotency_keys WHERE tenant_id = :tenant AND ctid = ANY (ARRAY(
         SELECT ctid FROM idempotency_keys WHERE tenant_id = :tenant
            AND created_at < clock_timestamp() - make_interval(hours => :hours) LIMIT 20))"""
)
