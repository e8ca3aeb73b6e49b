"""The ticket's row: read, lock, save, and the record of its changes."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import BrandId, CustomerId, MessageId, TenantId, TicketId
from contracts.vocabulary import Channel, Damage, Priority, TicketState, WaitingOn
from intake.tickets.model import Change, Ticket


async def ticket(tx: Transaction, tenant: UUID, ticket: UUID) -> Ticket | None:
    row = await tx.first(_TICKET, {"tenant": tenant, "id": ticket})
    return read_ticket(row) if row else None


async def ticket_for_change(tx: Transaction, tenant: UUID, ticket: UUID) -> Ticket | None:
    """The row lock is what keeps the order of its events."""
    row = await tx.first(_TICKET_LOCKED, {"tenant": tenant, "id": ticket})
    return read_ticket(row) if row else None


async def by_reference(tx: Transaction, tenant: UUID, reference: str) -> TicketId | None:
    found = await tx.scalar(_BY_REFERENCE, {"tenant": tenant, "reference": reference})
    return TicketId(found) if found else None


async def save_ticket(tx: Transaction, ticket: Ticket) -> None:
    await tx.execute(
        _SAVE,
        {
            "tenant": ticket.tenant,
            "id": ticket.id,
            "language": ticket.language,
            "confidence": ticket.language_confidence,
            "damage": ticket.damage,
            "priority": ticket.priority,
            "state": ticket.state,
            "waiting_on": ticket.waiting_on,
            "cycle": ticket.cycle,
            "unanswered": ticket.unanswered,
            "solved_at": ticket.solved_at,
            "confirm_until": ticket.confirm_until,
            "closed_at": ticket.closed_at,
            "promised_for": ticket.promised_for,
            "before_spam": ticket.before_spam,
            "version": ticket.version,
        },
    )


async def save_change(tx: Transaction, change: Change, named: Mapping[str, Any]) -> None:
    """One line of the ticket's record; `named` as `translate.record_of` gives it."""
    after = change.after
    await tx.execute(
        _CHANGE,
        {
            "tenant": after.tenant,
            "ticket": after.id,
            "version": after.version,
            **named,
            "detail": json.dumps(named["detail"]),
        },
    )


def read_ticket(row: RowMapping) -> Ticket:
    return Ticket(
        tenant=TenantId(row["tenant_id"]),
        id=TicketId(row["id"]),
        reference=row["reference"],
        brand=BrandId(row["brand_id"]),
        customer=CustomerId(row["customer_id"]),
        channel=Channel(row["channel"]),
        plan=row["plan"],
        language=row["language"],
        language_confidence=row["language_confidence"],
        category=row["category"],
        damage=Damage(row["damage"]),
        priority=Priority(row["priority"]),
        state=TicketState(row["state"]),
        waiting_on=WaitingOn(row["waiting_on"]),
        opened_at=row["opened_at"],
        cycle=row["cycle"],
        live=row["live"],
        incident=row["incident"],
        follows=row["follows"],
        unanswered=MessageId(row["unanswered"]) if row["unanswered"] else None,
        solved_at=row["solved_at"],
        confirm_until=row["confirm_until"],
        closed_at=row["closed_at"],
        promised_for=row["promised_for"],
        before_spam=TicketState(row["before_spam"]) if row["before_spam"] else None,
        version=row["version"],
    )


COLUMNS = """t.tenant_id, t.id, t.reference, t.brand_id, t.customer_id, t.channel, t.plan,
  t.language, t.language_confidence, t.category, t.damage, t.priority, t.because, t.state,
  t.waiting_on, t.opened_at, t.cycle, t.live, t.incident, t.follows, t.unanswered, t.solved_at,
  t.confirm_until, t.closed_at, t.promised_for, t.before_spam, t.subject, t.sender_verified,
  t.version"""
_ONE = f"SELECT {COLUMNS} FROM tickets t WHERE t.tenant_id = :tenant AND t.id = :id"
_TICKET = text(_ONE)
_TICKET_LOCKED = text(f"{_ONE} FOR UPDATE")
_BY_REFERENCE = text("SELECT id FROM tickets WHERE tenant_id = :tenant AND reference = :reference")
_SAVE = text(
    """UPDATE tickets SET language = :language, language_confidence = :confidence,
              damage = :damage, priority = :priority, state = :state, waiting_on = :waiting_on,
              cycle = :cycle, unanswered = :unanswered, solved_at = :solved_at,
              confirm_until = :confirm_until, closed_at = :closed_at,
              promised_for = :promised_for, before_spam = :before_spam, version = :version
        WHERE tenant_id = :tenant AND id = :id"""
)
_CHANGE = text(
    """INSERT INTO ticket_changes (tenant_id, ticket_id, version, type, at, by_kind, by, detail)
       VALUES (:tenant, :ticket, :version, :type, :at, :by_kind, :by,
               CAST(CAST(:detail AS text) AS jsonb))"""
)
