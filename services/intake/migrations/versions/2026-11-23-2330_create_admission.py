"""Admission: one function accepts one contact with all its rows; loops take batches of them."""

from alembic import op

from chassis.tenancy import wall
from chassis.values import FIRM

revision = "2026112330"
down_revision = "2026112320"
branch_labels = None
depends_on = None

SERVICE = "intake"

BUDGET = """
CREATE TABLE auto_mail_budget (
  tenant_id uuid NOT NULL, digest bytea NOT NULL, sent_at timestamptz[] NOT NULL,
  PRIMARY KEY (tenant_id, digest))
"""
# Whether one more automatic mail may go under this digest: at least `gap` after the last one and
# at most `cap` within `span`. Counted over all tenants, so the rows are the firm's.
TAKE = f"""
CREATE FUNCTION take_auto_mail(a_digest bytea, gap interval, span interval, cap integer)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE at timestamptz := clock_timestamp();
BEGIN
  INSERT INTO auto_mail_budget AS b (tenant_id, digest, sent_at)
  VALUES ('{FIRM}', a_digest, ARRAY[at])
  ON CONFLICT (tenant_id, digest) DO UPDATE
     SET sent_at = (CASE WHEN cardinality(b.sent_at) >= cap
                         THEN b.sent_at[cardinality(b.sent_at) - cap + 2:] ELSE b.sent_at END) || at
   WHERE b.sent_at[cardinality(b.sent_at)] + gap <= at
     AND (cardinality(b.sent_at) < cap
          OR b.sent_at[cardinality(b.sent_at) - cap + 1] + span <= at);
  RETURN FOUND;
END $$
"""
TYPES = (
    """CREATE TYPE outbox_in AS (
         event_id uuid, shard smallint, aggregate_id uuid, version bigint, topic text, type text,
         headers text, payload bytea)""",
    """CREATE TYPE attachment_in AS (
         id uuid, name text, media_type text, size integer, content bytea)""",
    """CREATE TYPE contact_in AS (
         tenant uuid, channel text, mailbox text, key text, sha bytea, raw_id uuid, raw bytea,
         identity_kind text, identity_address text, customer uuid, customer_version bigint,
         customer_new boolean, customer_name text, plan text, locale text, zone text,
         ticket uuid, reference text, brand uuid, language text, confidence double precision,
         category text, damage text, priority text, because text[], opened_at timestamptz,
         live boolean, follows uuid, subject text, verified boolean, ticket_version bigint,
         message uuid, author_name text, body text, quoted text, html text, machine boolean,
         from_address text, external_id text, attachments attachment_in[],
         effect uuid, effect_kind text, effect_key text, effect_payload text, effect_wait interval,
         budget_digest bytea, budget_gap interval, budget_span interval, budget_cap integer,
         events outbox_in[])""",
    "CREATE TYPE raw_in AS ("
    "tenant uuid, id uuid, mailbox text, recipient text, mail_from text, content bytea)",
)
# What the batch must know before it can decide: the customers, fresh numbers, and the clock.
PEEK = """
CREATE FUNCTION peek_loop(tenants uuid[], kinds text[], addresses text[])
RETURNS TABLE (place integer, number bigint, at timestamptz, customer uuid, version bigint,
               name text, plan text, locale text, zone text)
LANGUAGE plpgsql AS $$
BEGIN
  FOR place IN 1 .. cardinality(tenants) LOOP
    PERFORM set_config('app.tenants', tenants[place]::text, true);
    number := nextval('ticket_numbers');
    at := clock_timestamp();
    SELECT c.id, c.version, c.name, c.plan, c.locale, c.zone
      INTO customer, version, name, plan, locale, zone
      FROM customer_identities i
      JOIN customers c ON c.tenant_id = i.tenant_id AND c.id = i.customer_id
     WHERE i.tenant_id = tenants[place] AND i.kind = kinds[place]
       AND i.address = addresses[place];
    RETURN NEXT;
  END LOOP;
END $$
"""
ACCEPT = f"""
CREATE FUNCTION accept1(c contact_in, OUT o_ticket uuid, OUT o_reference text, OUT o_state text)
LANGUAGE plpgsql AS $$
DECLARE known contact_keys%ROWTYPE;
BEGIN
  PERFORM set_config('app.tenants', c.tenant::text || ',{FIRM}', true);
  IF c.raw IS NULL THEN
    DELETE FROM raw_pending WHERE tenant_id = '{FIRM}' AND raw_id = c.raw_id;
    IF NOT FOUND THEN o_state := 'gone'; RETURN; END IF;
  END IF;
  INSERT INTO contact_keys (tenant_id, channel, mailbox, key, sha, ticket_id)
  VALUES (c.tenant, c.channel, c.mailbox, c.key, c.sha, c.ticket) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO known FROM contact_keys k
     WHERE k.tenant_id = c.tenant AND k.channel = c.channel AND k.mailbox = c.mailbox
       AND k.key = c.key;
    o_ticket := known.ticket_id;
    o_reference := (SELECT t.reference FROM tickets t
                     WHERE t.tenant_id = c.tenant AND t.id = known.ticket_id);
    o_state := CASE WHEN known.sha = c.sha THEN 'replay' ELSE 'clash' END;
    RETURN;
  END IF;
  IF c.raw IS NOT NULL THEN
    INSERT INTO raw_inputs (tenant_id, id, channel, mailbox, content, received_at)
    VALUES (c.tenant, c.raw_id, c.channel, c.mailbox, c.raw, c.opened_at);
  END IF;
  PERFORM accept_customer(c);
  PERFORM accept_ticket(c);
  INSERT INTO outbox (event_id, shard, tenant_id, aggregate_id, version, topic, type, headers,
                      payload)
  SELECT e.event_id, e.shard, c.tenant, e.aggregate_id, e.version, e.topic, e.type,
         e.headers::jsonb, e.payload
    FROM unnest(c.events) WITH ORDINALITY AS e ORDER BY e.ordinality;
  IF c.effect IS NOT NULL
     AND take_auto_mail(c.budget_digest, c.budget_gap, c.budget_span, c.budget_cap) THEN
    INSERT INTO effects (tenant_id, id, kind, key, payload, due_at)
    VALUES (c.tenant, c.effect, c.effect_kind, c.effect_key, c.effect_payload::jsonb,
            clock_timestamp() + c.effect_wait);
  END IF;
  o_ticket := c.ticket; o_reference := c.reference; o_state := 'new';
END $$
"""
# A customer who became known, or changed, since the batch looked: SQLSTATE IN001, decide again.
ACCEPT_CUSTOMER = """
CREATE FUNCTION accept_customer(c contact_in) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF c.customer_new THEN
    INSERT INTO customers (tenant_id, id, name, plan, locale, zone, version)
    VALUES (c.tenant, c.customer, c.customer_name, c.plan, c.locale, c.zone, c.customer_version);
    INSERT INTO customer_identities (tenant_id, kind, address, customer_id)
    VALUES (c.tenant, c.identity_kind, c.identity_address, c.customer) ON CONFLICT DO NOTHING;
  ELSE
    PERFORM FROM customers k
      WHERE k.tenant_id = c.tenant AND k.id = c.customer AND k.version = c.customer_version;
  END IF;
  IF NOT FOUND THEN RAISE SQLSTATE 'IN001' USING MESSAGE = 'customer changed meanwhile'; END IF;
END $$
"""
ACCEPT_TICKET = """
CREATE FUNCTION accept_ticket(c contact_in) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tickets (tenant_id, id, reference, brand_id, customer_id, channel, plan, language,
    language_confidence, category, damage, priority, because, state, waiting_on, opened_at, live,
    follows, unanswered, subject, sender_verified, version)
  VALUES (c.tenant, c.ticket, c.reference, c.brand, c.customer, c.channel, c.plan, c.language,
    c.confidence, c.category, c.damage, c.priority, c.because, 'new', 'us', c.opened_at, c.live,
    c.follows, CASE WHEN NOT c.machine THEN c.message END, c.subject, c.verified,
    c.ticket_version);
  INSERT INTO messages (tenant_id, id, ticket_id, author_kind, author_id, author_name, public,
    kind, text, quoted, html, language, machine, received_at, from_address, external_id, raw_id)
  VALUES (c.tenant, c.message, c.ticket, 'customer', c.customer, c.author_name, true,
    'contact', c.body, c.quoted, c.html, c.language, c.machine, c.opened_at, c.from_address,
    c.external_id, c.raw_id);
  IF c.attachments IS NOT NULL THEN
    INSERT INTO attachments (tenant_id, id, message_id, name, media_type, size, content)
    SELECT c.tenant, a.id, c.message, a.name, a.media_type, a.size, a.content
      FROM unnest(c.attachments) AS a;
  END IF;
END $$
"""
# A subtransaction per row: a bad row is undone alone, its neighbours stay.
ACCEPT_LOOP = """
CREATE FUNCTION accept_loop(contacts contact_in[])
RETURNS TABLE (place integer, o_ticket uuid, o_reference text, o_state text)
LANGUAGE plpgsql AS $$
BEGIN
  FOR place IN 1 .. cardinality(contacts) LOOP
    BEGIN
      SELECT a.o_ticket, a.o_reference, a.o_state INTO o_ticket, o_reference, o_state
        FROM accept1(contacts[place]) AS a;
    EXCEPTION
      WHEN data_exception OR integrity_constraint_violation OR insufficient_privilege
        OR SQLSTATE 'IN001' THEN
        o_ticket := NULL; o_reference := NULL; o_state := SQLSTATE;
    END;
    RETURN NEXT;
  END LOOP;
END $$
"""
KEEP = f"""
CREATE FUNCTION keep_raw_loop(mails raw_in[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE m raw_in; at timestamptz;
BEGIN
  FOREACH m IN ARRAY mails LOOP
    PERFORM set_config('app.tenants', m.tenant::text || ',{FIRM}', true);
    at := clock_timestamp();
    INSERT INTO raw_inputs (tenant_id, id, channel, mailbox, recipient, mail_from, content,
                            received_at)
    VALUES (m.tenant, m.id, 'mail', m.mailbox, m.recipient, m.mail_from, m.content, at);
    INSERT INTO raw_pending (tenant_id, raw_id, tenant, received_at, due_at)
    VALUES ('{FIRM}', m.id, m.tenant, at, at);
  END LOOP;
END $$
"""
FUNCTIONS = (TAKE, PEEK, ACCEPT_CUSTOMER, ACCEPT_TICKET, ACCEPT, ACCEPT_LOOP, KEEP)


def upgrade() -> None:
    for statement in (BUDGET, *wall("auto_mail_budget", SERVICE), *TYPES, *FUNCTIONS):
        op.execute(statement)


def downgrade() -> None:
    for name in ("keep_raw_loop", "accept_loop", "accept1", "accept_ticket", "accept_customer"):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP FUNCTION peek_loop")
    for name in ("raw_in", "contact_in", "attachment_in", "outbox_in"):
        op.execute(f"DROP TYPE {name}")
    op.execute("DROP FUNCTION take_auto_mail")
    op.execute("DROP TABLE auto_mail_budget")
