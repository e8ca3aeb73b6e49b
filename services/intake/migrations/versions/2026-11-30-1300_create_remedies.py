"""What was given back on tickets, as billing-policy decided and paid it."""

from alembic import op

from chassis.tenancy import wall

revision = "2026113013"
down_revision = "2026112330"
branch_labels = None
depends_on = None

SERVICE = "intake"

REMEDIES = (
    """CREATE TABLE remedies (
         tenant_id uuid NOT NULL, id uuid NOT NULL, ticket_id uuid NOT NULL, kind text NOT NULL,
         state text NOT NULL, amount_minor bigint NOT NULL, currency text NOT NULL,
         days integer NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id))""",
    "CREATE INDEX remedies_of_ticket ON remedies (tenant_id, ticket_id)",
    """CREATE TABLE remedy_payments (
         tenant_id uuid NOT NULL, id uuid NOT NULL, remedy_id uuid NOT NULL, state text NOT NULL,
         at timestamptz NOT NULL, PRIMARY KEY (tenant_id, id))""",
    "CREATE INDEX remedy_payments_of_remedy ON remedy_payments (tenant_id, remedy_id)",
)
WALLED = ("remedies", "remedy_payments")


def upgrade() -> None:
    for statement in REMEDIES:
        op.execute(statement)
    for table in WALLED:
        for statement in wall(table, SERVICE):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(WALLED):
        op.execute(f"DROP TABLE {table}")
