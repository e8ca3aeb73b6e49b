"""Closed months: a snapshot and its lines are written once, corrections stand beside them.

`periods` holds one row per month, which is locked to close it or to correct it.
"""

from alembic import op

from chassis.tenancy import wall

revision = "2026113013"
down_revision = "2026112350"
branch_labels = None
depends_on = None

SERVICE = "sla"

SPREAD = 8
PERIODS = (
    """CREATE TABLE periods (
         tenant_id uuid NOT NULL, month text NOT NULL CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'),
         version bigint NOT NULL DEFAULT 0, closed boolean NOT NULL DEFAULT false,
         PRIMARY KEY (tenant_id, month))""",
    """CREATE TABLE closed_periods (
         tenant_id uuid NOT NULL, month text NOT NULL, closed_at timestamptz NOT NULL,
         closed_by text NOT NULL, zone text NOT NULL, contract_version integer NOT NULL,
         clocks integer NOT NULL, sha256 text NOT NULL CHECK (length(sha256) = 64),
         counts jsonb NOT NULL,
         PRIMARY KEY (tenant_id, month),
         FOREIGN KEY (tenant_id, month) REFERENCES periods (tenant_id, month))""",
    """CREATE TABLE period_lines (
         tenant_id uuid NOT NULL, month text NOT NULL, place integer NOT NULL,
         clock_id uuid NOT NULL, line text NOT NULL,
         PRIMARY KEY (tenant_id, month, place), UNIQUE (tenant_id, month, clock_id),
         FOREIGN KEY (tenant_id, month) REFERENCES periods (tenant_id, month))
       PARTITION BY HASH (tenant_id)""",
    """CREATE TABLE period_corrections (
         tenant_id uuid NOT NULL, month text NOT NULL, number integer NOT NULL,
         clock_id uuid NOT NULL, was text, line text, at timestamptz NOT NULL, cause uuid,
         sha256 text NOT NULL CHECK (length(sha256) = 64), counts jsonb NOT NULL,
         PRIMARY KEY (tenant_id, month, number),
         FOREIGN KEY (tenant_id, month) REFERENCES closed_periods (tenant_id, month))""",
    "CREATE INDEX clocks_decided ON clocks (tenant_id, due_at, id) "
    "WHERE state IN ('met', 'breached', 'excused', 'void')",
)
TABLES = ("periods", "closed_periods", "period_lines", "period_corrections")
ONCE = ("closed_periods", "period_lines", "period_corrections")


def upgrade() -> None:
    for statement in PERIODS:
        op.execute(statement)
    for part in range(SPREAD):
        op.execute(
            f"CREATE TABLE period_lines_{part} PARTITION OF period_lines "
            f"FOR VALUES WITH (MODULUS {SPREAD}, REMAINDER {part})"
        )
    for table in TABLES:
        for statement in wall(table, SERVICE):
            op.execute(statement)
    for table in ONCE:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {SERVICE}")


def downgrade() -> None:
    op.execute("DROP INDEX clocks_decided")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
