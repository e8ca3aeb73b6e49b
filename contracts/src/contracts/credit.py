"""`billing-policy.credit.v1`: what a closed month of promises owes a client company."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import EventData
from contracts.vocabulary import Metric


class CreditLine(EventData):
    """Shares and rates are decimal texts; amounts are minor units, rounded down."""

    metric: Metric
    attainment: str | None
    target: str
    met: int
    breached: int
    scored: bool = Field(description="false below the least volume that the terms ask for")
    rate: str
    amount_minor: int


class CreditFacts(EventData):
    """The aggregate is the credit: one for each client company and month."""

    month: str = Field(pattern=r"^\d{4}-\d{2}$")
    period: UUID
    snapshot_sha256: str = Field(description="of the closed period it was computed from")
    terms_version: int
    fee_minor: int
    currency: str = Field(pattern="^[A-Z]{3}$")
    lines: tuple[CreditLine, ...]
    amount_minor: int = Field(description="what is owed, after the cap")
    capped: bool
    credit_sha256: str
    at: AwareDatetime


class CreditComputedV1(CreditFacts):
    """Computed from a frozen month."""


class CreditCorrectedV1(CreditFacts):
    """A correction entry; the computed one stays as it was."""

    corrects_sha256: str
