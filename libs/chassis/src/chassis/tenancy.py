"""Walls between tenants in the database: the variable, the policies and the three roles.

`app.tenants` holds the caller's set of tenants, comma-separated, local to one transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from chassis.values import TenantId

SET_TENANTS = text("SELECT set_config('app.tenants', :tenants, true)")

_VISIBLE = (
    "tenant_id = ANY (string_to_array(nullif(current_setting('app.tenants', true), ''), ',')"
    "::uuid[])"
)


class NoTenantError(Exception):
    """A transaction was asked for without naming a tenant. There is no default."""


@dataclass(frozen=True, slots=True)
class TenantScope:
    """The tenants a transaction may see; never empty."""

    tenants: tuple[TenantId, ...]

    def __post_init__(self) -> None:
        if not self.tenants:
            raise NoTenantError("name at least one tenant")

    @property
    def setting(self) -> str:
        return ",".join(str(tenant) for tenant in self.tenants)


def scope(*tenants: UUID) -> TenantScope:
    return TenantScope(tuple(dict.fromkeys(TenantId(tenant) for tenant in tenants)))


def wall(table: str, service: str) -> tuple[str, ...]:
    """Statements for a migration: the table shows a caller only rows of its tenants."""
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {_policy(table, 'tenants')} ON {table} TO {service} "
        f"USING ({_VISIBLE}) WITH CHECK ({_VISIBLE})",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {service}",
    )


def loops_window(table: str, service: str, rights: Iterable[str] = ("SELECT",)) -> tuple[str, ...]:
    """Statements for a migration: the loops role sees every tenant's rows of this table.

    Only for outbox, inbox, timers, effects, parked items and the matcher's waiting work:
    ids and figures, never text. The catalogue test lists each use.
    """
    return (
        f"CREATE POLICY {_policy(table, 'loops')} ON {table} TO {service}_loops "
        "USING (true) WITH CHECK (true)",
        f"GRANT {', '.join(rights)} ON {table} TO {service}_loops",
    )


def _policy(table: str, kind: str) -> str:
    return f"{table.replace('.', '_')}_{kind}"
