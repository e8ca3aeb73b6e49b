"""Published shifts, the firm's own: every row carries the reserved tenant."""

from chassis.tenancy import wall


def statements(service: str) -> tuple[str, ...]:
    return (
        """CREATE TABLE duty_shifts (
             tenant_id uuid NOT NULL, id uuid NOT NULL, person uuid NOT NULL,
             starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, kind text NOT NULL,
             lead boolean NOT NULL, tenants uuid[] NOT NULL, over boolean NOT NULL,
             PRIMARY KEY (tenant_id, id))""",
        "CREATE INDEX duty_shifts_now ON duty_shifts (tenant_id, ends_at, starts_at) "
        "WHERE NOT over",
        *wall("duty_shifts", service),
    )
