"""People over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field

from chassis.auth import Principal
from chassis.http import Command
from chassis.values import TenantId
from contracts.vocabulary import Cefr, Presence, Role
from routing.people.model import FULL, Meter, Person, Profile, Rights

StaffRole = Literal[Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN]
Word = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w-]+$")]
Tag = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]

# Channels whose work is counted under another name.
_COUNTED_AS = {"telegram": Meter.MESSAGING, "phone": Meter.VOICE}


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("is not a time zone") from None
    return name


def _known_meter(name: str) -> str:
    if name not in _COUNTED_AS and name not in {meter.value for meter in Meter}:
        raise ValueError("is not a channel")
    return name


Zone = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]
ChannelName = Annotated[str, AfterValidator(_known_meter)]


class Spoken(Command):
    language: Tag
    level: Cefr


class Skilled(Command):
    skill: Word
    level: int = Field(ge=1, le=5)


class PutRights(Command):
    roles: tuple[StaffRole, ...] = Field(min_length=1)
    tenants: tuple[UUID, ...] = Field(max_length=2000)
    active: bool = True

    def rights(self) -> Rights:
        return Rights(
            roles=frozenset(role.value for role in self.roles),
            tenants=frozenset(TenantId(tenant) for tenant in self.tenants),
            active=self.active,
        )


class PutPerson(PutRights):
    """`capacity`: how many of a channel at once; a channel that is not named is not enabled."""

    subject: str = Field(min_length=1, max_length=320)
    name: str = Field(min_length=1, max_length=120)
    initials: str = Field(min_length=1, max_length=4)
    zone: Zone
    languages: tuple[Spoken, ...] = Field(default=(), max_length=40)
    skills: tuple[Skilled, ...] = Field(default=(), max_length=100)
    capacity: dict[ChannelName, Annotated[int, Field(ge=0, le=FULL)]] = Field(default_factory=dict)

    def profile(self) -> Profile:
        return Profile(
            subject=self.subject,
            name=self.name,
            initials=self.initials,
            zone=self.zone,
            languages={spoken.language: spoken.level for spoken in self.languages},
            skills={skilled.skill: skilled.level for skilled in self.skills},
            capacity={
                _COUNTED_AS.get(channel) or Meter(channel): count
                for channel, count in self.capacity.items()
            },
        )


class ChoosePresence(Command):
    state: Literal[Presence.AVAILABLE, Presence.AWAY]
    reason: str = Field(default="", max_length=120)


class SpokenView(BaseModel):
    language: str
    level: Cefr


class SkilledView(BaseModel):
    skill: str
    level: int


class PersonView(BaseModel):
    """A colleague, as far as the reader may see: only client companies that both work for."""

    id: UUID
    subject: str
    name: str
    initials: str
    zone: str
    roles: list[str]
    tenants: list[UUID]
    languages: list[SpokenView]
    skills: list[SkilledView]
    capacity: dict[str, int]
    active: bool
    presence: Presence
    presence_since: datetime
    presence_reason: str
    units: int = Field(description="units in use, of 120")
    shift_ends_at: datetime | None
    next_shift_at: datetime | None
    version: int


class PeopleView(BaseModel):
    items: list[PersonView]
    next: str | None = None


def view(person: Person, reader: Principal) -> PersonView:
    profile, rights = person.profile, person.rights
    return PersonView(
        id=person.id,
        subject=profile.subject,
        name=profile.name,
        initials=profile.initials,
        zone=profile.zone,
        roles=sorted(rights.roles),
        tenants=sorted(tenant for tenant in rights.tenants if reader.may_see(tenant)),
        languages=[
            SpokenView(language=tag, level=level)
            for tag, level in sorted(profile.languages.items())
        ],
        skills=[
            SkilledView(skill=skill, level=level) for skill, level in sorted(profile.skills.items())
        ],
        capacity={meter.value: count for meter, count in sorted(profile.capacity.items())},
        active=rights.active,
        presence=person.presence,
        presence_since=person.presence_since,
        presence_reason=person.presence_reason,
        units=person.units,
        shift_ends_at=person.duty.until,
        next_shift_at=person.duty.back,
        version=person.version,
    )
