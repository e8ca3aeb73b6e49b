"""Tickets, their conversation, what came in raw, what is held back, and what others decided."""

from alembic import op

from chassis.tenancy import loops_window, wall

revision = "2026112320"
down_revision = "2026112310"
branch_labels = None
depends_on = None

SERVICE = "intake"

TICKETS = (
    "CREATE SEQUENCE ticket_numbers START 1001",
    f"GRANT USAGE ON SEQUENCE ticket_numbers TO {SERVICE}",
    """CREATE TABLE tickets (
         tenant_id uuid NOT NULL, id uuid NOT NULL, reference text NOT NULL, brand_id uuid NOT NULL,
         customer_id uuid NOT NULL, channel text NOT NULL, plan text NOT NULL,
         language text NOT NULL, language_confidence double precision NOT NULL,
         category text NOT NULL, damage text NOT NULL, priority text NOT NULL,
         because text[] NOT NULL DEFAULT '{}', state text NOT NULL, waiting_on text NOT NULL,
         opened_at timestamptz NOT NULL, cycle integer NOT NULL DEFAULT 1,
         live boolean NOT NULL DEFAULT false, incident uuid, follows uuid, unanswered uuid,
         solved_at timestamptz, confirm_until timestamptz, closed_at timestamptz,
         promised_for timestamptz, before_spam text, subject text NOT NULL DEFAULT '',
         sender_verified boolean NOT NULL DEFAULT false, version bigint NOT NULL,
         PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, reference),
         FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
         FOREIGN KEY (tenant_id, follows) REFERENCES tickets (tenant_id, id))""",
    "CREATE INDEX tickets_by_id ON tickets (id)",
    "CREATE INDEX tickets_by_age ON tickets (tenant_id, opened_at DESC, id DESC)",
    "CREATE INDEX tickets_by_customer ON tickets (tenant_id, customer_id)",
    """CREATE TABLE messages (
         tenant_id uuid NOT NULL, id uuid NOT NULL, ticket_id uuid NOT NULL,
         author_kind text NOT NULL, author_id uuid, author_name text NOT NULL,
         public boolean NOT NULL, kind text NOT NULL, text text NOT NULL,
         quoted text NOT NULL DEFAULT '', html text, language text NOT NULL DEFAULT 'und',
         machine boolean NOT NULL DEFAULT false, received_at timestamptz NOT NULL,
         from_address text NOT NULL DEFAULT '', external_id text NOT NULL DEFAULT '',
         raw_id uuid, answers uuid,
         delivery text NOT NULL DEFAULT 'none'
           CHECK (delivery IN ('none', 'waiting', 'sent', 'failed')),
         delivery_reason text NOT NULL DEFAULT '', delivered_at timestamptz,
         PRIMARY KEY (tenant_id, id),
         FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id))""",
    "CREATE INDEX messages_of_ticket ON messages (tenant_id, ticket_id, received_at, id)",
    """CREATE INDEX messages_by_external_id ON messages (tenant_id, external_id)
         WHERE external_id <> ''""",
    """CREATE TABLE attachments (
         tenant_id uuid NOT NULL, id uuid NOT NULL, message_id uuid NOT NULL, name text NOT NULL,
         media_type text NOT NULL, size integer NOT NULL, content bytea NOT NULL,
         PRIMARY KEY (tenant_id, id),
         FOREIGN KEY (tenant_id, message_id) REFERENCES messages (tenant_id, id))""",
    "CREATE INDEX attachments_of_message ON attachments (tenant_id, message_id)",
    """CREATE TABLE ticket_changes (
         tenant_id uuid NOT NULL, ticket_id uuid NOT NULL, version bigint NOT NULL,
         type text NOT NULL, at timestamptz NOT NULL, by_kind text NOT NULL, by uuid,
         detail jsonb NOT NULL DEFAULT '{}', PRIMARY KEY (tenant_id, ticket_id, version),
         FOREIGN KEY (tenant_id, ticket_id) REFERENCES tickets (tenant_id, id))""",
)
RAW = (
    """CREATE TABLE raw_inputs (
         tenant_id uuid NOT NULL, id uuid NOT NULL, channel text NOT NULL, mailbox text NOT NULL,
         recipient text NOT NULL DEFAULT '', mail_from text NOT NULL DEFAULT '',
         content bytea NOT NULL, received_at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id))""",
    # The firm's own list of ids: what still waits, over all tenants, for the worker and heartbeats.
    """CREATE TABLE raw_pending (
         tenant_id uuid NOT NULL, raw_id uuid NOT NULL, tenant uuid NOT NULL,
         received_at timestamptz NOT NULL, due_at timestamptz NOT NULL,
         tries integer NOT NULL DEFAULT 0, released uuid, PRIMARY KEY (tenant_id, raw_id))""",
    "CREATE INDEX raw_pending_due ON raw_pending (tenant_id, due_at)",
    "CREATE INDEX raw_pending_received ON raw_pending (received_at)",
    """CREATE TABLE contact_keys (
         tenant_id uuid NOT NULL, channel text NOT NULL, mailbox text NOT NULL, key text NOT NULL,
         sha bytea NOT NULL, ticket_id uuid, at timestamptz NOT NULL DEFAULT clock_timestamp(),
         PRIMARY KEY (tenant_id, channel, mailbox, key))""",
    """CREATE TABLE quarantine (
         tenant_id uuid NOT NULL, id uuid NOT NULL, raw_id uuid NOT NULL, channel text NOT NULL,
         brand_id uuid NOT NULL, reason text NOT NULL, detail text[] NOT NULL DEFAULT '{}',
         from_address text NOT NULL DEFAULT '', subject text NOT NULL DEFAULT '',
         linked_ticket uuid, received_at timestamptz NOT NULL,
         state text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'released', 'discarded')),
         decided_by uuid, decided_at timestamptz, ticket_id uuid,
         PRIMARY KEY (tenant_id, id),
         FOREIGN KEY (tenant_id, raw_id) REFERENCES raw_inputs (tenant_id, id))""",
    "CREATE INDEX quarantine_held ON quarantine (tenant_id, received_at DESC) WHERE state = 'held'",
)
FROM_OTHERS = (
    """CREATE TABLE owners (
         tenant_id uuid NOT NULL, ticket_id uuid NOT NULL, person uuid,
         since timestamptz NOT NULL, PRIMARY KEY (tenant_id, ticket_id))""",
    "CREATE INDEX owners_by_person ON owners (tenant_id, person)",
    """CREATE TABLE promises (
         tenant_id uuid NOT NULL, clock_id uuid NOT NULL, ticket_id uuid NOT NULL,
         metric text NOT NULL, cycle integer NOT NULL, state text NOT NULL,
         due_at timestamptz, target_s integer NOT NULL, elapsed_s integer NOT NULL,
         at timestamptz NOT NULL, PRIMARY KEY (tenant_id, clock_id))""",
    "CREATE INDEX promises_of_ticket ON promises (tenant_id, ticket_id)",
)
WALLED = (
    "tickets",
    "messages",
    "attachments",
    "ticket_changes",
    "raw_inputs",
    "raw_pending",
    "contact_keys",
    "quarantine",
    "owners",
    "promises",
)


def upgrade() -> None:
    for statement in (*TICKETS, *RAW, *FROM_OTHERS):
        op.execute(statement)
    for table in WALLED:
        for statement in wall(table, SERVICE):
            op.execute(statement)
    for statement in loops_window("raw_pending", SERVICE):
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(WALLED):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE ticket_numbers")
