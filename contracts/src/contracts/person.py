"""`routing.person.v1` (compacted): a member of staff. Every type carries the full state."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import EventData
from contracts.vocabulary import Cefr, Presence, Role


class LanguageSkill(EventData):
    language: str
    level: Cefr


class SkillLevel(EventData):
    skill: str
    level: int = Field(ge=1, le=5)


class PersonState(EventData):
    subject: str = Field(description="the person's subject at the identity provider")
    name: str = Field(description="working name as colleagues see it; staff, not a customer")
    initials: str
    zone: str
    roles: tuple[Role, ...]
    tenants: tuple[UUID, ...] = Field(description="client companies this person may work for")
    skills: tuple[SkillLevel, ...] = ()
    languages: tuple[LanguageSkill, ...] = ()
    presence: Presence
    units: int = Field(ge=0, description="units in use, of 120")
    active: bool = True
    changed_at: AwareDatetime


class PersonProfiledV1(PersonState):
    """Skills, languages or capacity changed."""


class PersonRightsChangedV1(PersonState):
    """Roles or tenants changed, or the person left (`active` false)."""


class PersonPresenceChangedV1(PersonState):
    """Available, away or off."""


class PersonLoadChangedV1(PersonState):
    """Another quarter of the person is in use, or free again."""
