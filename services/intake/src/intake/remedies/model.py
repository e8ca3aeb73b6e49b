"""Values of a remedy as far as a ticket shows it: what, how much, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.vocabulary import RemedyKind, RemedyState


class PaymentState(StrEnum):
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """`amount_minor` is in minor units of its currency; `days` counts for an extension only."""

    tenant: UUID
    id: UUID
    ticket: UUID
    kind: RemedyKind
    state: RemedyState
    amount_minor: int
    currency: str
    days: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """The money of one remedy on its way."""

    tenant: UUID
    id: UUID
    remedy: UUID
    state: PaymentState
    at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """A remedy with its payment, once there is one."""

    remedy: Remedy
    payment: PaymentState | None = None
    payment_at: datetime | None = None
