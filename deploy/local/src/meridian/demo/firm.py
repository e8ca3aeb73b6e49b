"""The demo firm as values: tenants with brands, plans and contract; customers; staff; clients."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Brand:
    id: UUID
    slug: str
    name: str
    mail_address: str
    from_name: str
    tone: str
    signature: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    id: str
    name: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class PriorityRule:
    damage: str
    plan: str
    priority: str


@dataclass(frozen=True, slots=True)
class PublishedContact:
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Interval:
    """Local wall time `HH:MM`; an end not after the start is on the next day, 24:00 is legal."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days without business hours: a country's public ones where named, and single ISO dates."""

    country: str
    subdivision: str
    dates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A row that names a plan wins over the one for all plans (`plan` empty)."""

    metric: str
    priority: str
    plan: str
    seconds: int
    hours: str


@dataclass(frozen=True, slots=True)
class Contract:
    zone: str
    hours: Mapping[str, tuple[Interval, ...]]
    holidays: Holidays
    targets: tuple[Target, ...]
    attainment_target: Decimal
    reminder_hours: int
    solved_timeout_hours: int


@dataclass(frozen=True, slots=True)
class Tenant:
    id: UUID
    slug: str
    name: str
    initials: str
    chip: str
    zone: str
    default_language: str
    languages: tuple[str, ...]
    brands: tuple[Brand, ...]
    plans: tuple[Plan, ...]
    priorities: tuple[PriorityRule, ...]
    published_contacts: tuple[PublishedContact, ...]
    contract: Contract

    def brand(self, slug: str) -> Brand:
        return next(brand for brand in self.brands if brand.slug == slug)


@dataclass(frozen=True, slots=True)
class Customer:
    id: UUID
    tenant: str
    name: str
    address: str
    plan: str
    locale: str
    zone: str
    segment: str


@dataclass(frozen=True, slots=True)
class Shift:
    """Every day, in UTC; 22:00 to 06:00 ends on the next day."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Person:
    """`capacity` says how many contacts of a channel the person can hold at once."""

    id: UUID
    name: str
    email: str
    roles: tuple[str, ...]
    zone: str
    languages: Mapping[str, str]
    skills: Mapping[str, int]
    tenants: tuple[str, ...]
    capacity: Mapping[str, int]
    shifts: tuple[Shift, ...]
    local_names: Mapping[str, str]

    def signs_as(self, language: str) -> str:
        """The name under an answer in `language`, in its own script where known."""
        return self.local_names.get(language, self.name.split()[0])


@dataclass(frozen=True, slots=True)
class ClientUser:
    id: UUID
    tenant: str
    name: str
    email: str
    role: str
    locale: str
    zone: str


@dataclass(frozen=True, slots=True)
class Firm:
    name: str
    zone: str
    default_language: str
    tenants: tuple[Tenant, ...]
    customers: tuple[Customer, ...]
    people: tuple[Person, ...]
    client_users: tuple[ClientUser, ...]

    def tenant(self, slug: str) -> Tenant:
        return next(tenant for tenant in self.tenants if tenant.slug == slug)
