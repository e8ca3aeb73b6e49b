"""Chassis tables, and contracts: a version is written once, nobody may change or remove it."""

from alembic import op

from chassis.migrations import foundation
from chassis.tenancy import wall

revision = "2026112330"
down_revision = None
branch_labels = None
depends_on = None

SERVICE = "sla"

CONTRACTS = (
    """CREATE TABLE contracts (
         tenant_id uuid NOT NULL, version integer NOT NULL CHECK (version > 0),
         id uuid NOT NULL, effective_from timestamptz NOT NULL,
         document text NOT NULL, asked jsonb NOT NULL,
         made_by text NOT NULL, made_at timestamptz NOT NULL,
         PRIMARY KEY (tenant_id, version), UNIQUE (tenant_id, effective_from))""",
)


def upgrade() -> None:
    for statement in (*foundation(SERVICE), *CONTRACTS, *wall("contracts", SERVICE)):
        op.execute(statement)
    op.execute(f"REVOKE UPDATE, DELETE ON contracts FROM {SERVICE}")


def downgrade() -> None:
    raise NotImplementedError("restore a backup: the first migration has nothing before it")
