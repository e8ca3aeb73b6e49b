"""What is asked of remedies. Amounts are minor units."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from billing_policy.remedies.model import RefusalReason
from billing_policy.rules.api_models import PolicyBody
from chassis.http import Command
from contracts.vocabulary import RemedyKind

Word = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,39}$")]
Sha = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Minor = Annotated[int, Field(gt=0, le=10**12)]
Days = Annotated[int, Field(gt=0, le=366)]


class RemedyBody(Command):
    """Without an amount, or days: as much as is allowed. `reason` is a key, no text."""

    ticket: UUID
    kind: RemedyKind
    charge: UUID | None = None
    amount_minor: Minor | None = None
    currency: str | None = Field(default=None, pattern="^[A-Z]{3}$")
    days: Days | None = None
    reason: Word


class ChangeBody(Command):
    amount_minor: Minor | None = None
    days: Days | None = None


class ApproveBody(Command):
    decision_sha256: Sha


class AlternativeBody(Command):
    kind: RemedyKind
    amount_minor: int = Field(default=0, ge=0, le=10**12)
    days: int = Field(default=0, ge=0, le=366)


class RefuseBody(Command):
    decision_sha256: Sha
    reason: RefusalReason
    alternative: AlternativeBody | None = None


class DryRunBody(Command):
    policy: PolicyBody
    month: str = Field(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")
