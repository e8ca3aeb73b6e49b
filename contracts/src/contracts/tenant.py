"""`intake.tenant.v1` (compacted): a client company and its people. Events carry the full state."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import EventData
from contracts.vocabulary import Channel, Damage, Priority, Role


class Brand(EventData):
    id: UUID
    name: str
    tone: str = ""


class Plan(EventData):
    id: str
    name: str
    value: float = Field(ge=0, le=1, description="weight of the plan, 0 (free) to 1")


class PublishedContact(EventData):
    channel: Channel
    address: str


class PriorityRule(EventData):
    damage: Damage
    plan: str
    priority: Priority


class TenantState(EventData):
    """Full state after the change; the newest record of a key is enough to know the tenant."""

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
    suspended: bool = False


class TenantConfiguredV1(TenantState):
    """A tenant was made or its settings changed."""


class TenantSuspendedV1(TenantState):
    """Service to a tenant was suspended (or taken up again: see `suspended`)."""


class TenantClientUserChangedV1(EventData):
    """A person of the client company: an aggregate of its own beside the tenant."""

    subject: str = Field(description="the person's subject at the identity provider")
    name: str
    roles: tuple[Role, ...]
    active: bool
    changed_at: AwareDatetime
