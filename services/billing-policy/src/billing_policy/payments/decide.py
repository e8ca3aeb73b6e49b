"""What may be given back, and what news of an attempt changes. Pure."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from billing_policy.payments.model import (
    Charge,
    ChargeConflict,
    News,
    OverCharge,
    Payment,
    PaymentState,
    RefundOrder,
    WrongCurrency,
)
from chassis.values import next_version

S = PaymentState

# Whatever a provider counted later is true; without a count, news only ever leads onward.
ONWARD = {
    S.ORDERED: frozenset({S.SUBMITTING, S.SUBMITTED, S.SUCCEEDED, S.FAILED, S.UNKNOWN}),
    S.SUBMITTING: frozenset({S.SUBMITTED, S.SUCCEEDED, S.FAILED, S.UNKNOWN}),
    S.UNKNOWN: frozenset({S.SUBMITTED, S.SUCCEEDED, S.FAILED}),
    S.SUBMITTED: frozenset({S.SUCCEEDED, S.FAILED}),
    S.SUCCEEDED: frozenset[PaymentState](),
    S.FAILED: frozenset[PaymentState](),
}
SETTLED = frozenset({S.SUBMITTED, S.SUCCEEDED, S.FAILED})
SAID_OUTSIDE = {
    S.SUBMITTED: "submitted",
    S.SUCCEEDED: "succeeded",
    S.FAILED: "failed",
    S.UNKNOWN: "unknown",
}
TELLS_CUSTOMER = {S.SUCCEEDED: "refund_paid", S.FAILED: "refund_delayed"}


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
    named = (payment.tenant, payment.remedy, payment.id, payment.attempt)
    return "refund:" + ":".join(str(part) for part in named)


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


def decide_news(known: Payment, news: News, now: datetime, epoch: int = 0) -> Payment | None:
    """The payment after the news; None when it says nothing new or comes from another attempt.

    A later count of the provider's wins over any state; an earlier one changes nothing.
    """
    if news.attempt != known.attempt or news.state is known.state:
        return None
    if news.revision and news.revision <= known.revision:
        return None
    counted = news.revision > 0 and news.state in SETTLED and known.revision > 0
    if not counted and news.state not in ONWARD[known.state]:
        return None
    return replace(
        known,
        state=news.state,
        provider_reference=news.reference or known.provider_reference,
        revision=max(known.revision, news.revision),
        reason=news.reason,
        sent_at=known.sent_at or (now if news.state is S.SUBMITTING else None),
        changed_at=now,
        entries=known.entries + 1,
        version=next_version(known.version, epoch) if news.state in SAID_OUTSIDE else known.version,
    )


def decide_telling(known: Payment) -> str | None:
    """The template that the customer is to be told by, each once for a payment."""
    template = TELLS_CUSTOMER.get(known.state)
    return template if template and template not in known.told else None


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
