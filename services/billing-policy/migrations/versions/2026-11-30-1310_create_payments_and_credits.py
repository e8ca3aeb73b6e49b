"""Charges, payments and what the provider said of them; credit terms and credits.

What was said once is never changed: corrections, entries, periods, terms and credits only grow.
"""

from alembic import op

from chassis.tenancy import wall

revision = "2026113013"
down_revision = "2026113012"
branch_labels = None
depends_on = None

SERVICE = "billing_policy"

CHARGES = (
    """CREATE TABLE charges (
         tenant_id uuid NOT NULL, id uuid NOT NULL, reference text NOT NULL,
         customer_id uuid NOT NULL, captured_minor bigint NOT NULL CHECK (captured_minor >= 0),
         currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'), charged_at timestamptz NOT NULL,
         product text NOT NULL, plan text NOT NULL, period_days integer NOT NULL,
         used_percent integer NOT NULL CHECK (used_percent BETWEEN 0 AND 100),
         disputed boolean NOT NULL DEFAULT false, dispute_revision bigint NOT NULL DEFAULT 0,
         PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, reference))""",
    "CREATE INDEX charges_customer ON charges (tenant_id, customer_id, charged_at DESC)",
    """CREATE TABLE charge_corrections (
         tenant_id uuid NOT NULL, charge_id uuid NOT NULL, number integer NOT NULL,
         before jsonb NOT NULL, after jsonb NOT NULL, made_by text NOT NULL,
         made_at timestamptz NOT NULL,
         PRIMARY KEY (tenant_id, charge_id, number),
         FOREIGN KEY (tenant_id, charge_id) REFERENCES charges)""",
)
PAYMENTS = (
    """CREATE TABLE payments (
         tenant_id uuid NOT NULL, id uuid NOT NULL, remedy_id uuid NOT NULL,
         ticket_id uuid NOT NULL, customer_id uuid NOT NULL, charge_id uuid NOT NULL,
         amount_minor bigint NOT NULL CHECK (amount_minor > 0),
         currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
         attempt integer NOT NULL CHECK (attempt > 0),
         state text NOT NULL CHECK (state IN
           ('ordered', 'submitting', 'submitted', 'succeeded', 'failed', 'unknown')),
         provider_reference text, revision bigint NOT NULL, reason text NOT NULL,
         told text[] NOT NULL, ordered_at timestamptz NOT NULL, sent_at timestamptz,
         changed_at timestamptz NOT NULL, entries integer NOT NULL, version bigint NOT NULL,
         PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, remedy_id),
         FOREIGN KEY (tenant_id, charge_id) REFERENCES charges)""",
    "CREATE INDEX payments_charge ON payments (tenant_id, charge_id)",
    """CREATE TABLE payment_entries (
         tenant_id uuid NOT NULL, payment_id uuid NOT NULL, number integer NOT NULL,
         attempt integer NOT NULL, state text NOT NULL, amount_minor bigint NOT NULL,
         currency text NOT NULL, provider_reference text, reason text NOT NULL,
         at timestamptz NOT NULL,
         PRIMARY KEY (tenant_id, payment_id, number),
         FOREIGN KEY (tenant_id, payment_id) REFERENCES payments)""",
    "CREATE INDEX payment_entries_at ON payment_entries (tenant_id, at)",
    """CREATE TABLE provider_events (
         tenant_id uuid NOT NULL, id text NOT NULL, type text NOT NULL,
         at timestamptz NOT NULL, received_at timestamptz NOT NULL,
         PRIMARY KEY (tenant_id, id))""",
    """CREATE TABLE reconciliations (
         tenant_id uuid NOT NULL, day date NOT NULL, compared integer NOT NULL,
         missing integer NOT NULL, extra integer NOT NULL, differing integer NOT NULL,
         findings jsonb NOT NULL, at timestamptz NOT NULL,
         PRIMARY KEY (tenant_id, day))""",
)
CREDITS = (
    """CREATE TABLE credit_terms (
         tenant_id uuid NOT NULL, version integer NOT NULL CHECK (version > 0),
         from_month text NOT NULL, document text NOT NULL,
         made_by text NOT NULL, made_at timestamptz NOT NULL,
         PRIMARY KEY (tenant_id, version))""",
    """CREATE TABLE closed_periods (
         tenant_id uuid NOT NULL, month text NOT NULL, snapshot_sha256 text NOT NULL,
         corrects_sha256 text, period_id uuid NOT NULL, document text NOT NULL,
         at timestamptz NOT NULL,
         PRIMARY KEY (tenant_id, month, snapshot_sha256))""",
    """CREATE TABLE credits (
         tenant_id uuid NOT NULL, month text NOT NULL, number integer NOT NULL,
         snapshot_sha256 text NOT NULL, terms_version integer NOT NULL,
         amount_minor bigint NOT NULL, currency text NOT NULL,
         document text NOT NULL, credit_sha256 text NOT NULL, corrects_sha256 text,
         at timestamptz NOT NULL, version bigint NOT NULL,
         PRIMARY KEY (tenant_id, month, number), UNIQUE (tenant_id, month, snapshot_sha256))""",
)
CHANGING = ("charges", "payments", "reconciliations")
KEPT = (
    "charge_corrections",
    "payment_entries",
    "provider_events",
    "credit_terms",
    "closed_periods",
    "credits",
)


def upgrade() -> None:
    for statement in (*CHARGES, *PAYMENTS, *CREDITS):
        op.execute(statement)
    for table in (*CHANGING, *KEPT):
        for statement in wall(table, SERVICE):
            op.execute(statement)
    for table in KEPT:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {SERVICE}")


def downgrade() -> None:
    raise NotImplementedError("restore a backup: money that moved is not forgotten")
