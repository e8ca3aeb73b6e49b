"""The chassis' tables."""

from alembic import op

from chassis.migrations import foundation

revision = "2026113012"
down_revision = None
branch_labels = None
depends_on = None

SERVICE = "billing_policy"


def upgrade() -> None:
    for statement in foundation(SERVICE):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("restore a backup: the first migration has nothing before it")
