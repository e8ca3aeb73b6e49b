"""A tenant's work, what was offered and decided, what it was promised."""

from alembic import op

from chassis.tenancy import loops_window, wall

revision = "2026112311"
down_revision = "2026112310"
branch_labels = None
depends_on = None

SERVICE = "routing"

WALLED = (
    "work_items",
    "reservations",
    "exclusions",
    "decisions",
    "promises",
    "arrivals",
    "matching_policies",
    "unsettled",
    "tending_failures",
)
# The loops role peeks at work and at requests to look at it: ids and figures, no text.
WINDOWS = ("work_items", "unsettled", "tending_failures")

WORK = (
    """CREATE TABLE work_items (
         tenant_id uuid NOT NULL, id uuid NOT NULL, ticket uuid NOT NULL,
         reference text NOT NULL, customer uuid, channel text NOT NULL, live boolean NOT NULL,
         plan text NOT NULL, category text NOT NULL, language text NOT NULL,
         priority text NOT NULL, urgency smallint NOT NULL, ticket_state text NOT NULL,
         opened_at timestamptz NOT NULL, waiting_since timestamptz NOT NULL,
         state text NOT NULL CHECK (state IN ('waiting', 'offered', 'owned', 'done')),
         step smallint NOT NULL, stuck_at timestamptz,
         owner uuid, last_owner uuid, owned_at timestamptz, replied_at timestamptz,
         version bigint NOT NULL,
         PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, ticket),
         CONSTRAINT work_items_owned_check CHECK ((state = 'owned') = (owner IS NOT NULL)))
       WITH (fillfactor = 80)""",
    """CREATE INDEX work_items_waiting ON work_items (urgency, waiting_since, id)
        WHERE state = 'waiting'""",
    """CREATE INDEX work_items_known ON work_items (tenant_id, customer, owned_at DESC)
        WHERE last_owner IS NOT NULL""",
    "CREATE INDEX work_items_owner ON work_items (tenant_id, owner) WHERE state = 'owned'",
)
RESERVATIONS = (
    """CREATE TABLE reservations (
         tenant_id uuid NOT NULL, id uuid NOT NULL, work uuid NOT NULL, person uuid NOT NULL,
         state text NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected', 'timed_out',
                                              'rescinded', 'wrapped', 'released')),
         units integer NOT NULL CHECK (units >= 0),
         full_units integer NOT NULL CHECK (full_units > 0),
         automatic boolean NOT NULL, offered_at timestamptz NOT NULL, expires_at timestamptz,
         changed_at timestamptz NOT NULL, reason text NOT NULL, decision uuid,
         over_capacity text NOT NULL, note text NOT NULL, version bigint NOT NULL,
         PRIMARY KEY (tenant_id, id),
         FOREIGN KEY (tenant_id, work) REFERENCES work_items (tenant_id, id),
         CONSTRAINT reservations_ended_check CHECK
           (state IN ('pending', 'accepted') OR units = 0))""",
    # One live claim on a work item: no second owner, whoever races.
    """CREATE UNIQUE INDEX reservations_live ON reservations (tenant_id, work)
        WHERE state IN ('pending', 'accepted')""",
    """CREATE INDEX reservations_person ON reservations (tenant_id, person)
        WHERE state IN ('pending', 'accepted')""",
)
AROUND = (
    """CREATE TABLE exclusions (
         tenant_id uuid NOT NULL, work uuid NOT NULL, person uuid NOT NULL,
         until timestamptz NOT NULL, cause text NOT NULL, PRIMARY KEY (tenant_id, work, person),
         FOREIGN KEY (tenant_id, work) REFERENCES work_items (tenant_id, id))""",
    """CREATE TABLE decisions (
         tenant_id uuid NOT NULL, id uuid NOT NULL, work uuid NOT NULL, at timestamptz NOT NULL,
         rule text NOT NULL, step smallint NOT NULL, chosen uuid, refused jsonb NOT NULL,
         inputs jsonb NOT NULL, PRIMARY KEY (tenant_id, id),
         FOREIGN KEY (tenant_id, work) REFERENCES work_items (tenant_id, id))""",
    "CREATE INDEX decisions_work ON decisions (tenant_id, work, at DESC)",
    """CREATE TABLE promises (
         tenant_id uuid NOT NULL, id uuid NOT NULL, ticket uuid NOT NULL, metric text NOT NULL,
         started_at timestamptz NOT NULL, due_at timestamptz, target_s integer NOT NULL,
         state text NOT NULL, PRIMARY KEY (tenant_id, id))""",
    """CREATE INDEX promises_open ON promises (tenant_id, ticket)
        WHERE state IN ('running', 'breached')""",
    """CREATE TABLE arrivals (
         tenant_id uuid NOT NULL, hour timestamptz NOT NULL, count integer NOT NULL,
         PRIMARY KEY (tenant_id, hour))""",
    """CREATE TABLE matching_policies (
         tenant_id uuid NOT NULL PRIMARY KEY, policy jsonb NOT NULL, version bigint NOT NULL,
         changed_at timestamptz NOT NULL, changed_by text NOT NULL)""",
    # Requests to look at a work item. Appended only, so that asking never waits for a lock.
    """CREATE TABLE unsettled (
         tenant_id uuid NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, work uuid NOT NULL,
         PRIMARY KEY (tenant_id, id))""",
    """CREATE TABLE tending_failures (
         tenant_id uuid NOT NULL, work uuid NOT NULL, tries integer NOT NULL,
         error text NOT NULL, retry_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, work))""",
)


def upgrade() -> None:
    for statement in (*WORK, *RESERVATIONS, *AROUND):
        op.execute(statement)
    for table in WALLED:
        for statement in wall(table, SERVICE):
            op.execute(statement)
    for table in WINDOWS:
        for statement in loops_window(table, SERVICE):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(WALLED):
        op.execute(f"DROP TABLE {table}")
