"""Roll-ups of what was kept and missed; who is on duty; who owned what.

`lane` is the ticket's partition: work that runs side by side never waits for the same row.
"""

from alembic import op

from chassis.tenancy import wall

revision = "2026112350"
down_revision = "2026112340"
branch_labels = None
depends_on = None

SERVICE = "sla"

ROLL_UPS = (
    """CREATE TABLE attainment_days (
         tenant_id uuid NOT NULL, day date NOT NULL, metric text NOT NULL, state text NOT NULL,
         lane smallint NOT NULL, count integer NOT NULL CHECK (count >= 0),
         PRIMARY KEY (tenant_id, day, metric, state, lane)) WITH (fillfactor = 70)""",
    """CREATE TABLE miss_hours (
         tenant_id uuid NOT NULL, day date NOT NULL, metric text NOT NULL,
         hour smallint NOT NULL CHECK (hour BETWEEN 0 AND 23), language text NOT NULL,
         lane smallint NOT NULL, count integer NOT NULL CHECK (count >= 0),
         PRIMARY KEY (tenant_id, day, metric, hour, language, lane)) WITH (fillfactor = 70)""",
)
DUTY = (
    """CREATE TABLE duty_shifts (
         tenant_id uuid NOT NULL, id uuid NOT NULL, person uuid NOT NULL,
         starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, kind text NOT NULL,
         lead boolean NOT NULL, tenants uuid[] NOT NULL, over boolean NOT NULL,
         PRIMARY KEY (tenant_id, id))""",
    "CREATE INDEX duty_shifts_now ON duty_shifts (tenant_id, ends_at, starts_at) WHERE NOT over",
)
OWNERS = (
    """CREATE TABLE ownerships (
         tenant_id uuid NOT NULL, ticket_id uuid NOT NULL, since timestamptz NOT NULL,
         agent uuid NOT NULL, until timestamptz, PRIMARY KEY (tenant_id, ticket_id, since))""",
)
TABLES = ("attainment_days", "miss_hours", "duty_shifts", "ownerships")


def upgrade() -> None:
    for statement in (*ROLL_UPS, *DUTY, *OWNERS):
        op.execute(statement)
    for table in TABLES:
        for statement in wall(table, SERVICE):
            op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
