"""Reads `pg_catalog` and says which table, view, function or grant breaks a rule of the walls."""

from dataclasses import dataclass, field

import asyncpg

# Ids only, shared by all tenants of a consumer group: no tenant, no policy, and listed here.
WITHOUT_TENANT = frozenset(
    {
        "alembic_version",
        "inbox",
        "inbox_seq",
        "watermarks",
        "unreadable_records",
        "dead_letter_commands",
    }
)
# Where the loops role may look across tenants: ids and figures, no text.
LOOPS_WINDOWS = frozenset({"outbox", "timers", "effects", "parked_events"})
# Unique keys that cannot start with tenant_id because the whole service shares them.
UNIQUE_EXCEPTIONS = frozenset(
    {"outbox_pkey", "outbox_event_id_key", "outbox_aggregate_id_version_key"}
)
# Makes and drops the inbox's daily partitions, which only the owner may; it reads nothing.
DEFINER_EXCEPTIONS = frozenset({"inbox_keep"})


@dataclass(frozen=True)
class Exceptions:
    """What a service adds to the lists above, each with its reason in the service's README."""

    without_tenant: frozenset[str] = field(default_factory=frozenset)
    loops_windows: frozenset[str] = field(default_factory=frozenset)
    unique: frozenset[str] = field(default_factory=frozenset)


async def violations(dsn: str, service: str, allowed: Exceptions | None = None) -> list[str]:
    """Every broken rule, in words; empty when the walls stand."""
    extra = allowed or Exceptions()
    connection = await asyncpg.connect(dsn)
    try:
        found = await _tables(connection, service, WITHOUT_TENANT | extra.without_tenant)
        found += await _keys(connection, UNIQUE_EXCEPTIONS | extra.unique)
        found += await _roles(connection, service)
        found += await _windows(connection, service, LOOPS_WINDOWS | extra.loops_windows)
        found += await _code(connection)
    finally:
        await connection.close()
    return sorted(found)


async def _tables(
    connection: asyncpg.Connection, service: str, without_tenant: frozenset[str]
) -> list[str]:
    found = []
    for row in await connection.fetch(_TABLES, service):
        name = row["name"]
        if not row["has_tenant"]:
            if row["root"] not in without_tenant:
                found.append(f"{name}: has no tenant_id and is no listed exception")
            continue
        if not (row["rls"] and row["forced"]) and not row["is_partition"]:
            found.append(f"{name}: row-level security is not enabled and forced")
        if row["policies"] == 0 and not row["is_partition"]:
            found.append(f"{name}: no policy for the runtime role checks app.tenants")
        if not row["tenant_not_null"]:
            found.append(f"{name}: tenant_id may be null")
    return found


async def _keys(connection: asyncpg.Connection, allowed: frozenset[str]) -> list[str]:
    found = []
    for row in await connection.fetch(_KEYS):
        columns = list(row["columns"])
        if row["name"] in allowed:
            continue
        if columns and columns[0] != "tenant_id":
            found.append(
                f"{row['name']} on {row['table']}: starts with {columns[0]}, not tenant_id"
            )
    return found


async def _roles(connection: asyncpg.Connection, service: str) -> list[str]:
    found = []
    roles = (service, f"{service}_loops", f"{service}_owner")
    for row in await connection.fetch(_ROLES, list(roles)):
        if row["rolsuper"] or row["rolbypassrls"]:
            found.append(f"role {row['rolname']}: may bypass row-level security")
    for row in await connection.fetch(_GRANTS, service, f"{service}_loops"):
        found.append(f"{row['name']}: {row['grantee']} may {row['privilege']}")
    for row in await connection.fetch(_OWNED, service, f"{service}_loops"):
        found.append(f"{row['name']}: is owned by {row['owner']}")
    return found


async def _windows(
    connection: asyncpg.Connection, service: str, allowed: frozenset[str]
) -> list[str]:
    rows = await connection.fetch(_OPEN_POLICIES, f"{service}_loops")
    return [
        f"{row['name']}: the loops role sees all tenants and is no listed window"
        for row in rows
        if row["name"] not in allowed
    ]


async def _code(connection: asyncpg.Connection) -> list[str]:
    views = await connection.fetch(_VIEWS)
    functions = await connection.fetch(_FUNCTIONS)
    return [
        *(f"view {row['name']}: is not security_invoker" for row in views),
        *(
            f"function {row['name']}: is SECURITY DEFINER"
            for row in functions
            if row["name"] not in DEFINER_EXCEPTIONS
        ),
    ]


_TABLES = """
SELECT c.relname AS name, c.relrowsecurity AS rls, c.relforcerowsecurity AS forced,
       c.relispartition AS is_partition,
       coalesce((SELECT p.relname FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
                  WHERE i.inhrelid = c.oid), c.relname) AS root,
       a.attname IS NOT NULL AS has_tenant, coalesce(a.attnotnull, false) AS tenant_not_null,
       (SELECT count(*) FROM pg_policy p
         WHERE p.polrelid = c.oid
           AND (SELECT oid FROM pg_roles WHERE rolname = $1) = ANY (p.polroles)
           AND pg_get_expr(p.polqual, p.polrelid) LIKE '%app.tenants%'
           AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '%app.tenants%') AS policies
  FROM pg_class c
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
"""
_KEYS = """
SELECT i.relname AS name, t.relname AS table,
       ARRAY(SELECT a.attname::text FROM unnest(x.indkey) WITH ORDINALITY AS k (attnum, place)
               JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
              ORDER BY k.place) AS columns
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
 WHERE x.indisunique AND t.relnamespace = 'public'::regnamespace
   AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id')
UNION ALL
SELECT f.conname, t.relname,
       ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k (attnum, place)
               JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
              ORDER BY k.place)
  FROM pg_constraint f JOIN pg_class t ON t.oid = f.conrelid
 WHERE f.contype = 'f' AND t.relnamespace = 'public'::regnamespace
"""
_ROLES = "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = ANY ($1)"
_GRANTS = """
SELECT c.relname AS name, coalesce(r.rolname, 'everybody') AS grantee, g.privilege_type AS privilege
  FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) g
  LEFT JOIN pg_roles r ON r.oid = g.grantee
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
   AND ((r.rolname IN ($1, $2) AND g.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER'))
        -- A revision's name is no secret: readiness compares it as the runtime role.
        OR (g.grantee = 0 AND (c.relname, g.privilege_type) <> ('alembic_version', 'SELECT')))
"""
_OWNED = """
SELECT c.relname AS name, r.rolname AS owner FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
 WHERE c.relnamespace = 'public'::regnamespace AND r.rolname IN ($1, $2)
"""
_OPEN_POLICIES = """
SELECT DISTINCT c.relname AS name FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
 WHERE (SELECT oid FROM pg_roles WHERE rolname = $1) = ANY (p.polroles)
"""
_VIEWS = """
SELECT c.relname AS name FROM pg_class c
 WHERE c.relkind IN ('v', 'm') AND c.relnamespace = 'public'::regnamespace
   AND NOT coalesce(c.reloptions, '{}') && ARRAY['security_invoker=true', 'security_invoker=on']
"""
_FUNCTIONS = """
SELECT p.proname AS name FROM pg_proc p
 WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
"""
