"""Remedies and their payments, one row each, as they stand."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from contracts.vocabulary import RemedyKind, RemedyState
from intake.remedies.model import Given, Payment, PaymentState, Remedy


async def save_remedy(tx: Transaction, remedy: Remedy) -> None:
    await tx.execute(
        _SAVE,
        {
            "tenant": remedy.tenant,
            "id": remedy.id,
            "ticket": remedy.ticket,
            "kind": remedy.kind,
            "state": remedy.state,
            "amount_minor": remedy.amount_minor,
            "currency": remedy.currency,
            "days": remedy.days,
            "at": remedy.at,
        },
    )


async def save_payment(tx: Transaction, payment: Payment) -> None:
    await tx.execute(
        _SAVE_PAYMENT,
        {
            "tenant": payment.tenant,
            "id": payment.id,
            "remedy": payment.remedy,
            "state": payment.state,
            "at": payment.at,
        },
    )


async def of_ticket(tx: Transaction, tenant: UUID, ticket: UUID) -> Sequence[Given]:
    rows = await tx.all(_OF_TICKET, {"tenant": tenant, "ticket": ticket})
    return [_given(row) for row in rows]


def _given(row: RowMapping) -> Given:
    remedy = Remedy(
        tenant=row["tenant_id"],
        id=row["id"],
        ticket=row["ticket_id"],
        kind=RemedyKind(row["kind"]),
        state=RemedyState(row["state"]),
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        days=row["days"],
        at=row["at"],
    )
    if row["payment"] is None:
        return Given(remedy)
    return Given(remedy, PaymentState(row["payment"]), row["payment_at"])


_SAVE = text(
    """INSERT INTO remedies (tenant_id, id, ticket_id, kind, state, amount_minor, currency, days,
                             at)
       VALUES (:tenant, :id, :ticket, :kind, :state, :amount_minor, :currency, :days, :at)
       ON CONFLICT (tenant_id, id) DO UPDATE SET kind = excluded.kind, state = excluded.state,
          amount_minor = excluded.amount_minor, currency = excluded.currency,
          days = excluded.days, at = excluded.at"""
)
_SAVE_PAYMENT = text(
    """INSERT INTO remedy_payments (tenant_id, id, remedy_id, state, at)
       VALUES (:tenant, :id, :remedy, :state, :at)
       ON CONFLICT (tenant_id, id) DO UPDATE SET state = excluded.state, at = excluded.at"""
)
# The payment may be known before its remedy: two topics, no order between them.
_OF_TICKET = text(
    """SELECT r.tenant_id, r.id, r.ticket_id, r.kind, r.state, r.amount_minor, r.currency, r.days,
              r.at, p.state AS payment, p.at AS payment_at
         FROM remedies r
         LEFT JOIN LATERAL (
           SELECT state, at FROM remedy_payments
            WHERE tenant_id = r.tenant_id AND remedy_id = r.id ORDER BY at DESC LIMIT 1) p ON true
        WHERE r.tenant_id = :tenant AND r.ticket_id = :ticket ORDER BY r.at, r.id"""
)
