"""`billing-policy.remedy.v1` and `billing-policy.payment.v1`: what may be given, and is paid.

Amounts are minor units of their currency (ISO 4217).
"""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import EventData
from contracts.vocabulary import RemedyKind, RemedyState


class Alternative(EventData):
    """Something that would be allowed instead."""

    kind: RemedyKind
    amount_minor: int = Field(ge=0)
    days: int = Field(default=0, ge=0, description="of an extension")


class RemedyFacts(EventData):
    """One remedy asked for on one ticket; the aggregate is the remedy."""

    ticket: UUID
    customer: UUID
    charge: UUID | None = Field(description="the payment it gives back from")
    kind: RemedyKind
    amount_minor: int = Field(ge=0)
    currency: str = Field(pattern="^[A-Z]{3}$")
    days: int = Field(default=0, ge=0, description="of an extension")
    policy_version: int
    rule: str = Field(description="the rule that decided, or empty when none fitted")
    reasons: tuple[str, ...] = Field(description="keys of reasons, the deciding one first")
    state: RemedyState
    decision_sha256: str = Field(description="of what was decided; an approval is bound to it")
    requested_by: UUID
    at: AwareDatetime


class RemedyRequestedV1(RemedyFacts):
    """Somebody asked."""


class RemedyGrantedV1(RemedyFacts):
    """The policy allows it at once."""


class RemedyApprovalNeededV1(RemedyFacts):
    level: str = Field(description="who may approve: lead, manager or client")
    expires_at: AwareDatetime


class RemedyNotCoveredV1(RemedyFacts):
    alternatives: tuple[Alternative, ...]


class RemedyApprovedV1(RemedyFacts):
    approved_by: UUID


class RemedyRefusedV1(RemedyFacts):
    """A manager refused, with a reason and what is offered instead."""

    refused_by: UUID
    reason: str
    alternative: Alternative | None


class RemedyExpiredV1(RemedyFacts):
    """Nobody approved it in time."""


class PaymentFacts(EventData):
    """Money on its way for one decision; the aggregate is the payment."""

    remedy: UUID
    ticket: UUID
    customer: UUID
    charge: UUID
    attempt: int = Field(ge=1)
    amount_minor: int
    currency: str = Field(pattern="^[A-Z]{3}$")
    provider: str
    provider_reference: str | None
    at: AwareDatetime


class PaymentSubmittedV1(PaymentFacts):
    """The provider took it and works on it."""


class PaymentSucceededV1(PaymentFacts):
    """The money went back."""


class PaymentFailedV1(PaymentFacts):
    reason: str


class PaymentUnknownV1(PaymentFacts):
    """No answer came; only looking it up may settle it."""


class PaymentDisputedV1(PaymentFacts):
    """The customer's bank disputes the charge: nothing may be refunded on it."""
