"""Parking: events that cannot be applied now, records that cannot be read, and orders about them.

A parked event waits with everything behind it on its aggregate; the rest of the feed goes on.
"""

from chassis.tenancy import loops_window, wall


def statements(service: str) -> tuple[str, ...]:
    """The tables for a migration."""
    return (
        """CREATE TABLE parked_events (
             tenant_id uuid NOT NULL, consumer text NOT NULL, event_id uuid NOT NULL,
             aggregate_id uuid NOT NULL, version bigint NOT NULL, type text NOT NULL,
             topic text NOT NULL, partition integer NOT NULL, "offset" bigint NOT NULL,
             headers jsonb NOT NULL, payload bytea NOT NULL,
             reason text NOT NULL CHECK (reason IN
               ('gap', 'poison', 'behind', 'tenant-mismatch', 'unknown-major')),
             error text, tries integer NOT NULL DEFAULT 0,
             parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
             PRIMARY KEY (tenant_id, consumer, event_id, reason))""",
        "CREATE INDEX parked_events_waiting ON parked_events (consumer, aggregate_id, version)",
        *wall("parked_events", service),
        *loops_window("parked_events", service),
        """CREATE TABLE unreadable_records (
             id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, consumer text NOT NULL,
             topic text NOT NULL, partition integer NOT NULL, "offset" bigint NOT NULL,
             digest bytea NOT NULL, key bytea, headers jsonb NOT NULL, value bytea,
             error text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(),
             UNIQUE (consumer, topic, partition, "offset", digest))""",
        """CREATE TABLE dead_letter_commands (
             id uuid PRIMARY KEY, consumer text NOT NULL,
             action text NOT NULL CHECK (action IN ('replay', 'discard', 'resume')),
             aggregate_id uuid, event_id uuid, unreadable_id bigint, reason text,
             asked_by text NOT NULL, asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
             done_at timestamptz, result text)""",
        "CREATE INDEX dead_letter_commands_todo ON dead_letter_commands (asked_at) "
        "WHERE done_at IS NULL",
        f"GRANT SELECT, INSERT, DELETE ON unreadable_records TO {service}",
        f"GRANT SELECT, INSERT, UPDATE ON dead_letter_commands TO {service}",
        f"GRANT SELECT ON unreadable_records TO {service}_loops",
        f"GRANT SELECT, INSERT ON dead_letter_commands TO {service}_loops",
    )
