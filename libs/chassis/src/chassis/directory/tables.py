"""Tables of the directory. Only the two topics' consumers write them."""

from chassis.tenancy import wall


def statements(service: str) -> tuple[str, ...]:
    """The tables for a migration.

    A tenant's own row is its own; the list of ids and all people are the firm's, because they
    are looked up before a caller's tenants are known.
    """
    return (
        """CREATE TABLE directory_tenants (
             tenant_id uuid PRIMARY KEY, state jsonb NOT NULL, version bigint NOT NULL)""",
        """CREATE TABLE directory_tenant_ids (
             tenant_id uuid NOT NULL, tenant uuid NOT NULL, PRIMARY KEY (tenant_id, tenant))""",
        """CREATE TABLE directory_people (
             tenant_id uuid NOT NULL, home uuid NOT NULL, person uuid NOT NULL,
             subject text NOT NULL, name text NOT NULL, roles text[] NOT NULL,
             tenants uuid[] NOT NULL, active boolean NOT NULL, state jsonb,
             version bigint NOT NULL, PRIMARY KEY (tenant_id, home, person))""",
        "CREATE INDEX directory_people_subject ON directory_people (tenant_id, subject)",
        *wall("directory_tenants", service),
        *wall("directory_tenant_ids", service),
        *wall("directory_people", service),
    )
