"""All SQL of the directory. People and the list of tenants are read in the firm's scope."""

from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.directory.model import Entry, Person, TenantRecord, decide_rights
from chassis.values import FIRM, TenantId
from contracts.person import PersonState
from contracts.tenant import TenantState
from contracts.vocabulary import Role

_ROLES = {role.value: role for role in Role}


async def person_by_subject(tx: Transaction, subject: str) -> Person | None:
    """Needs FIRM in scope."""
    rows = await tx.all(_BY_SUBJECT, {"firm": FIRM, "subject": subject})
    return decide_rights([_entry(row) for row in rows])


async def staff(tx: Transaction, person: UUID) -> Entry | None:
    """A member of staff, active or not. Needs FIRM in scope."""
    row = await tx.first(_STAFF_ONE, {"firm": FIRM, "person": person})
    return _entry(row) if row else None


async def all_staff(tx: Transaction) -> list[Entry]:
    """Active members of staff. Needs FIRM in scope."""
    return [_entry(row) for row in await tx.all(_STAFF, {"firm": FIRM})]


async def tenant(tx: Transaction, tenant: UUID) -> TenantRecord | None:
    """Needs the tenant in scope."""
    row = await tx.first(_TENANT, {"tenant": tenant})
    return _record(row) if row else None


async def tenants(tx: Transaction) -> list[TenantRecord]:
    """The tenants in scope."""
    return [_record(row) for row in await tx.all(_TENANTS)]


async def all_tenants(tx: Transaction) -> tuple[TenantId, ...]:
    """Every tenant's id. Needs FIRM in scope."""
    rows = await tx.all(_TENANT_IDS, {"firm": FIRM})
    return tuple(TenantId(row["tenant"]) for row in rows)


async def save_tenant(tx: Transaction, record: TenantRecord) -> None:
    """The latest version wins. Needs the tenant and FIRM in scope."""
    named = {
        "tenant": record.id,
        "state": record.state.model_dump_json(),
        "version": record.version,
    }
    await tx.execute(_SAVE_TENANT, named)
    await tx.execute(_SAVE_TENANT_ID, {"firm": FIRM, "tenant": record.id})


async def save_entry(tx: Transaction, entry: Entry, version: int) -> None:
    """The latest version wins. Needs FIRM in scope."""
    await tx.execute(
        _SAVE_PERSON,
        {
            "firm": FIRM,
            "home": entry.home,
            "person": entry.person,
            "subject": entry.subject,
            "name": entry.name,
            "roles": sorted(entry.roles),
            "tenants": sorted(entry.tenants),
            "active": entry.active,
            "state": entry.state.model_dump_json() if entry.state else None,
            "version": version,
        },
    )


def _entry(row: RowMapping) -> Entry:
    state = row["state"]
    return Entry(
        home=TenantId(row["home"]),
        person=row["person"],
        subject=row["subject"],
        name=row["name"],
        roles=frozenset(_ROLES[role] for role in row["roles"] if role in _ROLES),
        tenants=frozenset(TenantId(tenant) for tenant in row["tenants"]),
        active=row["active"],
        state=PersonState.model_validate(state, extra="ignore", strict=False) if state else None,
    )


def _record(row: RowMapping) -> TenantRecord:
    state = TenantState.model_validate(row["state"], extra="ignore", strict=False)
    return TenantRecord(TenantId(row["tenant_id"]), row["version"], state)


_PERSON = "home, person, subject, name, roles, tenants, active, state"
_BY_SUBJECT = text(
    f"SELECT {_PERSON} FROM directory_people WHERE tenant_id = :firm AND subject = :subject"
)
_STAFF_ONE = text(
    f"""SELECT {_PERSON} FROM directory_people
         WHERE tenant_id = :firm AND home = :firm AND person = :person"""
)
_STAFF = text(
    f"""SELECT {_PERSON} FROM directory_people
         WHERE tenant_id = :firm AND home = :firm AND active ORDER BY person"""
)
_TENANT = text("SELECT tenant_id, version, state FROM directory_tenants WHERE tenant_id = :tenant")
_TENANTS = text("SELECT tenant_id, version, state FROM directory_tenants ORDER BY tenant_id")
_TENANT_IDS = text(
    "SELECT tenant FROM directory_tenant_ids WHERE tenant_id = :firm ORDER BY tenant"
)
_SAVE_TENANT = text(
    """INSERT INTO directory_tenants AS d (tenant_id, state, version)
       VALUES (:tenant, CAST(CAST(:state AS text) AS jsonb), :version)
       ON CONFLICT (tenant_id) DO UPDATE SET state = excluded.state, version = excluded.version
        WHERE d.version < excluded.version"""
)
_SAVE_TENANT_ID = text(
    """INSERT INTO directory_tenant_ids (tenant_id, tenant)
       VALUES (:firm, :tenant) ON CONFLICT DO NOTHING"""
)
_SAVE_PERSON = text(
    """INSERT INTO directory_people AS d
         (tenant_id, home, person, subject, name, roles, tenants, active, state, version)
       VALUES (:firm, :home, :person, :subject, :name, CAST(:roles AS text[]),
               CAST(:tenants AS uuid[]), :active, CAST(CAST(:state AS text) AS jsonb), :version)
       ON CONFLICT (tenant_id, home, person) DO UPDATE SET
         subject = excluded.subject, name = excluded.name, roles = excluded.roles,
         tenants = excluded.tenants, active = excluded.active, state = excluded.state,
         version = excluded.version
        WHERE d.version < excluded.version"""
)
