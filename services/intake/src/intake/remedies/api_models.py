"""Remedies on the wire, as the pages of a ticket show them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from contracts.vocabulary import RemedyKind, RemedyState
from intake.remedies.model import Given, PaymentState


class RemedyOut(BaseModel):
    """Amounts are minor units of their currency."""

    id: UUID
    kind: RemedyKind
    state: RemedyState
    amount_minor: int
    currency: str
    days: int
    at: datetime
    payment: PaymentState | None = Field(
        default=None, description="how far the money is, once it is on its way"
    )
    payment_at: datetime | None = None


def remedy_out(given: Given) -> RemedyOut:
    remedy = given.remedy
    return RemedyOut(
        id=remedy.id,
        kind=remedy.kind,
        state=remedy.state,
        amount_minor=remedy.amount_minor,
        currency=remedy.currency,
        days=remedy.days,
        at=remedy.at,
        payment=given.payment,
        payment_at=given.payment_at,
    )
