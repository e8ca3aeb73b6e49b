"""The ledger: tickets with their facts, clocks, what was told of them, and who was called.

What grows with traffic is spread by tenant. Facts and what was told are written once.
"""

from alembic import op

from chassis.tenancy import wall

revision = "2026112340"
down_revision = "2026112330"
branch_labels = None
depends_on = None

SERVICE = "sla"

SPREAD = 8
GROWING = ("facts", "clocks", "clock_changes")
ONCE = ("facts", "clock_changes")
LEDGER = (
    """CREATE TABLE tickets (
         tenant_id uuid NOT NULL, id uuid NOT NULL, judged_until timestamptz,
         reference text NOT NULL DEFAULT '', language text NOT NULL DEFAULT 'und',
         state text NOT NULL DEFAULT 'new', opened_at timestamptz,
         coverage text NOT NULL DEFAULT 'unclassified'
           CHECK (coverage IN ('unclassified', 'no_contract', 'no_target', 'promised')),
         PRIMARY KEY (tenant_id, id))""",
    "CREATE INDEX tickets_open ON tickets (tenant_id, id) WHERE state NOT IN ('closed', 'merged')",
    """CREATE TABLE facts (
         tenant_id uuid NOT NULL, ticket_id uuid NOT NULL, event_id uuid NOT NULL,
         type text NOT NULL, seq bigint, at timestamptz NOT NULL, kind text NOT NULL,
         state text NOT NULL, waiting_on text NOT NULL, priority text NOT NULL,
         plan text NOT NULL, channel text NOT NULL, language text NOT NULL,
         author text, since timestamptz,
         recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
         PRIMARY KEY (tenant_id, ticket_id, event_id),
         FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id))
       PARTITION BY HASH (tenant_id)""",
    """CREATE TABLE clocks (
         tenant_id uuid NOT NULL, id uuid NOT NULL, ticket_id uuid NOT NULL,
         metric text NOT NULL, cycle integer NOT NULL, version bigint NOT NULL,
         contract_id uuid NOT NULL, contract_version integer NOT NULL,
         calendar_version integer NOT NULL, tzdata text NOT NULL, state text NOT NULL,
         target interval NOT NULL, elapsed interval NOT NULL, as_of timestamptz NOT NULL,
         started_at timestamptz NOT NULL, ended_at timestamptz, due_at timestamptz,
         breach_at timestamptz, detected_at timestamptz, exceeds_at timestamptz,
         waiting_on text NOT NULL, void_reason text, excuse uuid, language text NOT NULL,
         warned integer[] NOT NULL DEFAULT '{}', warn_at timestamptz,
         PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, ticket_id, metric, cycle),
         FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id))
       PARTITION BY HASH (tenant_id)""",
    "CREATE INDEX clocks_misses ON clocks (tenant_id, due_at, id) WHERE state = 'breached'",
    "CREATE INDEX clocks_live ON clocks (tenant_id, exceeds_at) "
    "WHERE state IN ('running', 'paused')",
    """CREATE TABLE clock_changes (
         tenant_id uuid NOT NULL, clock_id uuid NOT NULL, version bigint NOT NULL,
         id uuid NOT NULL, ticket_id uuid NOT NULL, type text NOT NULL,
         at timestamptz NOT NULL, state text NOT NULL, elapsed interval NOT NULL,
         due_at timestamptz, detail jsonb NOT NULL DEFAULT '{}', cause uuid,
         recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
         PRIMARY KEY (tenant_id, clock_id, version),
         FOREIGN KEY (tenant_id, clock_id) REFERENCES clocks (tenant_id, id))
       PARTITION BY HASH (tenant_id)""",
)
ESCALATIONS = (
    """CREATE TABLE escalations (
         tenant_id uuid NOT NULL, id uuid NOT NULL, clock_id uuid NOT NULL,
         ticket_id uuid NOT NULL, metric text NOT NULL, level smallint NOT NULL,
         state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
         reason text NOT NULL, on_duty uuid, raised_at timestamptz NOT NULL,
         repeats integer NOT NULL DEFAULT 0, due_at timestamptz, acknowledged_by uuid,
         acknowledged_at timestamptz, resolved_at timestamptz, version bigint NOT NULL,
         PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, clock_id, level),
         FOREIGN KEY (tenant_id, clock_id) REFERENCES clocks (tenant_id, id))""",
    "CREATE INDEX escalations_unresolved ON escalations (tenant_id, raised_at, id) "
    "WHERE state <> 'resolved'",
)


def upgrade() -> None:
    for statement in LEDGER:
        op.execute(statement)
    for table in GROWING:
        for part in range(SPREAD):
            op.execute(
                f"CREATE TABLE {table}_{part} PARTITION OF {table} "
                f"FOR VALUES WITH (MODULUS {SPREAD}, REMAINDER {part})"
            )
    for statement in ESCALATIONS:
        op.execute(statement)
    for table in ("tickets", *GROWING, "escalations"):
        for statement in wall(table, SERVICE):
            op.execute(statement)
    for table in ONCE:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {SERVICE}")


def downgrade() -> None:
    for table in ("escalations", *reversed(GROWING), "tickets"):
        op.execute(f"DROP TABLE {table}")
