"""Work items, their reservations, and who is kept from them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import StaffId, TenantId, TicketId
from contracts.vocabulary import Channel, Priority, TicketState
from routing.matching.model import (
    TicketFacts,
    Work,
    WorkState,
    urgency,
)

KNOWN_FOR = timedelta(days=30)


async def work(tx: Transaction, tenant: UUID, id_: UUID) -> Work | None:
    row = await tx.first(_WORK, {"tenant": tenant, "id": id_})
    return to_work(row) if row else None


async def work_to_change(tx: Transaction, tenant: UUID, id_: UUID) -> Work | None:
    """The item, locked until the transaction ends."""
    row = await tx.first(_WORK_LOCKED, {"tenant": tenant, "id": id_})
    return to_work(row) if row else None


async def work_to_tend(tx: Transaction, tenant: UUID, id_: UUID) -> Work | None:
    """The item, locked; None when it is absent or somebody else is at it."""
    row = await tx.first(_WORK_FREE, {"tenant": tenant, "id": id_})
    return to_work(row) if row else None


async def work_of(tx: Transaction, ticket: UUID) -> Work | None:
    """By ticket, over all tenants in scope."""
    row = await tx.first(_WORK_OF, {"ticket": ticket})
    return to_work(row) if row else None


async def save_work(tx: Transaction, work: Work) -> None:
    await tx.execute(_SAVE_WORK, _values(work))


async def note_reply(tx: Transaction, tenant: UUID, id_: UUID, at: datetime) -> None:
    await tx.execute(_NOTE_REPLY, {"tenant": tenant, "id": id_, "at": at})


async def forget_customer(tx: Transaction, tenant: UUID, customer: UUID) -> None:
    """What was held of a customer who asked to be forgotten: the link, and notes on hand-over."""
    named = {"tenant": tenant, "customer": customer}
    await tx.execute(_FORGET_NOTES, named)
    await tx.execute(_FORGET, named)


async def known_owner(tx: Transaction, item: Work, now: datetime) -> StaffId | None:
    """Who had it last, or who last had another ticket of the same customer."""
    if item.last_owner is not None or item.facts.customer is None:
        return item.last_owner
    found = await tx.scalar(
        _KNOWN,
        {"tenant": item.tenant, "customer": item.facts.customer, "since": now - KNOWN_FOR},
    )
    return StaffId(found) if found else None


def _values(item: Work) -> dict[str, Any]:
    facts = item.facts
    return {
        "tenant": item.tenant,
        "id": item.id,
        "ticket": item.ticket,
        "reference": facts.reference,
        "customer": facts.customer,
        "channel": facts.channel,
        "live": facts.live,
        "plan": facts.plan,
        "category": facts.category,
        "language": facts.language,
        "priority": facts.priority,
        "urgency": urgency(facts.priority),
        "ticket_state": facts.state,
        "opened_at": facts.opened_at,
        "waiting_since": item.waiting_since,
        "state": item.state,
        "step": item.step,
        "stuck_at": item.stuck_at,
        "owner": item.owner,
        "last_owner": item.last_owner,
        "owned_at": item.owned_at,
        "version": item.version,
    }


def to_work(row: RowMapping, prefix: str = "") -> Work:
    def of(column: str) -> Any:
        return row[prefix + column]

    return Work(
        tenant=TenantId(of("tenant_id")),
        id=of("id"),
        ticket=TicketId(of("ticket")),
        facts=TicketFacts(
            reference=of("reference"),
            customer=of("customer"),
            channel=Channel(of("channel")),
            live=of("live"),
            plan=of("plan"),
            category=of("category"),
            language=of("language"),
            priority=Priority(of("priority")),
            state=TicketState(of("ticket_state")),
            opened_at=of("opened_at"),
        ),
        waiting_since=of("waiting_since"),
        state=WorkState(of("state")),
        step=of("step"),
        stuck_at=of("stuck_at"),
        owner=of("owner"),
        last_owner=of("last_owner"),
        owned_at=of("owned_at"),
        version=of("version"),
    )


def columns(names: Sequence[str], table: str = "", prefix: str = "") -> str:
    return ", ".join(f"{table}{name} AS {prefix}{name}" for name in names)


WORK_COLUMNS = (
    "tenant_id", "id", "ticket", "reference", "customer", "channel", "live", "plan", "category",
    "language", "priority", "ticket_state", "opened_at", "waiting_since", "state", "step",
    "stuck_at", "owner", "last_owner", "owned_at", "version",
)  # fmt: skip
_ALL_OF_IT = f"SELECT {columns(WORK_COLUMNS)} FROM work_items"
_FROM_WORK = f"{_ALL_OF_IT} WHERE tenant_id = :tenant AND id = :id"
_WORK = text(_FROM_WORK)
_WORK_LOCKED = text(f"{_FROM_WORK} FOR UPDATE")
_WORK_FREE = text(f"{_FROM_WORK} FOR UPDATE SKIP LOCKED")
_WORK_OF = text(f"{_ALL_OF_IT} WHERE ticket = :ticket")
_SAVE_WORK = text(
    """INSERT INTO work_items AS w
         (tenant_id, id, ticket, reference, customer, channel, live, plan, category, language,
          priority, urgency, ticket_state, opened_at, waiting_since, state, step, stuck_at, owner,
          last_owner, owned_at, version)
       VALUES (:tenant, :id, :ticket, :reference, :customer, :channel, :live, :plan, :category,
          :language, :priority, :urgency, :ticket_state, :opened_at, :waiting_since, :state,
          :step, :stuck_at, :owner, :last_owner, :owned_at, :version)
       ON CONFLICT (tenant_id, id) DO UPDATE SET
          reference = excluded.reference, customer = excluded.customer,
          channel = excluded.channel, live = excluded.live, plan = excluded.plan,
          category = excluded.category, language = excluded.language,
          priority = excluded.priority, urgency = excluded.urgency,
          ticket_state = excluded.ticket_state, state = excluded.state, step = excluded.step,
          stuck_at = excluded.stuck_at, owner = excluded.owner, last_owner = excluded.last_owner,
          owned_at = excluded.owned_at, version = excluded.version"""
)
_NOTE_REPLY = text(
    """UPDATE work_items SET replied_at = greatest(replied_at, :at)
        WHERE tenant_id = :tenant AND id = :id"""
)
_FORGET = text(
    "UPDATE work_items SET customer = NULL WHERE tenant_id = :tenant AND customer = :customer"
)
_FORGET_NOTES = text(
    """UPDATE reservations r SET note = '' FROM work_items w
        WHERE r.tenant_id = :tenant AND w.tenant_id = :tenant AND w.customer = :customer
          AND r.work = w.id AND r.note <> ''"""
)
_KNOWN = text(
    """SELECT last_owner FROM work_items
        WHERE tenant_id = :tenant AND customer = :customer AND last_owner IS NOT NULL
          AND owned_at >= :since
        ORDER BY owned_at DESC, id LIMIT 1"""
)
