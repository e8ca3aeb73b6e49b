"""What other services asked us to tell customers, once and for all, and what became of it."""

from alembic import op

from chassis.tenancy import wall

revision = "2026113014"
down_revision = "2026113013"
branch_labels = None
depends_on = None

SERVICE = "intake"

OUTREACHES = (
    """CREATE TABLE outreaches (
         tenant_id uuid NOT NULL, id uuid NOT NULL, asked_by text NOT NULL,
         dedup_key text NOT NULL, template text NOT NULL, given jsonb NOT NULL, ticket_id uuid,
         state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')), why text,
         leaves_at timestamptz, at timestamptz NOT NULL, cause uuid NOT NULL,
         correlation uuid NOT NULL, PRIMARY KEY (tenant_id, id))""",
    "CREATE INDEX outreaches_of_ticket ON outreaches (tenant_id, ticket_id)",
)


def upgrade() -> None:
    for statement in (*OUTREACHES, *wall("outreaches", SERVICE)):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE outreaches")
