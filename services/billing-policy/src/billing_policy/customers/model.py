"""A tenant's customer, without name or address."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Customer:
    tenant: UUID
    id: UUID
    plan: str
    segment: str
