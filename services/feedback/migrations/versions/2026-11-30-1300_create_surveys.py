"""Tickets as far as a question rests on them, questions, answers, follow-ups, praise, roll-ups.

What grows with traffic is spread by tenant. Roll-ups carry a `lane`, a part of the survey's id:
work that runs side by side seldom waits for the same row.
"""

from alembic import op

from chassis.tenancy import wall

revision = "2026113013"
down_revision = "2026113012"
branch_labels = None
depends_on = None

SERVICE = "feedback"

SPREAD = 8
GROWING = ("tickets", "surveys", "answers")
TICKETS = (
    """CREATE TABLE tickets (
         tenant_id uuid NOT NULL, id uuid NOT NULL, reference text NOT NULL,
         customer_id uuid NOT NULL, brand_id uuid NOT NULL, channel text NOT NULL,
         language text NOT NULL, live boolean NOT NULL, state text NOT NULL,
         cycle integer NOT NULL CHECK (cycle > 0), incident uuid,
         by_person boolean NOT NULL DEFAULT false, answered boolean NOT NULL DEFAULT false,
         answered_by uuid, PRIMARY KEY (tenant_id, id))
       PARTITION BY HASH (tenant_id)""",
    "CREATE INDEX tickets_customer ON tickets (tenant_id, customer_id)",
    """CREATE TABLE customers (
         tenant_id uuid NOT NULL, id uuid NOT NULL, erased boolean NOT NULL DEFAULT false,
         PRIMARY KEY (tenant_id, id))""",
)
SURVEYS = (
    """CREATE TABLE survey_settings (
         tenant_id uuid PRIMARY KEY, enabled boolean NOT NULL,
         delay_s integer NOT NULL CHECK (delay_s >= 0),
         sample_percent integer NOT NULL CHECK (sample_percent BETWEEN 0 AND 100),
         followup_within_s integer NOT NULL CHECK (followup_within_s > 0),
         bad_at_most integer NOT NULL, good_at_least integer NOT NULL,
         changed_by text NOT NULL, changed_at timestamptz NOT NULL,
         CHECK (bad_at_most < good_at_least))""",
    """CREATE TABLE surveys (
         tenant_id uuid NOT NULL, id uuid NOT NULL, ticket_id uuid NOT NULL,
         customer_id uuid NOT NULL, brand_id uuid NOT NULL, type text NOT NULL,
         cycle integer NOT NULL, language text NOT NULL, channel text NOT NULL,
         attributed_to uuid, state text NOT NULL
           CHECK (state IN ('planned', 'asked', 'answered', 'expired', 'suppressed')),
         ask_at timestamptz NOT NULL, day date, asked_at timestamptz,
         delivered_at timestamptz, expires_at timestamptz, answered_at timestamptz,
         score integer, good boolean, answers integer NOT NULL DEFAULT 0,
         reason text, suppressed_by uuid, version bigint NOT NULL,
         PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, ticket_id, cycle, type),
         FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id))
       PARTITION BY HASH (tenant_id)""",
    "CREATE INDEX surveys_customer ON surveys (tenant_id, customer_id, asked_at)",
    """CREATE TABLE answers (
         tenant_id uuid NOT NULL, survey_id uuid NOT NULL, nth integer NOT NULL CHECK (nth > 0),
         score integer NOT NULL, words text NOT NULL, at timestamptz NOT NULL,
         PRIMARY KEY (tenant_id, survey_id, nth),
         FOREIGN KEY (tenant_id, survey_id) REFERENCES surveys (tenant_id, id))
       PARTITION BY HASH (tenant_id)""",
)
WHAT_FOLLOWS = (
    """CREATE TABLE followups (
         tenant_id uuid NOT NULL, id uuid NOT NULL, ticket_id uuid NOT NULL,
         reference text NOT NULL, language text NOT NULL, customer_id uuid NOT NULL,
         survey_id uuid NOT NULL, rated uuid, reason text NOT NULL, score integer NOT NULL,
         state text NOT NULL CHECK (state IN ('open', 'done')), owner uuid,
         owned_by_way_of text NOT NULL, opened_at timestamptz NOT NULL,
         due_at timestamptz NOT NULL, done_at timestamptz, done_by uuid, outcome text,
         note text NOT NULL DEFAULT '', version bigint NOT NULL, PRIMARY KEY (tenant_id, id),
         UNIQUE (tenant_id, survey_id),
         FOREIGN KEY (tenant_id, survey_id) REFERENCES surveys (tenant_id, id))""",
    "CREATE INDEX followups_due ON followups (tenant_id, due_at, id)",
    "CREATE INDEX followups_ticket ON followups (tenant_id, ticket_id)",
    """CREATE TABLE owner_loads (
         tenant_id uuid NOT NULL, person uuid NOT NULL,
         open integer NOT NULL CHECK (open >= 0), PRIMARY KEY (tenant_id, person))
       WITH (fillfactor = 70)""",
    """CREATE TABLE praises (
         tenant_id uuid NOT NULL, id uuid NOT NULL, staff uuid NOT NULL, ticket_id uuid NOT NULL,
         reference text NOT NULL, language text NOT NULL, customer_id uuid NOT NULL,
         survey_id uuid NOT NULL,
         score integer NOT NULL, at timestamptz NOT NULL,
         withdrawn boolean NOT NULL DEFAULT false, PRIMARY KEY (tenant_id, id),
         UNIQUE (tenant_id, survey_id),
         FOREIGN KEY (tenant_id, survey_id) REFERENCES surveys (tenant_id, id))""",
    "CREATE INDEX praises_staff ON praises (tenant_id, staff, at, id)",
)
ROLL_UPS = (
    """CREATE TABLE score_days (
         tenant_id uuid NOT NULL, day date NOT NULL, agent uuid NOT NULL,
         language text NOT NULL, channel text NOT NULL, lane smallint NOT NULL,
         asked integer NOT NULL CHECK (asked >= 0),
         delivered integer NOT NULL CHECK (delivered >= 0),
         answered integer NOT NULL CHECK (answered >= 0),
         good integer NOT NULL CHECK (good >= 0), bad integer NOT NULL CHECK (bad >= 0),
         PRIMARY KEY (tenant_id, day, agent, language, channel, lane)) WITH (fillfactor = 70)""",
    """CREATE TABLE suppression_days (
         tenant_id uuid NOT NULL, day date NOT NULL, reason text NOT NULL,
         lane smallint NOT NULL, count integer NOT NULL CHECK (count >= 0),
         PRIMARY KEY (tenant_id, day, reason, lane)) WITH (fillfactor = 70)""",
)
DUTY = (
    """CREATE TABLE duty_shifts (
         tenant_id uuid NOT NULL, id uuid NOT NULL, person uuid NOT NULL,
         starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, kind text NOT NULL,
         lead boolean NOT NULL, tenants uuid[] NOT NULL, over boolean NOT NULL,
         PRIMARY KEY (tenant_id, id))""",
    "CREATE INDEX duty_shifts_now ON duty_shifts (tenant_id, ends_at, starts_at) WHERE NOT over",
)
TABLES = (
    "customers", "survey_settings", "followups", "owner_loads", "praises", "score_days",
    "suppression_days", "duty_shifts",
)  # fmt: skip


def upgrade() -> None:
    for statement in (*TICKETS, *SURVEYS):
        op.execute(statement)
    for table in GROWING:
        for part in range(SPREAD):
            op.execute(
                f"CREATE TABLE {table}_{part} PARTITION OF {table} "
                f"FOR VALUES WITH (MODULUS {SPREAD}, REMAINDER {part})"
            )
    for statement in (*WHAT_FOLLOWS, *ROLL_UPS, *DUTY):
        op.execute(statement)
    for table in (*GROWING, *TABLES):
        for statement in wall(table, SERVICE):
            op.execute(statement)
    op.execute(f"REVOKE UPDATE ON answers FROM {SERVICE}")


def downgrade() -> None:
    for table in (*reversed(TABLES), *reversed(GROWING)):
        op.execute(f"DROP TABLE {table}")
