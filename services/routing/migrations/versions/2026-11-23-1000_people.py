"""Chassis tables, and people: the firm's own rows, under the reserved tenant."""

from alembic import op

from chassis.migrations import foundation
from chassis.tenancy import wall

revision = "2026112310"
down_revision = None
branch_labels = None
depends_on = None

SERVICE = "routing"

# `units` may exceed a whole person only by what `load_changes` records as such: a lead's own
# decision, or work that a customer took up again.
TABLES = (
    """CREATE TABLE people (
         tenant_id uuid NOT NULL, id uuid NOT NULL,
         subject text NOT NULL, name text NOT NULL, initials text NOT NULL, zone text NOT NULL,
         roles text[] NOT NULL, tenants uuid[] NOT NULL, active boolean NOT NULL,
         languages jsonb NOT NULL, skills jsonb NOT NULL, capacity jsonb NOT NULL,
         presence text NOT NULL CHECK (presence IN ('available', 'away', 'off')),
         presence_since timestamptz NOT NULL, presence_reason text NOT NULL,
         units integer NOT NULL CHECK (units >= 0), missed integer NOT NULL,
         last_assigned_at timestamptz, on_shift_until timestamptz, back_at timestamptz,
         version bigint NOT NULL,
         PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, subject))
       WITH (fillfactor = 80)""",
    "CREATE INDEX people_at_work ON people USING gin (tenants) WHERE presence <> 'off'",
    """CREATE TABLE load_changes (
         tenant_id uuid NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY,
         person uuid NOT NULL, reservation uuid NOT NULL, delta integer NOT NULL,
         units_after integer NOT NULL, over_capacity boolean NOT NULL, cause text NOT NULL,
         at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id),
         FOREIGN KEY (tenant_id, person) REFERENCES people (tenant_id, id))""",
    "CREATE INDEX load_changes_person ON load_changes (tenant_id, person, id)",
)


def upgrade() -> None:
    for statement in (*foundation(SERVICE), *TABLES):
        op.execute(statement)
    for table in ("people", "load_changes"):
        for statement in wall(table, SERVICE):
            op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a backup: the first migration has nothing before it")
