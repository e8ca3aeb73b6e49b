"""What may be given back of a charge, once, and under which names. Pure."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from billing_policy.payments.model import (
    Charge,
    ChargeConflict,
    OverCharge,
    Payment,
    PaymentState,
    RefundOrder,
    WrongCurrency,
)

S = PaymentState


def charge_id(tenant: UUID, reference: str) -> UUID:
    """One for each reference of a tenant, whoever names it."""
    return uuid5(tenant, f"charge:{reference}")


def payment_id(remedy: UUID) -> UUID:
    """One for each decision."""
    return uuid5(remedy, "payment")


def attempt_id(payment: UUID, attempt: int) -> UUID:
    return uuid5(payment, f"attempt:{attempt}")


def refund_key(payment: Payment) -> str:
    """What the provider knows an attempt by: the same for ever, another for another attempt."""
    return named_key(payment.tenant, payment.remedy, payment.id, payment.attempt)


def named_key(tenant: UUID, remedy: UUID, payment: UUID, attempt: int) -> str:
    return f"refund:{tenant}:{remedy}:{payment}:{attempt}"


def parse_refund_key(key: str) -> tuple[UUID, UUID, int] | None:
    """(tenant, payment, attempt) of a key of ours; None of anything else."""
    parts = key.split(":")
    if len(parts) != 5 or parts[0] != "refund" or not parts[4].isdecimal():
        return None
    try:
        return UUID(parts[1]), UUID(parts[3]), int(parts[4])
    except ValueError:
        return None


def check_order(charge: Charge, amount_minor: int, currency: str) -> None:
    """
    Raises:
        WrongCurrency: it was paid in another one.
        OverCharge: it is more than is left, or nothing at all.
    """
    if currency != charge.currency:
        raise WrongCurrency(f"paid in {charge.currency}, asked in {currency}")
    if not 0 < amount_minor <= charge.refundable_minor:
        raise OverCharge(f"{amount_minor} of {charge.refundable_minor} {currency} left")


def new_payment(tenant: UUID, order: RefundOrder, now: datetime) -> Payment:
    return Payment(
        id=order.id,
        tenant=tenant,
        remedy=order.remedy,
        ticket=order.ticket,
        customer=order.customer,
        charge=order.charge,
        amount_minor=order.amount_minor,
        currency=order.currency,
        attempt=1,
        state=S.ORDERED,
        provider_reference=None,
        revision=0,
        reason="",
        told=frozenset(),
        ordered_at=now,
        sent_at=None,
        changed_at=now,
        entries=1,
        version=0,
    )


def decide_retry(known: Payment, charge: Charge, now: datetime) -> Payment | None:
    """The next attempt of a failed one, under a new key; None unless it failed.

    Raises:
        OverCharge: the charge has not so much left any more.
    """
    if known.state is not S.FAILED:
        return None
    check_order(charge, known.amount_minor, known.currency)
    return replace(
        known,
        attempt=known.attempt + 1,
        state=S.ORDERED,
        provider_reference=None,
        revision=0,
        reason="",
        sent_at=None,
        changed_at=now,
        entries=known.entries + 1,
    )


def check_correction(known: Charge, wanted: Charge) -> None:
    """
    Raises:
        ChargeConflict: money already went back on it, and the correction would belie that.
    """
    if known.refunded_minor == 0:
        return
    if wanted.currency != known.currency:
        raise ChargeConflict("currency")
    if wanted.captured_minor < known.refunded_minor:
        raise ChargeConflict("captured_minor")
    if wanted.customer != known.customer:
        raise ChargeConflict("customer")
