"""All SQL of customers and the addresses that they are known by."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import CustomerId, TenantId
from intake.customers.model import Customer, Identity, IdentityKind


async def customer(tx: Transaction, tenant: UUID, customer: UUID) -> Customer | None:
    row = await tx.first(_CUSTOMER, {"tenant": tenant, "id": customer})
    return _customer(row) if row else None


async def customer_for_change(tx: Transaction, tenant: UUID, customer: UUID) -> Customer | None:
    row = await tx.first(_CUSTOMER_LOCKED, {"tenant": tenant, "id": customer})
    return _customer(row) if row else None


async def identities(tx: Transaction, tenant: UUID, customer: UUID) -> Sequence[Identity]:
    rows = await tx.all(_IDENTITIES, {"tenant": tenant, "customer": customer})
    return [Identity(IdentityKind(row["kind"]), row["address"]) for row in rows]


async def holder(tx: Transaction, tenant: UUID, identity: Identity) -> CustomerId | None:
    """Whose address this is."""
    found = await tx.scalar(
        _HOLDER, {"tenant": tenant, "kind": identity.kind, "address": identity.address}
    )
    return CustomerId(found) if found else None


async def save_customer(tx: Transaction, customer: Customer) -> None:
    await tx.execute(
        _SAVE,
        {
            "tenant": customer.tenant,
            "id": customer.id,
            "name": customer.name,
            "plan": customer.plan,
            "segment": customer.segment,
            "value_band": customer.value_band,
            "locale": customer.locale,
            "zone": customer.zone,
            "version": customer.version,
        },
    )


async def save_identity(tx: Transaction, customer: Customer, identity: Identity) -> None:
    """The address is this customer's from now on."""
    await tx.execute(
        _SAVE_IDENTITY,
        {
            "tenant": customer.tenant,
            "kind": identity.kind,
            "address": identity.address,
            "customer": customer.id,
        },
    )


def _customer(row: RowMapping) -> Customer:
    return Customer(
        tenant=TenantId(row["tenant_id"]),
        id=CustomerId(row["id"]),
        name=row["name"],
        plan=row["plan"],
        segment=row["segment"],
        value_band=row["value_band"],
        locale=row["locale"],
        zone=row["zone"],
        version=row["version"],
    )


_COLUMNS = (
    "SELECT tenant_id, id, name, plan, segment, value_band, locale, zone, version FROM customers"
)
_CUSTOMER = text(f"{_COLUMNS} WHERE tenant_id = :tenant AND id = :id")
_CUSTOMER_LOCKED = text(f"{_COLUMNS} WHERE tenant_id = :tenant AND id = :id FOR UPDATE")
_IDENTITIES = text(
    """SELECT kind, address FROM customer_identities
        WHERE tenant_id = :tenant AND customer_id = :customer ORDER BY kind, address"""
)
_HOLDER = text(
    """SELECT customer_id FROM customer_identities
        WHERE tenant_id = :tenant AND kind = :kind AND address = :address"""
)
_SAVE = text(
    """INSERT INTO customers (tenant_id, id, name, plan, segment, value_band, locale, zone, version)
       VALUES (:tenant, :id, :name, :plan, :segment, :value_band, :locale, :zone, :version)
       ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, plan = excluded.plan,
         segment = excluded.segment, value_band = excluded.value_band, locale = excluded.locale,
         zone = excluded.zone, version = excluded.version"""
)
_SAVE_IDENTITY = text(
    """INSERT INTO customer_identities (tenant_id, kind, address, customer_id)
       VALUES (:tenant, :kind, :address, :customer) ON CONFLICT DO NOTHING"""
)
