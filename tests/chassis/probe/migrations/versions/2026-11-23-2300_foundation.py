"""The chassis tables."""

from alembic import op

from chassis.migrations import foundation

revision = "probe1"
down_revision = None


def upgrade() -> None:
    for statement in foundation("routing"):
        op.execute(statement)
