"""The inbox: what a consumer group has seen, by event and by aggregate, and the version gate.

Its rows are written in the handler's own transaction. They hold ids only and have no tenant.
"""

from sqlalchemy import text

AHEAD_DAYS = 3
KEPT_DAYS = 14


def statements(service: str) -> tuple[str, ...]:
    """The tables for a migration; `inbox` by day of its version-7 ids, the rest of them aside."""
    return (
        """CREATE TABLE inbox (
             consumer text NOT NULL, event_id uuid NOT NULL,
             at timestamptz NOT NULL DEFAULT clock_timestamp(),
             PRIMARY KEY (consumer, event_id)) PARTITION BY RANGE (event_id)""",
        "CREATE TABLE inbox_default PARTITION OF inbox DEFAULT",
        """CREATE TABLE inbox_seq (
             consumer text NOT NULL, aggregate_id uuid NOT NULL, version bigint NOT NULL,
             parked boolean NOT NULL DEFAULT false, PRIMARY KEY (consumer, aggregate_id))""",
        """CREATE TABLE watermarks (
             consumer text NOT NULL, topic text NOT NULL, partition integer NOT NULL,
             complete_until timestamptz NOT NULL, PRIMARY KEY (consumer, topic, partition))""",
        f"GRANT SELECT, INSERT ON inbox TO {service}",
        f"GRANT SELECT, INSERT, UPDATE ON inbox_seq, watermarks TO {service}",
        f"GRANT SELECT ON inbox, inbox_seq, watermarks TO {service}_loops",
        _KEEP_FUNCTION,
        "REVOKE ALL ON FUNCTION inbox_keep(date, integer, integer) FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION inbox_keep(date, integer, integer) TO {service}_loops",
        f"SELECT inbox_keep((now() AT TIME ZONE 'UTC')::date, {AHEAD_DAYS}, {KEPT_DAYS})",
    )


# Partitions are made by the owner, whose rights no running process has: hence SECURITY DEFINER.
_KEEP_FUNCTION = """
CREATE FUNCTION inbox_keep(today date, ahead integer, kept integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s'
AS $$
DECLARE
  day date; part text; low uuid; high uuid; made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(4242, 3);
  FOR day IN SELECT today + n FROM generate_series(0, ahead) n LOOP
    part := 'inbox_on_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass('public.' || part) IS NOT NULL;
    low := rpad(lpad(to_hex((extract(epoch FROM day::timestamp) * 1000)::bigint), 12, '0'),
                32, '0')::uuid;
    high := rpad(lpad(to_hex((extract(epoch FROM (day + 1)::timestamp) * 1000)::bigint), 12, '0'),
                 32, '0')::uuid;
    EXECUTE format('CREATE TABLE public.%I (LIKE public.inbox INCLUDING ALL)', part);
    LOCK TABLE public.inbox_default IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('WITH moved AS (DELETE FROM public.inbox_default
                      WHERE event_id >= $1 AND event_id < $2 RETURNING *)
                    INSERT INTO public.%I SELECT * FROM moved', part) USING low, high;
    EXECUTE format('ALTER TABLE public.inbox ATTACH PARTITION public.%I
                    FOR VALUES FROM (%L) TO (%L)', part, low, high);
    made := made + 1;
  END LOOP;
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'public.inbox'::regclass AND starts_with(c.relname, 'inbox_on_')
       AND to_date(right(c.relname, 8), 'YYYYMMDD') < today - kept
  LOOP
    EXECUTE format('DROP TABLE public.%I', part);
  END LOOP;
  DELETE FROM public.inbox_default WHERE at < (today - kept)::timestamp AT TIME ZONE 'UTC';
  RETURN made;
END $$
"""

KEEP = text("SELECT inbox_keep(:today, :ahead, :kept)")
