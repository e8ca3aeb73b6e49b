"""All SQL of customers."""

from uuid import UUID

from sqlalchemy import text

from billing_policy.customers.model import Customer
from chassis.db import Transaction


async def save(tx: Transaction, customer: Customer) -> None:
    await tx.execute(
        _SAVE,
        {
            "tenant": customer.tenant,
            "id": customer.id,
            "plan": customer.plan,
            "segment": customer.segment,
        },
    )


async def forget(tx: Transaction, tenant: UUID, id_: UUID) -> None:
    await tx.execute(_FORGET, {"tenant": tenant, "id": id_})


async def customer(tx: Transaction, tenant: UUID, id_: UUID) -> Customer | None:
    row = await tx.first(_FIND, {"tenant": tenant, "id": id_})
    return Customer(row["tenant_id"], row["id"], row["plan"], row["segment"]) if row else None


_SAVE = text(
    """INSERT INTO customers (tenant_id, id, plan, segment)
       VALUES (:tenant, :id, :plan, :segment)
       ON CONFLICT (tenant_id, id)
       DO UPDATE SET plan = excluded.plan, segment = excluded.segment"""
)
_FORGET = text("DELETE FROM customers WHERE tenant_id = :tenant AND id = :id")
_FIND = text("SELECT * FROM customers WHERE tenant_id = :tenant AND id = :id")
