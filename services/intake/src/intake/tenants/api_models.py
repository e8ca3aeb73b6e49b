"""Client companies on the wire."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field

from chassis.api_keys import ApiKey
from chassis.http import Command
from chassis.values import BrandId, TenantId
from contracts.vocabulary import Channel, Damage, Priority, Role
from intake.tenants.model import (
    Brand,
    ClientUser,
    Plan,
    PriorityRule,
    PublishedContact,
    Tenant,
)


def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, LookupError) as error:
        raise ValueError("must be a time zone of the IANA list") from error
    return zone


Zone = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]
Tag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Short = Annotated[str, Field(min_length=1, max_length=100)]
Seconds = Annotated[int, Field(ge=1, le=366 * 86_400)]


Hour = Annotated[
    int, Field(ge=0, le=23, description="of the customer's own clock; equal hours: no quiet time")
]


class BrandIn(Command):
    id: UUID
    name: Short
    mail_address: Annotated[str, Field(max_length=254)]
    from_name: Short
    signatures: dict[Tag, Annotated[str, Field(max_length=1000)]] = Field(default_factory=dict)
    tone: Annotated[str, Field(max_length=500)] = ""


class PlanIn(Command):
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    name: Short
    value: Annotated[float, Field(ge=0, le=1)]


class PriorityIn(Command):
    damage: Damage
    plan: str
    priority: Priority


class PublishedContactIn(Command):
    channel: Channel
    address: Annotated[str, Field(min_length=1, max_length=300)]


class TenantIn(Command):
    """The full configuration of a client company; what is not named gets its default."""

    slug: Short
    name: Short
    initials: Short
    chip: Annotated[str, Field(max_length=20)] = ""
    zone: Zone
    default_language: Tag
    languages: Annotated[list[Tag], Field(min_length=1, max_length=60)]
    brands: Annotated[list[BrandIn], Field(max_length=100)]
    plans: Annotated[list[PlanIn], Field(max_length=50)]
    priorities: Annotated[list[PriorityIn], Field(max_length=500)]
    published_contacts: Annotated[tuple[PublishedContactIn, ...], Field(max_length=50)] = ()
    contract_ids: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    auto_accept: tuple[Channel, ...] = (Channel.MAIL, Channel.WEB, Channel.API)
    solved_timeout_s: Seconds = 96 * 3600
    reminder_s: Seconds = 48 * 3600
    reopen_window_s: Annotated[int, Field(ge=0, le=366 * 86_400)] = 14 * 86_400
    quiet_from: Hour = 21
    quiet_until: Hour = 8
    suspended: bool = False

    def tenant(self, id: UUID) -> Tenant:
        return Tenant(
            id=TenantId(id),
            slug=self.slug,
            name=self.name,
            initials=self.initials,
            chip=self.chip,
            zone=self.zone,
            default_language=self.default_language,
            languages=tuple(self.languages),
            brands=tuple(
                Brand(
                    id=BrandId(brand.id),
                    name=brand.name,
                    mail_address=brand.mail_address.lower(),
                    from_name=brand.from_name,
                    signatures=brand.signatures,
                    tone=brand.tone,
                )
                for brand in self.brands
            ),
            plans=tuple(Plan(plan.id, plan.name, plan.value) for plan in self.plans),
            priorities=tuple(
                PriorityRule(rule.damage, rule.plan, rule.priority) for rule in self.priorities
            ),
            published_contacts=tuple(
                PublishedContact(contact.channel, contact.address)
                for contact in self.published_contacts
            ),
            contract_ids=tuple(self.contract_ids),
            auto_accept=tuple(self.auto_accept),
            solved_timeout=timedelta(seconds=self.solved_timeout_s),
            reminder=timedelta(seconds=self.reminder_s),
            reopen_window=timedelta(seconds=self.reopen_window_s),
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            suspended=self.suspended,
        )


class TenantOut(BaseModel):
    id: UUID
    slug: str
    name: str
    initials: str
    chip: str
    zone: str
    default_language: str
    languages: list[str]
    brands: list[dict[str, Any]]
    plans: list[dict[str, Any]]
    priorities: list[dict[str, Any]]
    published_contacts: list[dict[str, Any]]
    contract_ids: list[UUID]
    auto_accept: list[Channel]
    solved_timeout_s: int
    reminder_s: int
    reopen_window_s: int
    quiet_from: int
    quiet_until: int
    suspended: bool
    version: int


class ClientUserIn(Command):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    roles: Annotated[list[Role], Field(min_length=1, max_length=2)]
    active: bool = True


class ClientUserOut(BaseModel):
    id: UUID
    subject: str
    name: str
    roles: list[str]
    active: bool


class KeyIn(Command):
    name: Short
    scopes: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z][a-z-]*:[a-z]+$")]],
        Field(min_length=1, max_length=20),
    ]


class KeyIssuedOut(BaseModel):
    id: UUID
    key: str = Field(description="shown this once; only its hash is kept")


class KeyOut(BaseModel):
    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def tenant_out(tenant: Tenant) -> TenantOut:
    return TenantOut(
        id=tenant.id,
        slug=tenant.slug,
        name=tenant.name,
        initials=tenant.initials,
        chip=tenant.chip,
        zone=tenant.zone,
        default_language=tenant.default_language,
        languages=list(tenant.languages),
        brands=[
            {
                "id": brand.id,
                "name": brand.name,
                "mail_address": brand.mail_address,
                "from_name": brand.from_name,
                "signatures": dict(brand.signatures),
                "tone": brand.tone,
            }
            for brand in tenant.brands
        ],
        plans=[{"id": plan.id, "name": plan.name, "value": plan.value} for plan in tenant.plans],
        priorities=[
            {"damage": rule.damage, "plan": rule.plan, "priority": rule.priority}
            for rule in tenant.priorities
        ],
        published_contacts=[
            {"channel": contact.channel, "address": contact.address}
            for contact in tenant.published_contacts
        ],
        contract_ids=list(tenant.contract_ids),
        auto_accept=list(tenant.auto_accept),
        solved_timeout_s=int(tenant.solved_timeout.total_seconds()),
        reminder_s=int(tenant.reminder.total_seconds()),
        reopen_window_s=int(tenant.reopen_window.total_seconds()),
        quiet_from=tenant.quiet_from,
        quiet_until=tenant.quiet_until,
        suspended=tenant.suspended,
        version=tenant.version,
    )


def client_user_out(user: ClientUser) -> ClientUserOut:
    return ClientUserOut(
        id=user.id,
        subject=user.subject,
        name=user.name,
        roles=list(user.roles),
        active=user.active,
    )


def key_out(key: ApiKey) -> KeyOut:
    return KeyOut(
        id=key.id,
        name=key.name,
        scopes=sorted(key.scopes),
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        last_used_at=key.last_used_at,
    )
