"""All SQL of customers."""

from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction


async def lock(tx: Transaction, tenant: UUID, customer: UUID) -> bool:
    """Hold the customer until the transaction ends; whether they were erased."""
    row = await tx.one(_LOCK, {"tenant": tenant, "customer": customer})
    return bool(row["erased"])


async def save_erased(tx: Transaction, tenant: UUID, customer: UUID) -> None:
    await tx.execute(_ERASED, {"tenant": tenant, "customer": customer})


_LOCK = text(
    """INSERT INTO customers (tenant_id, id) VALUES (:tenant, :customer)
       ON CONFLICT (tenant_id, id) DO UPDATE SET id = excluded.id RETURNING erased"""
)
_ERASED = text(
    """INSERT INTO customers (tenant_id, id, erased) VALUES (:tenant, :customer, true)
       ON CONFLICT (tenant_id, id) DO UPDATE SET erased = true"""
)
