"""Remedies as they are shown. Amounts are minor units with their currency."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from billing_policy.remedies.model import RefusalReason
from billing_policy.rules.model import Level
from contracts.vocabulary import RemedyKind, RemedyState


class TermsView(BaseModel):
    kind: RemedyKind
    amount_minor: int
    days: int


class ReasonView(BaseModel):
    key: str
    met: bool


class ApprovalView(BaseModel):
    level: Level
    expires_at: AwareDatetime
    decision_sha256: str
    approved_by: UUID | None
    approved_at: AwareDatetime | None


class RefusalView(BaseModel):
    reason: RefusalReason
    alternative: TermsView | None
    refused_by: UUID
    refused_at: AwareDatetime


class PaymentView(BaseModel):
    id: UUID
    state: str
    at: AwareDatetime
    reference: str | None


class RemedyView(BaseModel):
    id: UUID
    tenant: UUID
    ticket: UUID
    customer: UUID
    kind: RemedyKind
    charge: UUID | None
    amount_minor: int
    currency: str
    days: int
    reason: str
    state: RemedyState
    reasons: list[ReasonView]
    rule: str
    policy_version: int
    decision_sha256: str
    requested_by: UUID
    requested_at: AwareDatetime
    approval: ApprovalView | None
    refusal: RefusalView | None
    payment: PaymentView | None
    alternatives: list[TermsView]


class ChargeView(BaseModel):
    id: UUID
    reference: str
    amount_minor: int
    currency: str
    charged_at: AwareDatetime
    product: str
    plan: str
    period_days: int
    used_percent: int
    disputed: bool
    refunded_minor: int
    refundable_minor: int


class OfferView(BaseModel):
    kind: RemedyKind
    charge: UUID | None
    amount_minor: int
    currency: str
    days: int
    outcome: RemedyState
    level: Level | None
    reasons: list[ReasonView]
    rule: str
    policy_version: int


class BudgetView(BaseModel):
    """The month so far. `limit_minor` is the widest cap of any rule; null: no cap."""

    month: str
    used_minor: int
    limit_minor: int | None
    currency: str


class PanelView(BaseModel):
    charges: list[ChargeView]
    offers: list[OfferView]
    remedies: list[RemedyView]
    budget: BudgetView | None


class SumView(BaseModel):
    count: int
    total_minor: int


class AnswerView(BaseModel):
    outcome: RemedyState
    amount_minor: int
    days: int


class ChangedView(BaseModel):
    remedy: UUID
    ticket: UUID
    kind: RemedyKind
    before: AnswerView
    after: AnswerView


class DryRunView(BaseModel):
    """Counts and sums of what was, and would be, given or given after approval."""

    month: str
    currency: str
    before: SumView
    after: SumView
    changed: list[ChangedView]
    complete: bool


class SentenceView(BaseModel):
    """`text` in the reader's language. Its numbers are those of the decision's record."""

    key: str
    text: str


class CapView(BaseModel):
    name: str
    limit: int
    used: int
    remaining: int


class CheckView(BaseModel):
    """One condition of one rule; `met` null: it gave no answer."""

    rule: str
    name: str
    met: bool | None
    expression: str


class ChangeView(BaseModel):
    """What would have to be otherwise: a condition, or a cap with what remains of it."""

    key: str
    kind: str
    remaining: int | None


class ApproverView(BaseModel):
    """`step`: asked, changed, approved or refused."""

    step: str
    person: UUID | None
    level: Level | None
    at: AwareDatetime | None


class ExplanationView(BaseModel):
    remedy: UUID
    rule: str
    explain: str
    policy_version: int
    decided: RemedyState
    state: RemedyState
    sentences: list[SentenceView]
    conditions: list[CheckView]
    inputs: dict[str, int | str]
    caps: list[CapView]
    chain: list[ApproverView]
    would_change: list[ChangeView]
    decision_sha256: str
    reproduced: bool
    record: dict[str, object]
