"""Values of a client company and its settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from chassis.values import BrandId, TenantId
from contracts.vocabulary import Channel, Damage, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """What a customer knows the client company by. `signatures` are by language."""

    id: BrandId
    name: str
    mail_address: str
    from_name: str
    signatures: Mapping[str, str] = field(default_factory=dict)
    tone: str = ""

    @property
    def domain(self) -> str:
        return self.mail_address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Plan:
    id: str
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class PriorityRule:
    damage: Damage
    plan: str
    priority: Priority


@dataclass(frozen=True, slots=True)
class PublishedContact:
    channel: Channel
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A client company. A solved ticket closes `solved_timeout` later, after one `reminder`;

    within `reopen_window` of being solved a new message reopens it, later it starts a follow-up.
    From `quiet_from` to `quiet_until` by the customer's own clock nothing unasked arrives.
    """

    id: TenantId
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
    published_contacts: tuple[PublishedContact, ...] = ()
    contract_ids: tuple[UUID, ...] = ()
    auto_accept: tuple[Channel, ...] = (Channel.MAIL, Channel.WEB, Channel.API)
    solved_timeout: timedelta = timedelta(hours=96)
    reminder: timedelta = timedelta(hours=48)
    reopen_window: timedelta = timedelta(days=14)
    quiet_from: int = 21
    quiet_until: int = 8
    suspended: bool = False
    version: int = 0

    def brand(self, brand: UUID) -> Brand | None:
        return next((found for found in self.brands if found.id == brand), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientUser:
    """A person of the client company, who may look at it from outside."""

    tenant: TenantId
    id: UUID
    subject: str
    name: str
    roles: tuple[str, ...]
    active: bool
    version: int = 0
