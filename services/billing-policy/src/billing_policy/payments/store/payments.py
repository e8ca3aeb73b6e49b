"""Payments and the entries that they grew by."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from billing_policy.payments.model import Payment, PaymentState
from chassis.db import Transaction


async def find(
    tx: Transaction, tenant: UUID, payment: UUID, *, lock: bool = False
) -> Payment | None:
    row = await tx.first(_LOCK if lock else _ONE, {"tenant": tenant, "id": payment})
    return _payment(row) if row else None


async def in_scope(tx: Transaction, payment: UUID) -> Payment | None:
    """Of whichever tenant in scope it is."""
    row = await tx.first(_IN_SCOPE, {"id": payment})
    return _payment(row) if row else None


async def of_remedy(tx: Transaction, tenant: UUID, remedy: UUID) -> Payment | None:
    row = await tx.first(_OF_REMEDY, {"tenant": tenant, "remedy": remedy})
    return _payment(row) if row else None


async def of_charge(tx: Transaction, tenant: UUID, charge: UUID) -> list[Payment]:
    """Those that have not failed, locked until the transaction ends."""
    rows = await tx.all(_OF_CHARGE, {"tenant": tenant, "charge": charge})
    return [_payment(row) for row in rows]


async def save_new(tx: Transaction, payment: Payment) -> bool:
    """False: its decision has a payment already."""
    if await tx.first(_INSERT, _values(payment)) is None:
        return False
    await tx.execute(_ENTRY, _values(payment))
    return True


async def save(tx: Transaction, payment: Payment) -> None:
    """The payment as it is now, and the entry that says how it came to be."""
    await tx.execute(_SAVE, _values(payment))
    await tx.execute(_ENTRY, _values(payment))


async def save_told(tx: Transaction, payment: Payment) -> None:
    """Only counts changed: of what others were told, or of what the provider said."""
    await tx.execute(_SAVE, _values(payment))


def _values(payment: Payment) -> Mapping[str, Any]:
    return {
        "tenant": payment.tenant,
        "id": payment.id,
        "remedy": payment.remedy,
        "ticket": payment.ticket,
        "customer": payment.customer,
        "charge": payment.charge,
        "amount": payment.amount_minor,
        "currency": payment.currency,
        "attempt": payment.attempt,
        "state": payment.state,
        "reference": payment.provider_reference,
        "revision": payment.revision,
        "reason": payment.reason,
        "told": sorted(payment.told),
        "ordered_at": payment.ordered_at,
        "sent_at": payment.sent_at,
        "changed_at": payment.changed_at,
        "entries": payment.entries,
        "version": payment.version,
    }


def _payment(row: RowMapping) -> Payment:
    return Payment(
        id=row["id"],
        tenant=row["tenant_id"],
        remedy=row["remedy_id"],
        ticket=row["ticket_id"],
        customer=row["customer_id"],
        charge=row["charge_id"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        attempt=row["attempt"],
        state=PaymentState(row["state"]),
        provider_reference=row["provider_reference"],
        revision=row["revision"],
        reason=row["reason"],
        told=frozenset(row["told"]),
        ordered_at=row["ordered_at"],
        sent_at=row["sent_at"],
        changed_at=row["changed_at"],
        entries=row["entries"],
        version=row["version"],
    )


_ONE = text("SELECT * FROM payments WHERE tenant_id = :tenant AND id = :id")
_IN_SCOPE = text("SELECT * FROM payments WHERE id = :id")
_LOCK = text("SELECT * FROM payments WHERE tenant_id = :tenant AND id = :id FOR UPDATE")
_OF_REMEDY = text("SELECT * FROM payments WHERE tenant_id = :tenant AND remedy_id = :remedy")
_OF_CHARGE = text(
    """SELECT * FROM payments WHERE tenant_id = :tenant AND charge_id = :charge
          AND state <> 'failed' ORDER BY id FOR UPDATE"""
)
_INSERT = text(
    """INSERT INTO payments (tenant_id, id, remedy_id, ticket_id, customer_id, charge_id,
                             amount_minor, currency, attempt, state, provider_reference, revision,
                             reason, told, ordered_at, sent_at, changed_at, entries, version)
       VALUES (:tenant, :id, :remedy, :ticket, :customer, :charge, :amount, :currency, :attempt,
               :state, :reference, :revision, :reason, CAST(:told AS text[]), :ordered_at,
               :sent_at, :changed_at, :entries, :version)
       ON CONFLICT DO NOTHING RETURNING id"""
)
_SAVE = text(
    """UPDATE payments SET attempt = :attempt, state = :state, provider_reference = :reference,
              revision = :revision, reason = :reason, told = CAST(:told AS text[]),
              sent_at = :sent_at, changed_at = :changed_at, entries = :entries, version = :version
        WHERE tenant_id = :tenant AND id = :id"""
)
_ENTRY = text(
    """INSERT INTO payment_entries (tenant_id, payment_id, number, attempt, state, amount_minor,
                                    currency, provider_reference, reason, at)
       VALUES (:tenant, :id, :entries, :attempt, :state, :amount, :currency, :reference, :reason,
               :changed_at)"""
)
