"""All SQL of contracts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from sla.policies import translate
from sla.policies.model import Contract, Edition, Made


async def lock_contracts(tx: Transaction, tenant: UUID) -> None:
    """Two versions of one tenant are made one after the other."""
    await tx.execute(_LOCK, {"name": f"contract:{tenant}"})


async def book(tx: Transaction, tenant: UUID) -> tuple[Edition, ...]:
    """Every version, by when it takes effect."""
    return tuple(_edition(row) for row in await tx.all(_BOOK, {"tenant": tenant}))


async def versions(tx: Transaction, tenant: UUID) -> list[Made]:
    return [
        Made(
            version=row["version"],
            calendar_version=_edition(row).contract.calendar_version,
            effective_from=row["effective_from"],
            by=row["made_by"],
            at=row["made_at"],
        )
        for row in await tx.all(_BOOK, {"tenant": tenant})
    ]


async def save_version(
    tx: Transaction, contract: Contract, *, asked: str, made_by: str, made_at: datetime
) -> None:
    await tx.execute(
        _SAVE,
        {
            "tenant": contract.tenant,
            "version": contract.version,
            "id": contract.id,
            "effective_from": contract.effective_from,
            "document": translate.to_document(contract),
            "asked": asked,
            "made_by": made_by,
            "made_at": made_at,
        },
    )


def _edition(row: RowMapping) -> Edition:
    return translate.edition_of(
        row["tenant_id"], row["id"], row["version"], row["effective_from"], row["document"]
    )


_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_BOOK = text(
    """SELECT tenant_id, version, id, effective_from, document, made_by, made_at
         FROM contracts WHERE tenant_id = :tenant ORDER BY effective_from"""
)
_SAVE = text(
    """INSERT INTO contracts (tenant_id, version, id, effective_from, document, asked,
                              made_by, made_at)
       VALUES (:tenant, :version, :id, :effective_from, :document, CAST(:asked AS jsonb),
               :made_by, :made_at)"""
)
