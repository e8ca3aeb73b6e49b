"""A member of staff: what they may do, what they can do, and what they hold now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.values import StaffId, TenantId
from contracts.vocabulary import Cefr, Presence

# A whole person. Work costs integer shares of it, so that nothing is ever rounded into overload.
FULL = 120
# The others hear of a person's load in quarters: that is what they see of it.
QUARTER = FULL // 4


_LADDER = tuple(Cefr)


def rank(level: Cefr) -> int:
    return _LADDER.index(level)


def lowered(level: Cefr, steps: int) -> Cefr:
    return _LADDER[max(0, rank(level) - steps)]


# Tags that mean the same speech to a speaker.
_SAME = {"no": "nb", "iw": "he", "in": "id"}


def speaks(languages: Mapping[str, Cefr], language: str, floor: Cefr) -> bool:
    level = level_in(languages, language)
    return level is not None and rank(level) >= rank(floor)


def level_in(languages: Mapping[str, Cefr], language: str) -> Cefr | None:
    """The level in a language; a region is served by whoever speaks the language at all."""
    alike = [level for tag, level in languages.items() if _primary(tag) == _primary(language)]
    return languages.get(language) or max(alike, key=rank, default=None)


def _primary(tag: str) -> str:
    first = tag.split("-")[0].lower()
    return _SAME.get(first, first)


class Meter(StrEnum):
    """Kinds of work as a person's capacity counts them."""

    MAIL = "mail"
    WEB = "web"
    API = "api"
    CHAT = "chat"
    MESSAGING = "messaging"
    VOICE = "voice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the firm allows: roles, the client companies, whether the person still works here."""

    roles: frozenset[str]
    tenants: frozenset[TenantId]
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the person is and can do. `capacity`: how many of a kind at once."""

    subject: str
    name: str
    initials: str
    zone: str
    languages: Mapping[str, Cefr] = field(default_factory=dict)
    skills: Mapping[str, int] = field(default_factory=dict)
    capacity: Mapping[Meter, int] = field(default_factory=dict)

    def cost_of(self, meter: Meter) -> int | None:
        """Units one such piece of work takes; None when the kind is not enabled.

        A call takes the whole person, however many are written down.
        """
        at_once = self.capacity.get(meter, 0)
        if at_once < 1:
            return None
        return FULL if meter is Meter.VOICE else max(1, FULL // at_once)


@dataclass(frozen=True, slots=True)
class Duty:
    """What the published roster says: on shift until then (None: off), back on shift from then."""

    until: datetime | None = None
    back: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: StaffId
    profile: Profile
    rights: Rights
    presence: Presence = Presence.OFF
    presence_since: datetime
    presence_reason: str = ""
    units: int = 0
    missed: int = 0
    last_assigned_at: datetime | None = None
    duty: Duty = Duty()
    version: int = 0

    def on_shift(self, now: datetime) -> bool:
        return self.duty.until is not None and self.duty.until > now


def quarters(units: int) -> int:
    """Quarters of a person begun."""
    return -(-units // QUARTER)


class Change(StrEnum):
    """What an event about a person says first; each carries the whole state."""

    PROFILED = "profiled"
    RIGHTS = "rights-changed"
    PRESENCE = "presence-changed"
    LOAD = "load-changed"


@dataclass(frozen=True, slots=True)
class PresenceRefused:
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadChange:
    """Units of one reservation taken (`delta` > 0) or given back; `assigns` for new work.

    `cause` is a word of matching's.
    """

    person: StaffId
    reservation: UUID
    delta: int
    cause: str
    at: datetime
    assigns: bool = False
