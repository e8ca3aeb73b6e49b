"""Published shifts as far as duty needs them, and who is called."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.values import TenantId
from contracts.vocabulary import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """`tenants` empty: all that the person may work for. `over`: cancelled or ended early."""

    id: UUID
    person: UUID
    starts_at: datetime
    ends_at: datetime
    kind: str
    lead: bool
    tenants: frozenset[UUID] = frozenset()
    over: bool = False


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff with the rights that count now."""

    person: UUID
    roles: frozenset[Role]
    tenants: frozenset[TenantId]
    active: bool = True
