"""Events of billing-policy as the values kept here."""

from contracts.envelope import Event
from contracts.remedy import PaymentFacts, RemedyFacts
from intake.remedies.model import Payment, PaymentState, Remedy


def remedy(event: Event[RemedyFacts]) -> Remedy:
    data = event.data
    return Remedy(
        tenant=event.meta.tenantid,
        id=event.meta.subject,
        ticket=data.ticket,
        kind=data.kind,
        state=data.state,
        amount_minor=data.amount_minor,
        currency=data.currency,
        days=data.days,
        at=data.at,
    )


def payment(event: Event[PaymentFacts]) -> Payment:
    """The word between the dots of its type is the payment's state."""
    return Payment(
        tenant=event.meta.tenantid,
        id=event.meta.subject,
        remedy=event.data.remedy,
        state=PaymentState(event.meta.type.split(".")[1]),
        at=event.data.at,
    )
