"""Charges and their corrections."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from billing_policy.payments.model import Charge
from chassis.db import Transaction


async def find(tx: Transaction, tenant: UUID, charge: UUID, *, lock: bool = False) -> Charge | None:
    """Locked until the transaction ends: what is left of it is counted under the lock."""
    named = {"tenant": tenant, "id": charge}
    if lock and await tx.first(_LOCK, named) is None:
        return None
    row = await tx.first(_ONE, named)
    return _charge(row) if row else None


async def of_customer(tx: Transaction, tenant: UUID, customer: UUID) -> list[Charge]:
    """Newest first."""
    rows = await tx.all(_OF_CUSTOMER, {"tenant": tenant, "customer": customer})
    return [_charge(row) for row in rows]


async def save_new(tx: Transaction, charge: Charge) -> bool:
    """False: its reference is known already."""
    return await tx.first(_INSERT, _values(charge)) is not None


async def save_correction(
    tx: Transaction, before: Charge, after: Charge, *, by: str, now: datetime
) -> None:
    """The charge as it should have been, and what it said before."""
    await tx.execute(_CORRECT, _values(after))
    await tx.execute(
        _AUDIT,
        {
            "tenant": after.tenant,
            "id": after.id,
            "before": json.dumps(_values(before), default=str),
            "after": json.dumps(_values(after), default=str),
            "by": by,
            "now": now,
        },
    )


async def save_dispute(
    tx: Transaction, tenant: UUID, charge: UUID, *, disputed: bool, revision: int
) -> bool:
    """False: something newer is known of its dispute."""
    named = {"tenant": tenant, "id": charge, "disputed": disputed, "revision": revision}
    return await tx.first(_DISPUTE, named) is not None


def _values(charge: Charge) -> dict[str, Any]:
    return {
        "tenant": charge.tenant,
        "id": charge.id,
        "reference": charge.reference,
        "customer": charge.customer,
        "captured": charge.captured_minor,
        "currency": charge.currency,
        "charged_at": charge.charged_at,
        "product": charge.product,
        "plan": charge.plan,
        "period_days": charge.period_days,
        "used_percent": charge.used_percent,
    }


def _charge(row: RowMapping) -> Charge:
    return Charge(
        id=row["id"],
        tenant=row["tenant_id"],
        customer=row["customer_id"],
        reference=row["reference"],
        captured_minor=row["captured_minor"],
        currency=row["currency"],
        charged_at=row["charged_at"],
        product=row["product"],
        plan=row["plan"],
        period_days=row["period_days"],
        used_percent=row["used_percent"],
        disputed=row["disputed"],
        refunded_minor=row["refunded_minor"],
    )


_SELECT = """SELECT c.*, (SELECT coalesce(sum(p.amount_minor), 0)::bigint FROM payments p
                WHERE p.tenant_id = c.tenant_id AND p.charge_id = c.id
                  AND p.state <> 'failed') AS refunded_minor
               FROM charges c WHERE c.tenant_id = :tenant"""
_LOCK = text("SELECT id FROM charges WHERE tenant_id = :tenant AND id = :id FOR UPDATE")
_ONE = text(f"{_SELECT} AND c.id = :id")
_OF_CUSTOMER = text(f"{_SELECT} AND c.customer_id = :customer ORDER BY charged_at DESC, id")
_INSERT = text(
    """INSERT INTO charges (tenant_id, id, reference, customer_id, captured_minor, currency,
                            charged_at, product, plan, period_days, used_percent)
       VALUES (:tenant, :id, :reference, :customer, :captured, :currency, :charged_at, :product,
               :plan, :period_days, :used_percent)
       ON CONFLICT DO NOTHING RETURNING id"""
)
_CORRECT = text(
    """UPDATE charges SET customer_id = :customer, captured_minor = :captured,
              currency = :currency, charged_at = :charged_at, product = :product, plan = :plan,
              period_days = :period_days, used_percent = :used_percent
        WHERE tenant_id = :tenant AND id = :id"""
)
_AUDIT = text(
    """INSERT INTO charge_corrections (tenant_id, charge_id, number, before, after, made_by,
                                       made_at)
       SELECT :tenant, :id, count(*) + 1, CAST(:before AS jsonb), CAST(:after AS jsonb), :by, :now
         FROM charge_corrections WHERE tenant_id = :tenant AND charge_id = :id"""
)
_DISPUTE = text(
    """UPDATE charges SET disputed = :disputed, dispute_revision = :revision
        WHERE tenant_id = :tenant AND id = :id AND dispute_revision < :revision RETURNING id"""
)
