"""Copies of tickets and customers, policies, the book of budgets, remedies and their decisions.

Policies and decisions are written once: nobody may change or remove them.
"""

from alembic import op

from chassis.tenancy import wall

revision = "2026113014"
down_revision = "2026113013"
branch_labels = None
depends_on = None

SERVICE = "billing_policy"

COPIES = (
    """CREATE TABLE tickets (
         tenant_id uuid NOT NULL, id uuid NOT NULL, customer_id uuid NOT NULL,
         reference text NOT NULL, channel text NOT NULL, plan text NOT NULL,
         language text NOT NULL, category text NOT NULL, damage text NOT NULL,
         priority text NOT NULL, state text NOT NULL, cycle integer NOT NULL,
         PRIMARY KEY (tenant_id, id))""",
    """CREATE TABLE customers (
         tenant_id uuid NOT NULL, id uuid NOT NULL, plan text NOT NULL, segment text NOT NULL,
         PRIMARY KEY (tenant_id, id))""",
)
POLICIES = (
    """CREATE TABLE policies (
         tenant_id uuid NOT NULL, version integer NOT NULL CHECK (version > 0),
         effective_from timestamptz NOT NULL, document text NOT NULL,
         signed_off_by text NOT NULL, signed_off_at timestamptz NOT NULL,
         made_by text NOT NULL, made_at timestamptz NOT NULL,
         PRIMARY KEY (tenant_id, version), UNIQUE (tenant_id, effective_from))""",
)
BUDGETS = (
    """CREATE TABLE budget_months (
         tenant_id uuid NOT NULL, month text NOT NULL, PRIMARY KEY (tenant_id, month))""",
    """CREATE TABLE budget_customers (
         tenant_id uuid NOT NULL, customer_id uuid NOT NULL,
         PRIMARY KEY (tenant_id, customer_id))""",
    """CREATE TABLE budget_entries (
         tenant_id uuid NOT NULL, remedy_id uuid NOT NULL, ticket_id uuid NOT NULL,
         customer_id uuid NOT NULL, month text NOT NULL,
         amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
         days integer NOT NULL CHECK (days >= 0), at timestamptz NOT NULL,
         caps jsonb NOT NULL, released_at timestamptz,
         PRIMARY KEY (tenant_id, remedy_id),
         FOREIGN KEY (tenant_id, month) REFERENCES budget_months,
         FOREIGN KEY (tenant_id, customer_id) REFERENCES budget_customers)""",
    """CREATE INDEX budget_entries_month ON budget_entries (tenant_id, month)
       INCLUDE (amount_minor) WHERE released_at IS NULL""",
    """CREATE INDEX budget_entries_customer ON budget_entries (tenant_id, customer_id, at)
       WHERE released_at IS NULL""",
)
REMEDIES = (
    """CREATE TABLE remedies (
         tenant_id uuid NOT NULL, id uuid NOT NULL, ticket_id uuid NOT NULL,
         customer_id uuid NOT NULL, charge_id uuid,
         kind text NOT NULL CHECK (kind IN ('refund', 'discount', 'extension', 'goodwill')),
         amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
         days integer NOT NULL CHECK (days >= 0),
         currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'), reason text NOT NULL,
         state text NOT NULL CHECK (state IN ('granted', 'approval_needed', 'not_covered',
           'approved', 'refused', 'expired')),
         policy_version integer NOT NULL, rule text NOT NULL, reasons jsonb NOT NULL,
         alternatives jsonb NOT NULL, decision_sha256 text NOT NULL,
         requested_by uuid NOT NULL, requested_at timestamptz NOT NULL, makers uuid[] NOT NULL,
         month text NOT NULL, level text, expires_at timestamptz,
         approved_by uuid, approved_at timestamptz, refusal jsonb,
         refused_by uuid, refused_at timestamptz,
         number integer NOT NULL, version bigint NOT NULL,
         PRIMARY KEY (tenant_id, id),
         FOREIGN KEY (tenant_id, policy_version) REFERENCES policies,
         CHECK (approved_by IS NULL OR approved_by <> ALL (makers)),
         CHECK (state <> 'approval_needed' OR level IS NOT NULL))""",
    "CREATE INDEX remedies_ticket ON remedies (tenant_id, ticket_id, requested_at)",
    "CREATE INDEX remedies_month ON remedies (tenant_id, month)",
    """CREATE INDEX remedies_waiting ON remedies (tenant_id, customer_id)
       WHERE state = 'approval_needed'""",
    """CREATE INDEX remedies_open ON remedies (tenant_id, requested_at, id)
       WHERE state IN ('approval_needed', 'not_covered')""",
    """CREATE TABLE remedy_decisions (
         tenant_id uuid NOT NULL, remedy_id uuid NOT NULL, number integer NOT NULL,
         document text NOT NULL, sha256 text NOT NULL, at timestamptz NOT NULL,
         PRIMARY KEY (tenant_id, remedy_id, number),
         FOREIGN KEY (tenant_id, remedy_id) REFERENCES remedies)""",
)
CHANGING = ("tickets", "customers", "budget_months", "budget_customers", "budget_entries",
            "remedies")  # fmt: skip
KEPT = ("policies", "remedy_decisions")


def upgrade() -> None:
    for statement in (*COPIES, *POLICIES, *BUDGETS, *REMEDIES):
        op.execute(statement)
    for table in (*CHANGING, *KEPT):
        for statement in wall(table, SERVICE):
            op.execute(statement)
    for table in KEPT:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {SERVICE}")


def downgrade() -> None:
    raise NotImplementedError("restore a backup: decisions on money are not forgotten")
