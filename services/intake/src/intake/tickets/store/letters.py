"""All that a letter needs to know of its ticket, in one look: letters are many."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction
from chassis.values import CustomerId
from intake.customers.model import Customer
from intake.tickets.model import Ticket
from intake.tickets.store.tickets import COLUMNS, read_ticket


@dataclass(frozen=True, slots=True)
class Heard:
    """The customer's newest message: a letter answers it and quotes it."""

    at: datetime
    name: str
    text: str
    from_address: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """`references` are the newest Message-IDs of the customer's mails, oldest first.

    `previous` is the reference of the ticket before, if it was the same customer's: a stranger's
    ticket reveals nothing of the one that it is linked to.
    """

    ticket: Ticket
    subject: str
    customer: Customer
    addresses: tuple[str, ...]
    newest: Heard | None
    references: tuple[str, ...]
    previous: str
    first_reply_due: datetime | None


async def correspondence(tx: Transaction, tenant: UUID, ticket: UUID) -> Correspondence | None:
    row = await tx.first(_CORRESPONDENCE, {"tenant": tenant, "ticket": ticket})
    if row is None:
        return None
    heard = (
        Heard(row["h_at"], row["h_name"], row["h_text"], row["h_from"], row["h_id"])
        if row["h_at"]
        else None
    )
    found = read_ticket(row)
    return Correspondence(
        ticket=found,
        subject=row["subject"],
        customer=Customer(
            tenant=found.tenant,
            id=CustomerId(found.customer),
            name=row["c_name"],
            plan=row["c_plan"],
            locale=row["c_locale"],
            zone=row["c_zone"],
        ),
        addresses=tuple(row["addresses"]),
        newest=heard,
        references=tuple(row["message_ids"]),
        previous=row["previous"] or "",
        first_reply_due=row["first_reply_due"],
    )


async def newest_of(tx: Transaction, tenant: UUID, customer: UUID) -> UUID | None:
    """The customer's newest ticket that is neither spam nor merged into another."""
    found: UUID | None = await tx.scalar(_NEWEST, {"tenant": tenant, "customer": customer})
    return found


_NEWEST = text(
    """SELECT id FROM tickets WHERE tenant_id = :tenant AND customer_id = :customer
          AND state NOT IN ('spam', 'merged') ORDER BY opened_at DESC, id DESC LIMIT 1"""
)
_CORRESPONDENCE = text(
    f"""SELECT {COLUMNS}, c.name AS c_name, c.plan AS c_plan, c.locale AS c_locale,
  c.zone AS c_zone, h.received_at AS h_at, h.author_name AS h_name, h.text AS h_text,
  h.from_address AS h_from, h.external_id AS h_id,
  ARRAY(SELECT i.address FROM customer_identities i WHERE i.tenant_id = t.tenant_id
           AND i.customer_id = t.customer_id AND i.kind = 'mail' ORDER BY i.address) AS addresses,
  ARRAY(SELECT r.external_id FROM (
          SELECT m.external_id, m.received_at, m.id FROM messages m
           WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id AND m.author_kind = 'customer'
             AND m.external_id LIKE '<%>' ORDER BY m.received_at DESC, m.id DESC LIMIT 10) AS r
         ORDER BY r.received_at, r.id) AS message_ids,
  (SELECT p.reference FROM tickets p WHERE p.tenant_id = t.tenant_id AND p.id = t.follows
      AND p.customer_id = t.customer_id) AS previous,
  (SELECT d.due_at FROM promises d WHERE d.tenant_id = t.tenant_id AND d.ticket_id = t.id
      AND d.metric = 'first_reply' AND d.state <> 'void' ORDER BY d.cycle LIMIT 1)
    AS first_reply_due
  FROM tickets t
  JOIN customers c ON c.tenant_id = t.tenant_id AND c.id = t.customer_id
  LEFT JOIN LATERAL (
    SELECT m.received_at, m.author_name, m.text, m.from_address, m.external_id FROM messages m
     WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id AND m.author_kind = 'customer'
       AND NOT m.machine ORDER BY m.received_at DESC, m.id DESC LIMIT 1) AS h ON true
 WHERE t.tenant_id = :tenant AND t.id = :ticket"""
)
