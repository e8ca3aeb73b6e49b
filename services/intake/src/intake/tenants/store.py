"""All SQL of tenants: their settings, who owns which mail address, their client users."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import FIRM, BrandId, TenantId
from intake.tenants import translate
from intake.tenants.model import ClientUser, Tenant


async def now(tx: Transaction) -> datetime:
    """The server's clock inside the transaction: the only time that verdicts use."""
    instant: datetime = await tx.scalar(_NOW)
    return instant


async def tenant(tx: Transaction, tenant: UUID) -> Tenant | None:
    row = await tx.first(_TENANT, {"tenant": tenant})
    return _tenant(row) if row else None


async def tenant_for_change(tx: Transaction, tenant: UUID) -> Tenant | None:
    """The same, locked; two who make a new tenant at once wait for each other."""
    await tx.execute(_ONE_AT_A_TIME)
    row = await tx.first(_TENANT_LOCKED, {"tenant": tenant})
    return _tenant(row) if row else None


async def tenants(tx: Transaction) -> Sequence[Tenant]:
    """Those in the transaction's scope."""
    return [_tenant(row) for row in await tx.all(_TENANTS)]


async def save_tenant(tx: Transaction, tenant: Tenant) -> None:
    """Needs FIRM in scope beside the tenant: the list of addresses is the firm's."""
    await tx.execute(
        _SAVE_TENANT,
        {
            "tenant": tenant.id,
            "slug": tenant.slug,
            "config": translate.to_json(tenant),
            "version": tenant.version,
        },
    )
    await tx.execute(_DROP_MAILBOXES, {"firm": FIRM, "tenant": tenant.id})
    for brand in tenant.brands:
        await tx.execute(
            _ADD_MAILBOX,
            {
                "firm": FIRM,
                "address": brand.mail_address.lower(),
                "tenant": tenant.id,
                "brand": brand.id,
            },
        )


async def addresses_of_others(tx: Transaction, tenant: Tenant) -> Sequence[str]:
    """Which of the tenant's addresses or brands another client company has. Needs FIRM."""
    rows = await tx.all(
        _TAKEN,
        {
            "firm": FIRM,
            "tenant": tenant.id,
            "addresses": [brand.mail_address.lower() for brand in tenant.brands],
            "brands": [str(brand.id) for brand in tenant.brands],
        },
    )
    return [row["address"] for row in rows]


async def mailbox(tx: Transaction, address: str) -> tuple[TenantId, BrandId] | None:
    """Whose mail address this is. Needs FIRM."""
    row = await tx.first(_MAILBOX, {"firm": FIRM, "address": address})
    return (TenantId(row["tenant"]), BrandId(row["brand"])) if row else None


async def owner_of_brand(tx: Transaction, brand: UUID) -> TenantId | None:
    """Needs FIRM."""
    row = await tx.first(_BRAND, {"firm": FIRM, "brand": brand})
    return TenantId(row["tenant"]) if row else None


async def client_user_for_change(tx: Transaction, tenant: UUID, subject: str) -> ClientUser | None:
    row = await tx.first(_CLIENT_USER, {"tenant": tenant, "subject": subject})
    if row is None:
        return None
    return ClientUser(
        tenant=TenantId(row["tenant_id"]),
        id=row["id"],
        subject=row["subject"],
        name=row["name"],
        roles=tuple(row["roles"]),
        active=row["active"],
        version=row["version"],
    )


async def save_client_user(tx: Transaction, user: ClientUser) -> None:
    await tx.execute(
        _SAVE_CLIENT_USER,
        {
            "tenant": user.tenant,
            "subject": user.subject,
            "id": user.id,
            "name": user.name,
            "roles": list(user.roles),
            "active": user.active,
            "version": user.version,
        },
    )


def _tenant(row: RowMapping) -> Tenant:
    return translate.from_json(row["config"], row["version"])


_NOW = text("SELECT clock_timestamp()")
_COLUMNS = "SELECT tenant_id, config, version FROM tenants"
_TENANT = text(f"{_COLUMNS} WHERE tenant_id = :tenant")
_TENANT_LOCKED = text(f"{_COLUMNS} WHERE tenant_id = :tenant FOR UPDATE")
_TENANTS = text(f"{_COLUMNS} ORDER BY slug, tenant_id")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(4243, 1)")
_SAVE_TENANT = text(
    """INSERT INTO tenants (tenant_id, slug, config, version)
       VALUES (:tenant, :slug, CAST(CAST(:config AS text) AS jsonb), :version)
       ON CONFLICT (tenant_id) DO UPDATE SET slug = excluded.slug, config = excluded.config,
         version = excluded.version, changed_at = clock_timestamp()"""
)
_DROP_MAILBOXES = text("DELETE FROM mailboxes WHERE tenant_id = :firm AND tenant = :tenant")
_ADD_MAILBOX = text(
    """INSERT INTO mailboxes (tenant_id, address, tenant, brand)
       VALUES (:firm, :address, :tenant, :brand)"""
)
_TAKEN = text(
    """SELECT address FROM mailboxes WHERE tenant_id = :firm AND tenant <> :tenant
          AND (address = ANY (:addresses) OR brand = ANY (CAST(:brands AS uuid[])))"""
)
_MAILBOX = text(
    "SELECT tenant, brand FROM mailboxes WHERE tenant_id = :firm AND address = :address"
)
_BRAND = text("SELECT tenant FROM mailboxes WHERE tenant_id = :firm AND brand = :brand")
_CLIENT_USER = text(
    """SELECT tenant_id, id, subject, name, roles, active, version FROM client_users
        WHERE tenant_id = :tenant AND subject = :subject FOR UPDATE"""
)
_SAVE_CLIENT_USER = text(
    """INSERT INTO client_users (tenant_id, subject, id, name, roles, active, version)
       VALUES (:tenant, :subject, :id, :name, CAST(:roles AS text[]), :active, :version)
       ON CONFLICT (tenant_id, subject) DO UPDATE SET name = excluded.name,
         roles = excluded.roles, active = excluded.active, version = excluded.version"""
)
