"""API keys of client companies: `mk_<tenant>_<id>_<secret>`, stored as a hash, scoped, rotated."""

import hmac
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.tenancy import wall
from chassis.values import TenantId

PREFIX = "mk_"
GRACE = timedelta(hours=24)

_FORM = re.compile(r"mk_([0-9a-f]{32})_([0-9a-f]{32})_([0-9a-f]{64})")
_SCOPE = re.compile(r"[a-z][a-z-]*:[a-z]+")
_NOBODY = bytes(32)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key. The secret is not."""

    tenant: TenantId
    id: UUID
    name: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Issued:
    """`text` is shown once and never again."""

    id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sent key says of itself."""

    tenant: TenantId
    id: UUID
    secret: str


def parse(sent: str) -> Claim | None:
    found = _FORM.fullmatch(sent)
    if found is None:
        return None
    return Claim(TenantId(UUID(found[1])), UUID(found[2]), found[3])


async def issue(
    tx: Transaction,
    *,
    tenant: UUID,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None = None,
) -> Issued:
    """Needs the tenant in scope.

    Raises:
        ValueError: a scope is not of the form `things:verb`.
    """
    wrong = [scope for scope in scopes if not _SCOPE.fullmatch(scope)]
    if wrong or not scopes:
        raise ValueError(f"not a scope: {wrong}")
    id_, secret = tx.database.clock.new_id(), secrets.token_hex(32)
    await tx.execute(
        _INSERT,
        {
            "tenant": tenant,
            "id": id_,
            "name": name,
            "scopes": sorted(scopes),
            "digest": _digest(id_, secret),
            "now": tx.database.clock.now(),
            "expires_at": expires_at,
        },
    )
    return Issued(id_, f"{PREFIX}{tenant.hex}_{id_.hex}_{secret}")


async def verify(tx: Transaction, claim: Claim) -> ApiKey | None:
    """The key, when the secret is right and its time is not over. Needs its tenant in scope."""
    now = tx.database.clock.now()
    row = await tx.first(_ONE, {"tenant": claim.tenant, "id": claim.id})
    digest = row["digest"] if row else _NOBODY
    proven = hmac.compare_digest(digest, _digest(claim.id, claim.secret))
    if row is None or not proven or _is_over(row, now):
        return None
    await tx.execute(_USED, {"tenant": claim.tenant, "id": claim.id, "now": now})
    return _key(row)


async def rotate(
    tx: Transaction, *, tenant: UUID, id: UUID, grace: timedelta = GRACE
) -> Issued | None:
    """A new key of the same name and scopes; the old one goes on for `grace`. None when absent."""
    row = await tx.first(_ONE, {"tenant": tenant, "id": id})
    now = tx.database.clock.now()
    if row is None or _is_over(row, now):
        return None
    await tx.execute(_ENDS, {"tenant": tenant, "id": id, "ends": now + grace})
    return await issue(
        tx,
        tenant=tenant,
        name=row["name"],
        scopes=row["scopes"],
        expires_at=row["expires_at"],
    )


async def revoke(tx: Transaction, *, tenant: UUID, id: UUID) -> bool:
    """End it now; False when there is no such key."""
    named = {"tenant": tenant, "id": id, "now": tx.database.clock.now()}
    return await tx.first(_REVOKE, named) is not None


async def keys_of(tx: Transaction, tenant: UUID) -> Sequence[ApiKey]:
    return [_key(row) for row in await tx.all(_ALL, {"tenant": tenant})]


def statements(service: str) -> tuple[str, ...]:
    """The table for a migration."""
    return (
        """CREATE TABLE api_keys (
             tenant_id uuid NOT NULL, id uuid NOT NULL, name text NOT NULL,
             scopes text[] NOT NULL, digest bytea NOT NULL, created_at timestamptz NOT NULL,
             expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz,
             PRIMARY KEY (tenant_id, id))""",
        *wall("api_keys", service),
    )


def _digest(id_: UUID, secret: str) -> bytes:
    """The secret is 256 random bits: a plain hash cannot be guessed back."""
    return sha256(f"{id_.hex}:{secret}".encode()).digest()


def _is_over(row: RowMapping, now: datetime) -> bool:
    return row["revoked_at"] is not None or (
        row["expires_at"] is not None and row["expires_at"] <= now
    )


def _key(row: RowMapping) -> ApiKey:
    return ApiKey(
        tenant=TenantId(row["tenant_id"]),
        id=row["id"],
        name=row["name"],
        scopes=frozenset(row["scopes"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        last_used_at=row["last_used_at"],
    )


_INSERT = text(
    """INSERT INTO api_keys (tenant_id, id, name, scopes, digest, created_at, expires_at)
       VALUES (:tenant, :id, :name, CAST(:scopes AS text[]), :digest, :now,
               CAST(:expires_at AS timestamptz))"""
)
_ONE = text("SELECT * FROM api_keys WHERE tenant_id = :tenant AND id = :id")
_ALL = text("SELECT * FROM api_keys WHERE tenant_id = :tenant ORDER BY id")
_USED = text(
    """UPDATE api_keys SET last_used_at = :now WHERE tenant_id = :tenant AND id = :id
          AND coalesce(last_used_at, '-infinity') < CAST(:now AS timestamptz) - interval '1 min'"""
)
_ENDS = text(
    """UPDATE api_keys SET expires_at = least(expires_at, CAST(:ends AS timestamptz))
        WHERE tenant_id = :tenant AND id = :id"""
)
_REVOKE = text(
    """UPDATE api_keys SET revoked_at = coalesce(revoked_at, CAST(:now AS timestamptz))
        WHERE tenant_id = :tenant AND id = :id RETURNING id"""
)
