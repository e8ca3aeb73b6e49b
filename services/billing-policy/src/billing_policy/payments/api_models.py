"""Charges and payments as clients, colleagues and tools write and read them."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from billing_policy.payments.model import Charge, Payment, PaymentState
from chassis.http import Command


class ChargeBody(Command):
    """What a customer paid, as the client's own system knows it."""

    customer: UUID
    captured_minor: int = Field(ge=0, le=10**12, description="in minor units of the currency")
    currency: str = Field(pattern="^[A-Z]{3}$")
    charged_at: AwareDatetime
    product: str = Field(min_length=1, max_length=100)
    plan: str = Field(default="", max_length=100)
    period_days: int = Field(default=0, ge=0, le=3660, description="0: bought once, no period")
    used_percent: int = Field(default=0, ge=0, le=100)


class ChargeView(BaseModel):
    id: UUID
    reference: str
    customer: UUID
    captured_minor: int
    refunded_minor: int
    refundable_minor: int
    currency: str
    charged_at: AwareDatetime
    product: str
    plan: str
    period_days: int
    used_percent: int
    disputed: bool


class ChargesView(BaseModel):
    items: list[ChargeView]


class PaymentView(BaseModel):
    id: UUID
    remedy: UUID
    ticket: UUID
    charge: UUID
    amount_minor: int
    currency: str
    attempt: int
    state: PaymentState
    reference: str | None
    reason: str
    ordered_at: AwareDatetime
    at: AwareDatetime


class EntryView(BaseModel):
    """One change of one payment; the ledger only grows."""

    payment: UUID
    remedy: UUID
    ticket: UUID
    charge: str
    attempt: int
    state: PaymentState
    amount_minor: int
    currency: str
    reference: str | None
    reason: str
    at: AwareDatetime


class TotalView(BaseModel):
    """Payments that stood in that state at the month's end, by their last change in it."""

    currency: str
    state: PaymentState
    count: int
    amount_minor: int


class LedgerView(BaseModel):
    month: str
    totals: list[TotalView]
    entries: list[EntryView]


class ReconciliationView(BaseModel):
    """`missing`: ours, not the provider's. `extra`: the provider's, not ours."""

    day: str
    compared: int
    missing: int
    extra: int
    differing: int
    findings: list[dict[str, Any]]
    at: AwareDatetime


class ReconciliationsView(BaseModel):
    items: list[ReconciliationView]


def charge_view(charge: Charge) -> ChargeView:
    return ChargeView(
        id=charge.id,
        reference=charge.reference,
        customer=charge.customer,
        captured_minor=charge.captured_minor,
        refunded_minor=charge.refunded_minor,
        refundable_minor=charge.refundable_minor,
        currency=charge.currency,
        charged_at=charge.charged_at,
        product=charge.product,
        plan=charge.plan,
        period_days=charge.period_days,
        used_percent=charge.used_percent,
        disputed=charge.disputed,
    )


def payment_view(payment: Payment) -> PaymentView:
    return PaymentView(
        id=payment.id,
        remedy=payment.remedy,
        ticket=payment.ticket,
        charge=payment.charge,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        attempt=payment.attempt,
        state=payment.state,
        reference=payment.provider_reference,
        reason=payment.reason,
        ordered_at=payment.ordered_at,
        at=payment.changed_at,
    )
