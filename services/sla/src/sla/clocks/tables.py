"""Tables of the ledger. Facts and what was told are written once; nobody changes or removes them.

What grows with traffic is spread by tenant.
"""

from chassis.tenancy import wall

SPREAD = 8
GROWING = ("facts", "clocks", "clock_changes")
ONCE = ("facts", "clock_changes")


def statements(service: str) -> tuple[str, ...]:
    return (
        """CREATE TABLE tickets (
             tenant_id uuid NOT NULL, id uuid NOT NULL, judged_until timestamptz,
             reference text NOT NULL DEFAULT '', language text NOT NULL DEFAULT 'und',
             state text NOT NULL DEFAULT 'new', opened_at timestamptz,
             coverage text NOT NULL DEFAULT 'unclassified'
               CHECK (coverage IN ('unclassified', 'no_contract', 'no_target', 'promised')),
             PRIMARY KEY (tenant_id, id))""",
        "CREATE INDEX tickets_open ON tickets (tenant_id, id) "
        "WHERE state NOT IN ('closed', 'merged')",
        """CREATE TABLE facts (
             tenant_id uuid NOT NULL, ticket_id uuid NOT NULL, event_id uuid NOT NULL,
             type text NOT NULL, seq bigint, at timestamptz NOT NULL, kind text NOT NULL,
             state text NOT NULL, waiting_on text NOT NULL, priority text NOT NULL,
             plan text NOT NULL, channel text NOT NULL, language text NOT NULL,
             author text, since timestamptz,
             recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
             PRIMARY KEY (tenant_id, ticket_id, event_id))
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
             PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, ticket_id, metric, cycle))
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
             PRIMARY KEY (tenant_id, clock_id, version))
           PARTITION BY HASH (tenant_id)""",
        *(statement for table in GROWING for statement in _spread(table)),
        *wall("tickets", service),
        *(statement for table in GROWING for statement in wall(table, service)),
        *(f"REVOKE UPDATE, DELETE ON {table} FROM {service}" for table in ONCE),
    )


def _spread(table: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TABLE {table}_{part} PARTITION OF {table} "
        f"FOR VALUES WITH (MODULUS {SPREAD}, REMAINDER {part})"
        for part in range(SPREAD)
    )
