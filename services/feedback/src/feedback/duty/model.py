"""Published shifts as far as duty needs them, and who may own a follow-up."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
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


class Why(StrEnum):
    """How somebody came to own a follow-up."""

    ON_DUTY = "on_duty"
    LEAST_BUSY = "least_busy"
    BY_HAND = "by_hand"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Rating:
    """For whose customer somebody is sought, who must not be it, and when."""

    tenant: UUID
    rated: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """`owner` None: nobody may own it now, and everybody sees so."""

    owner: UUID | None
    why: Why
