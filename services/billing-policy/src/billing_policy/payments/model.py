"""Charges and the payments that give them back. Amounts are minor units of their currency."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class RefundRefused(Exception):
    """No refund can be ordered: nothing was kept."""


class OverCharge(RefundRefused):
    """More than is left of the charge; less than nothing counts too."""


class WrongCurrency(RefundRefused):
    """Money goes back in the currency it was paid in."""


class UnknownCharge(RefundRefused):
    """The tenant has no such charge."""


class ChargeConflict(Exception):
    """A correction that what was already given back forbids; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What a customer paid. `refunded_minor` counts refunds that have not failed, pending ones too.

    `used_percent` is how much of the paid period or product the customer has had.
    """

    id: UUID
    tenant: UUID
    customer: UUID
    reference: str
    captured_minor: int
    currency: str
    charged_at: datetime
    product: str
    plan: str
    period_days: int
    used_percent: int
    disputed: bool
    refunded_minor: int

    @property
    def refundable_minor(self) -> int:
        """While the customer's bank disputes it, nothing."""
        return 0 if self.disputed else max(0, self.captured_minor - self.refunded_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """`id` is the payment's: `decide.payment_id(remedy)`."""

    id: UUID
    remedy: UUID
    ticket: UUID
    customer: UUID
    charge: UUID
    amount_minor: int
    currency: str


class PaymentState(StrEnum):
    """`submitting`: we may have called; `submitted`: the provider works on it."""

    ORDERED = "ordered"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One refund of one decision. `revision` counts what the provider said of this attempt.

    `sent_at` is when this attempt first called out; `told` names what the customer was told.
    """

    id: UUID
    tenant: UUID
    remedy: UUID
    ticket: UUID
    customer: UUID
    charge: UUID
    amount_minor: int
    currency: str
    attempt: int
    state: PaymentState
    provider_reference: str | None
    revision: int
    reason: str
    told: frozenset[str]
    ordered_at: datetime
    sent_at: datetime | None
    changed_at: datetime
    entries: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What became known of one attempt, from an answer, a look-up or a webhook.

    `revision` 0: nobody counted it.
    """

    attempt: int
    state: PaymentState
    reference: str | None = None
    reason: str = ""
    revision: int = 0
