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


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderOrder:
    """What the provider is asked for. `charge` is the client's own reference of it."""

    key: str
    tenant: UUID
    charge: str
    captured_minor: int
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A refund as the provider has it; `state` is submitted, succeeded or failed."""

    key: str
    reference: str
    charge: str
    amount_minor: int
    currency: str
    state: PaymentState
    reason: str
    revision: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it under our key."""

    refund: Known


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider will never do it."""

    reason: str


@dataclass(frozen=True, slots=True)
class AtWork:
    """The same key is being worked on."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """It certainly did not arrive, or was turned away unread."""

    reason: str


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """It may have happened. `replayed`: this is the provider's stored answer, given again."""

    reason: str
    replayed: bool = False


Said = Accepted | Declined | AtWork | NotSent | NoAnswer


class ForgedEvent(Exception):
    """Not signed by the provider, too old, or not an event at all."""


class ProviderSilent(Exception):
    """The provider could not be asked; nothing follows from it."""


@dataclass(frozen=True, slots=True)
class Settle:
    """This attempt is over."""

    news: News


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask what became of it after a while; `news` is what is known until then."""

    news: News | None
    after_s: float


@dataclass(frozen=True, slots=True)
class Again:
    """Call again under the same key."""

    reason: str
    after_s: float


Step = Settle | LookUp | Again


@dataclass(frozen=True, slots=True)
class Circuit:
    """After failures in a row nobody calls until `opens_at`: slower, never less."""

    failures: int = 0
    opens_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEvent:
    """What a webhook told, once its signature was found genuine."""

    id: str
    type: str
    tenant: UUID
    at: datetime
    refund: Known | None = None
    dispute: "Dispute | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """`revision` counts what the provider said of disputes of this charge."""

    charge: str
    open: bool
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """One attempt as our ledger has it."""

    tenant: UUID
    remedy: UUID
    payment: UUID
    attempt: int
    amount_minor: int
    currency: str
    state: PaymentState
    at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` is missing (ours alone), extra (theirs alone) or differs."""

    kind: str
    key: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Findings:
    compared: int
    findings: tuple[Finding, ...]
