"""All SQL of budgets. A decision locks the month's row, then the customer's, always so."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from billing_policy.budgets.model import Entry, Ledger, Place
from billing_policy.rules.model import Caps
from chassis.db import Transaction


async def lock(tx: Transaction, place: Place) -> None:
    """Nobody else decides for this tenant's month or this customer until the transaction ends."""
    named = {"tenant": place.tenant, "month": place.month, "customer": place.customer}
    await tx.execute(_MAKE_MONTH, named)
    await tx.execute(_LOCK_MONTH, named)
    await tx.execute(_MAKE_CUSTOMER, named)
    await tx.execute(_LOCK_CUSTOMER, named)


async def ledger(tx: Transaction, place: Place, now: datetime) -> Ledger:
    row = await tx.one(
        _LEDGER,
        {
            "tenant": place.tenant,
            "month": place.month,
            "customer": place.customer,
            "ticket": place.ticket,
            "without": place.without,
            "now": now,
        },
    )
    return Ledger(**row)


async def month_used(tx: Transaction, tenant: UUID, month: str) -> int:
    used: int = await tx.scalar(_MONTH, {"tenant": tenant, "month": month})
    return used


async def save(tx: Transaction, entry: Entry) -> None:
    await tx.execute(
        _SAVE,
        {
            "tenant": entry.tenant,
            "remedy": entry.remedy,
            "ticket": entry.ticket,
            "customer": entry.customer,
            "month": entry.month,
            "amount": entry.amount_minor,
            "days": entry.days,
            "at": entry.at,
            "caps": json.dumps(_caps(entry.caps)),
        },
    )


async def entry(tx: Transaction, tenant: UUID, remedy: UUID) -> Entry | None:
    row = await tx.first(_FIND, {"tenant": tenant, "remedy": remedy})
    return _entry(row) if row else None


async def mark_released(tx: Transaction, tenant: UUID, remedy: UUID, now: datetime) -> None:
    await tx.execute(_RELEASE, {"tenant": tenant, "remedy": remedy, "now": now})


async def mark_held(tx: Transaction, tenant: UUID, remedy: UUID) -> None:
    await tx.execute(_HOLD, {"tenant": tenant, "remedy": remedy})


def _caps(caps: Caps) -> dict[str, int | None]:
    return {name: getattr(caps, name) for name in Caps.__slots__}


def _entry(row: RowMapping) -> Entry:
    caps: dict[str, Any] = row["caps"]
    return Entry(
        tenant=row["tenant_id"],
        remedy=row["remedy_id"],
        ticket=row["ticket_id"],
        customer=row["customer_id"],
        month=row["month"],
        amount_minor=row["amount_minor"],
        days=row["days"],
        at=row["at"],
        caps=Caps(**caps),
    )


_MAKE_MONTH = text(
    """INSERT INTO budget_months (tenant_id, month) VALUES (:tenant, :month)
       ON CONFLICT DO NOTHING"""
)
_LOCK_MONTH = text(
    "SELECT month FROM budget_months WHERE tenant_id = :tenant AND month = :month FOR UPDATE"
)
_MAKE_CUSTOMER = text(
    """INSERT INTO budget_customers (tenant_id, customer_id) VALUES (:tenant, :customer)
       ON CONFLICT DO NOTHING"""
)
_LOCK_CUSTOMER = text(
    """SELECT customer_id FROM budget_customers
        WHERE tenant_id = :tenant AND customer_id = :customer FOR UPDATE"""
)
_LEDGER = text(
    """WITH held AS (
         SELECT ticket_id, amount_minor, days, at FROM budget_entries
          WHERE tenant_id = :tenant AND customer_id = :customer AND released_at IS NULL
            AND remedy_id IS DISTINCT FROM CAST(:without AS uuid)),
       year AS (SELECT * FROM held WHERE at > CAST(:now AS timestamptz) - interval '365 days'),
       month AS (SELECT * FROM held WHERE at > CAST(:now AS timestamptz) - interval '30 days')
       SELECT
         (SELECT coalesce(sum(amount_minor), 0) FROM held
           WHERE ticket_id = :ticket)::bigint AS case_minor,
         (SELECT coalesce(sum(amount_minor), 0) FROM month)::bigint AS customer_30d_minor,
         (SELECT coalesce(sum(amount_minor), 0) FROM year)::bigint AS customer_365d_minor,
         (SELECT coalesce(sum(days), 0) FROM year)::bigint AS customer_365d_days,
         (SELECT count(*) FROM month WHERE amount_minor > 0) AS customer_refunds_30d,
         (SELECT count(*) FROM year WHERE amount_minor > 0) AS customer_refunds_365d,
         (SELECT coalesce(sum(amount_minor), 0) FROM budget_entries
           WHERE tenant_id = :tenant AND month = :month AND released_at IS NULL
             AND remedy_id IS DISTINCT FROM CAST(:without AS uuid))::bigint
           AS tenant_month_minor"""
)
_MONTH = text(
    """SELECT coalesce(sum(amount_minor), 0)::bigint FROM budget_entries
        WHERE tenant_id = :tenant AND month = :month AND released_at IS NULL"""
)
_SAVE = text(
    """INSERT INTO budget_entries (tenant_id, remedy_id, ticket_id, customer_id, month,
                                   amount_minor, days, at, caps)
       VALUES (:tenant, :remedy, :ticket, :customer, :month, :amount, :days, :at,
               CAST(:caps AS jsonb))
       ON CONFLICT (tenant_id, remedy_id) DO UPDATE SET
         month = excluded.month, amount_minor = excluded.amount_minor, days = excluded.days,
         at = excluded.at, caps = excluded.caps, released_at = NULL"""
)
_FIND = text(
    "SELECT * FROM budget_entries WHERE tenant_id = :tenant AND remedy_id = :remedy FOR UPDATE"
)
_RELEASE = text(
    """UPDATE budget_entries SET released_at = :now
        WHERE tenant_id = :tenant AND remedy_id = :remedy AND released_at IS NULL"""
)
_HOLD = text(
    """UPDATE budget_entries SET released_at = NULL
        WHERE tenant_id = :tenant AND remedy_id = :remedy"""
)
