"""Values that every service shares. Standard library only."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import NewType
from uuid import UUID

TenantId = NewType("TenantId", UUID)
BrandId = NewType("BrandId", UUID)
CustomerId = NewType("CustomerId", UUID)
TicketId = NewType("TicketId", UUID)
MessageId = NewType("MessageId", UUID)
StaffId = NewType("StaffId", UUID)
EventId = NewType("EventId", UUID)

# The reserved tenant that owns the firm's own data (staff, shifts).
FIRM = TenantId(UUID("f1f1f1f1-0000-7000-8000-000000000001"))

Instant = datetime

_EPOCH_SHIFT = 40
_COUNT_MASK = (1 << _EPOCH_SHIFT) - 1


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` is the integer amount in the currency's smallest unit; `exponent` its decimals."""

    minor: int
    currency: str
    exponent: int = 2

    @property
    def amount(self) -> Decimal:
        return Decimal(self.minor).scaleb(-self.exponent)

    def __add__(self, other: "Money") -> "Money":
        if (self.currency, self.exponent) != (other.currency, other.exponent):
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency, self.exponent)


@dataclass(frozen=True, slots=True)
class Locale:
    """A BCP 47 tag, for example `pt-BR`."""

    tag: str

    @property
    def language(self) -> str:
        return self.tag.split("-")[0].lower()

    @property
    def rtl(self) -> bool:
        return self.language in {"ar", "he", "fa", "ur"}


def aware(instant: datetime) -> Instant:
    """The same instant in UTC; a naive one is a programming error."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


def first_version(epoch: int = 0) -> int:
    return epoch << _EPOCH_SHIFT | 1


def next_version(version: int, epoch: int = 0) -> int:
    """The version after `version`: the count goes on, or starts again in a higher epoch."""
    if epoch > version >> _EPOCH_SHIFT:
        return first_version(epoch)
    return version + 1


def follows(version: int, previous: int | None) -> bool:
    """Whether `version` is the next one after `previous` (None: nothing seen yet).

    The first of an unknown aggregate or of a higher epoch has count 1.
    """
    if previous is not None and version >> _EPOCH_SHIFT == previous >> _EPOCH_SHIFT:
        return version == previous + 1
    return version & _COUNT_MASK == 1 and (previous is None or version > previous)
