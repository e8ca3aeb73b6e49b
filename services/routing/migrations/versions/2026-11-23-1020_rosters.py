"""Shifts, their plans as drafted and as published, and the count of publications."""

from alembic import op

from chassis.tenancy import wall

revision = "2026112312"
down_revision = "2026112311"
branch_labels = None
depends_on = None

SERVICE = "routing"

TABLES = (
    """CREATE TABLE shifts (
         tenant_id uuid NOT NULL, id uuid NOT NULL,
         roster_version integer, phase text CHECK
           (phase IN ('ahead', 'running', 'over', 'cancelled')),
         version bigint NOT NULL, revision integer NOT NULL, PRIMARY KEY (tenant_id, id),
         CONSTRAINT shifts_published_check
           CHECK ((phase IS NULL) = (roster_version IS NULL)))""",
    """CREATE TABLE shift_plans (
         tenant_id uuid NOT NULL, shift uuid NOT NULL,
         edition text NOT NULL CHECK (edition IN ('draft', 'published')),
         person uuid NOT NULL, starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL,
         zone text NOT NULL, kind text NOT NULL CHECK (kind IN ('work', 'on_call')),
         tenants uuid[] NOT NULL, lead boolean NOT NULL,
         PRIMARY KEY (tenant_id, shift, edition),
         FOREIGN KEY (tenant_id, shift) REFERENCES shifts (tenant_id, id) ON DELETE CASCADE,
         FOREIGN KEY (tenant_id, person) REFERENCES people (tenant_id, id),
         CONSTRAINT shift_plans_length_check CHECK (ends_at > starts_at))""",
    "CREATE INDEX shift_plans_when ON shift_plans (tenant_id, starts_at)",
    """CREATE INDEX shift_plans_person
        ON shift_plans (tenant_id, person, ends_at)""",
    """CREATE TABLE rosters (
         tenant_id uuid NOT NULL PRIMARY KEY, version integer NOT NULL)""",
)
WALLED = ("shifts", "shift_plans", "rosters")


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    for table in WALLED:
        for statement in wall(table, SERVICE):
            op.execute(statement)


def downgrade() -> None:
    for table in ("shift_plans", "shifts", "rosters"):
        op.execute(f"DROP TABLE {table}")
