"""Escalations, one per clock and level."""

from chassis.tenancy import wall


def statements(service: str) -> tuple[str, ...]:
    return (
        """CREATE TABLE escalations (
             tenant_id uuid NOT NULL, id uuid NOT NULL, clock_id uuid NOT NULL,
             ticket_id uuid NOT NULL, metric text NOT NULL, level smallint NOT NULL,
             state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
             reason text NOT NULL, on_duty uuid, raised_at timestamptz NOT NULL,
             repeats integer NOT NULL DEFAULT 0, due_at timestamptz, acknowledged_by uuid,
             acknowledged_at timestamptz, resolved_at timestamptz, version bigint NOT NULL,
             PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, clock_id, level),
             FOREIGN KEY (tenant_id, clock_id) REFERENCES clocks (tenant_id, id))""",
        "CREATE INDEX escalations_unresolved ON escalations (tenant_id, raised_at, id) "
        "WHERE state <> 'resolved'",
        *wall("escalations", service),
    )
