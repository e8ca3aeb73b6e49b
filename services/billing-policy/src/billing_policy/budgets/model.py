"""What counts against caps: entries held for decisions, and what they add up to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing_policy.rules.model import Caps


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One decision's hold. It counts from `at` on until it is released."""

    tenant: UUID
    remedy: UUID
    ticket: UUID
    customer: UUID
    month: str
    amount_minor: int
    days: int
    at: datetime
    caps: Caps


@dataclass(frozen=True, slots=True)
class Place:
    """Whose book: the tenant's month, the customer, the ticket. `without`: a remedy left out."""

    tenant: UUID
    month: str
    customer: UUID
    ticket: UUID
    without: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What is held and given already, at the instant of a decision. Refunds count remedies."""

    case_minor: int = 0
    customer_30d_minor: int = 0
    customer_365d_minor: int = 0
    tenant_month_minor: int = 0
    customer_365d_days: int = 0
    customer_refunds_30d: int = 0
    customer_refunds_365d: int = 0


@dataclass(frozen=True, slots=True)
class CapState:
    """One cap with what was used of it before, and what is left."""

    name: str
    limit: int
    used: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)
