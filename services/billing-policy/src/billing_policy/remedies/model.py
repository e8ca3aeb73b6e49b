"""Remedies: what was asked, on which facts, what the policy said, and what people made of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from billing_policy.budgets.model import CapState
from billing_policy.rules.model import Level
from contracts.vocabulary import RemedyKind, RemedyState

APPROVAL_WITHIN = timedelta(hours=72)


class RemedyError(Exception):
    """It cannot be done: `slug` says why, `values` what a person needs to know about it."""

    def __init__(self, slug: str, **values: str | int) -> None:
        super().__init__(slug)
        self.slug = slug
        self.values = values


class RefusalReason(StrEnum):
    """Why a manager refuses; each has its words in the customer's language."""

    OUTSIDE_POLICY = "outside_policy"
    USED_UP = "used_up"
    NOT_OUR_PRODUCT = "not_our_product"
    ALREADY_COMPENSATED = "already_compensated"
    MISUSE = "misuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A charge as decided on. `refunded_minor` counts what waits for approval too."""

    captured_minor: int
    refunded_minor: int
    currency: str
    charged_at: datetime
    period_days: int
    used_percent: int
    product: str
    disputed: bool

    @property
    def refundable_minor(self) -> int:
        return 0 if self.disputed else max(0, self.captured_minor - self.refunded_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What would be given. Money has no days, an extension no money."""

    kind: RemedyKind
    amount_minor: int = 0
    days: int = 0

    @property
    def size(self) -> int:
        return self.days if self.kind is RemedyKind.EXTENSION else self.amount_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is asked for, and all that rules may look at. 0 asked: as much as is allowed."""

    kind: RemedyKind
    reason: str
    asked_minor: int
    asked_days: int
    paid: Paid | None
    plan: str
    segment: str
    damage: str
    priority: str
    channel: str
    language: str
    category: str
    cycle: int

    def asking(self, terms: Terms) -> "Facts":
        """The same situation, with something else asked for."""
        return replace(self, kind=terms.kind, asked_minor=terms.amount_minor, asked_days=terms.days)


@dataclass(frozen=True, slots=True)
class Reason:
    """A key with whether it held. The deciding one comes first."""

    key: str
    met: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of one rule as it came out; None: it gave no answer."""

    rule: str
    name: str
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """Why: the rule that decided or came nearest, its explain key, and everything looked at."""

    rule: str
    explain: str
    reasons: tuple[Reason, ...]
    checks: tuple[Check, ...]
    caps: tuple[CapState, ...]


@dataclass(frozen=True, slots=True)
class Granted:
    terms: Terms
    because: Because


@dataclass(frozen=True, slots=True)
class ApprovalNeeded:
    terms: Terms
    level: Level
    because: Because


@dataclass(frozen=True, slots=True)
class NotCovered:
    """`terms` is what was asked. `alternatives` would be granted, or approved, instead."""

    terms: Terms
    alternatives: tuple[Terms, ...]
    because: Because


Outcome = Granted | ApprovalNeeded | NotCovered


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the policy allows on a charge, or without one."""

    charge: UUID | None
    currency: str
    outcome: Granted | ApprovalNeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came. `id` follows from who asked under which key."""

    id: UUID
    ticket: UUID
    kind: RemedyKind
    charge: UUID | None
    amount_minor: int
    currency: str | None
    days: int
    reason: str
    by: UUID


@dataclass(frozen=True, slots=True)
class Approval:
    """Waits for somebody of the level, until then. `by` and `at`: who gave it."""

    level: Level
    expires_at: datetime
    by: UUID | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: RefusalReason
    alternative: Terms | None
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """`number` counts its decisions: one when asked, one more with each change of the amount.

    `makers` asked or changed it: none of them may approve it.
    """

    id: UUID
    tenant: UUID
    ticket: UUID
    customer: UUID
    charge: UUID | None
    terms: Terms
    currency: str
    reason: str
    state: RemedyState
    policy_version: int
    rule: str
    reasons: tuple[Reason, ...]
    alternatives: tuple[Terms, ...]
    decision_sha256: str
    requested_by: UUID
    requested_at: datetime
    makers: frozenset[UUID]
    month: str
    approval: Approval | None = None
    refusal: Refusal | None = None
    number: int = 1
    version: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome as it is kept: canonical text, and its hash."""

    remedy: UUID
    number: int
    document: str = field(repr=False)
    sha256: str
    at: datetime
