"""Chassis tables, client companies and customers."""

from alembic import op

from chassis.migrations import foundation
from chassis.tenancy import wall

revision = "2026112310"
down_revision = None
branch_labels = None
depends_on = None

SERVICE = "intake"

TENANTS = (
    """CREATE TABLE tenants (
         tenant_id uuid PRIMARY KEY, slug text NOT NULL, config jsonb NOT NULL,
         version bigint NOT NULL, changed_at timestamptz NOT NULL DEFAULT clock_timestamp())""",
    # The firm's own list: who owns an address or a brand, asked before the tenant is known.
    """CREATE TABLE mailboxes (
         tenant_id uuid NOT NULL, address text NOT NULL, tenant uuid NOT NULL, brand uuid NOT NULL,
         PRIMARY KEY (tenant_id, address), UNIQUE (tenant_id, brand))""",
    """CREATE TABLE client_users (
         tenant_id uuid NOT NULL, subject text NOT NULL, id uuid NOT NULL, name text NOT NULL,
         roles text[] NOT NULL, active boolean NOT NULL, version bigint NOT NULL,
         PRIMARY KEY (tenant_id, subject))""",
)
CUSTOMERS = (
    """CREATE TABLE customers (
         tenant_id uuid NOT NULL, id uuid NOT NULL, name text NOT NULL, plan text NOT NULL,
         segment text NOT NULL DEFAULT '', value_band text NOT NULL DEFAULT '',
         locale text NOT NULL, zone text NOT NULL, version bigint NOT NULL,
         created_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (tenant_id, id))""",
    """CREATE TABLE customer_identities (
         tenant_id uuid NOT NULL, kind text NOT NULL, address text NOT NULL,
         customer_id uuid NOT NULL, PRIMARY KEY (tenant_id, kind, address),
         FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
           ON DELETE CASCADE)""",
    "CREATE INDEX customer_identities_customer ON customer_identities (tenant_id, customer_id)",
)
WALLED = ("tenants", "mailboxes", "client_users", "customers", "customer_identities")


def upgrade() -> None:
    statements = (*foundation(SERVICE), *TENANTS, *CUSTOMERS)
    for statement in statements:
        op.execute(statement)
    for table in WALLED:
        for statement in wall(table, SERVICE):
            op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a backup: the first migration has nothing before it")
