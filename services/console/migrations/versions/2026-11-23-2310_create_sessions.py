"""Sessions: the only thing the console keeps."""

from alembic import op

from chassis.tenancy import wall

revision = "2026_11_23_2310"
down_revision = None


def upgrade() -> None:
    op.execute(
        """CREATE TABLE sessions (
             tenant_id uuid NOT NULL, digest bytea NOT NULL, subject text NOT NULL,
             id_token text NOT NULL, refresh_token text, token_until timestamptz NOT NULL,
             csrf text NOT NULL, preferences jsonb NOT NULL DEFAULT '{}',
             made_at timestamptz NOT NULL, until timestamptz NOT NULL,
             PRIMARY KEY (tenant_id, digest))"""
    )
    op.execute("CREATE INDEX sessions_subject ON sessions (tenant_id, subject)")
    op.execute("CREATE INDEX sessions_until ON sessions (tenant_id, until)")
    for statement in wall("sessions", "console"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE sessions")
