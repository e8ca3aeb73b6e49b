"""All SQL of policies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from billing_policy.rules import translate
from billing_policy.rules.model import Made, Policy
from chassis.db import Transaction


async def lock(tx: Transaction, tenant: UUID) -> None:
    """Two versions of one tenant are made one after the other."""
    await tx.execute(_LOCK, {"name": f"policy:{tenant}"})


async def versions(tx: Transaction, tenant: UUID) -> list[tuple[Policy, Made]]:
    """All of them, by when they take effect."""
    return [(_policy(row), _made(row)) for row in await tx.all(_ALL, {"tenant": tenant})]


async def in_force(tx: Transaction, tenant: UUID, at: datetime) -> Policy | None:
    row = await tx.first(_IN_FORCE, {"tenant": tenant, "at": at})
    return _policy(row) if row else None


async def version(tx: Transaction, tenant: UUID, version: int) -> Policy | None:
    row = await tx.first(_ONE, {"tenant": tenant, "version": version})
    return _policy(row) if row else None


async def save(tx: Transaction, policy: Policy, *, by: str, at: datetime) -> None:
    await tx.execute(
        _SAVE,
        {
            "tenant": policy.tenant,
            "version": policy.version,
            "effective_from": policy.effective_from,
            "document": translate.to_document(policy),
            "signed_off_by": policy.signed_off_by,
            "signed_off_at": policy.signed_off_at,
            "by": by,
            "at": at,
        },
    )


def _policy(row: RowMapping) -> Policy:
    signed = (row["signed_off_by"], row["signed_off_at"])
    return translate.policy_from(
        row["tenant_id"], row["version"], row["effective_from"], signed, row["document"]
    )


def _made(row: RowMapping) -> Made:
    return Made(
        version=row["version"],
        effective_from=row["effective_from"],
        signed_off_by=row["signed_off_by"],
        signed_off_at=row["signed_off_at"],
        by=row["made_by"],
        at=row["made_at"],
    )


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_ALL = text("SELECT * FROM policies WHERE tenant_id = :tenant ORDER BY effective_from")
_IN_FORCE = text(
    """SELECT * FROM policies WHERE tenant_id = :tenant AND effective_from <= :at
        ORDER BY effective_from DESC LIMIT 1"""
)
_ONE = text("SELECT * FROM policies WHERE tenant_id = :tenant AND version = :version")
_SAVE = text(
    """INSERT INTO policies (tenant_id, version, effective_from, document, signed_off_by,
                             signed_off_at, made_by, made_at)
       VALUES (:tenant, :version, :effective_from, :document, :signed_off_by, :signed_off_at,
               :by, :at)"""
)
