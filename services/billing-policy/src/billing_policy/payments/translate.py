"""Payments as the events that others follow, and as what intake tells the customer."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from billing_policy.payments.model import Payment, PaymentState
from chassis.values import first_version
from contracts.envelope import Draft
from contracts.outreach import OutreachRequestedV1
from contracts.remedy import (
    PaymentDisputedV1,
    PaymentFacts,
    PaymentFailedV1,
    PaymentSubmittedV1,
    PaymentSucceededV1,
    PaymentUnknownV1,
)

PROVIDER = "primary"


def changed(payment: Payment, now: datetime) -> Draft[PaymentFacts] | None:
    """None: a state that concerns nobody outside."""
    facts = _facts(payment, now)
    match payment.state:
        case PaymentState.SUBMITTED:
            return _draft(payment, now, PaymentSubmittedV1(**facts))
        case PaymentState.SUCCEEDED:
            return _draft(payment, now, PaymentSucceededV1(**facts))
        case PaymentState.FAILED:
            return _draft(payment, now, PaymentFailedV1(**facts, reason=payment.reason))
        case PaymentState.UNKNOWN:
            return _draft(payment, now, PaymentUnknownV1(**facts))
        case _:
            return None


def disputed(payment: Payment, now: datetime) -> Draft[PaymentFacts]:
    return _draft(payment, now, PaymentDisputedV1(**_facts(payment, now)))


def outreach(
    payment: Payment, template: str, now: datetime, epoch: int
) -> Draft[OutreachRequestedV1]:
    values = {"amount_minor": str(payment.amount_minor), "currency": payment.currency}
    data = OutreachRequestedV1(
        ticket=payment.ticket,
        template=template,
        values=values,
        dedup_key=f"{template}:{payment.id}",
    )
    return Draft(
        tenant=payment.tenant,
        aggregate=outreach_id(payment.id, template),
        version=first_version(epoch),
        time=now,
        data=data,
    )


def outreach_id(payment: UUID, template: str) -> UUID:
    return uuid5(payment, f"outreach:{template}")


def _facts(payment: Payment, now: datetime) -> dict[str, Any]:
    return {
        "remedy": payment.remedy,
        "ticket": payment.ticket,
        "customer": payment.customer,
        "charge": payment.charge,
        "attempt": payment.attempt,
        "amount_minor": payment.amount_minor,
        "currency": payment.currency,
        "provider": PROVIDER,
        "provider_reference": payment.provider_reference,
        "at": now,
    }


def _draft(payment: Payment, now: datetime, data: PaymentFacts) -> Draft[PaymentFacts]:
    return Draft(
        tenant=payment.tenant,
        aggregate=payment.id,
        version=payment.version,
        time=now,
        data=data,
    )
