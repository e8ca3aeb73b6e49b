"""Tables of contracts. A version is written once; nobody may change or remove it."""

from chassis.tenancy import wall


def statements(service: str) -> tuple[str, ...]:
    return (
        """CREATE TABLE contracts (
             tenant_id uuid NOT NULL, version integer NOT NULL CHECK (version > 0),
             id uuid NOT NULL, effective_from timestamptz NOT NULL,
             document text NOT NULL, asked jsonb NOT NULL,
             made_by text NOT NULL, made_at timestamptz NOT NULL,
             PRIMARY KEY (tenant_id, version), UNIQUE (tenant_id, effective_from))""",
        *wall("contracts", service),
        f"REVOKE UPDATE, DELETE ON contracts FROM {service}",
    )
