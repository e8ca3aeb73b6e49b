"""Shifts: as a lead plans them, and as they were published."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.values import StaffId, TenantId
from contracts.vocabulary import Cefr


class Kind(StrEnum):
    """On-call people are called in; only work shifts make somebody present."""

    WORK = "work"
    ON_CALL = "on_call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a shift says. Instants are UTC; `zone` is where the person reads them.

    `tenants` empty: for all the person may work for. A night shift is one shift.
    """

    person: StaffId
    starts_at: datetime
    ends_at: datetime
    zone: str
    kind: Kind = Kind.WORK
    tenants: tuple[TenantId, ...] = ()
    lead: bool = False

    def overlaps(self, other: "Plan") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


class Phase(StrEnum):
    """Of a published shift."""

    AHEAD = "ahead"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What people were told, with the roster version that told them."""

    plan: Plan
    roster_version: int
    phase: Phase = Phase.AHEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One shift: the plan as drafted (None: to be taken out) and as published (None: not yet).

    `version` counts what others were told; `revision` every change, for whoever edits.
    """

    id: UUID
    draft: Plan | None
    published: Published | None = None
    version: int = 0
    revision: int = 1

    @property
    def plan(self) -> Plan:
        """The plan to show: the draft, or what it would take away."""
        if self.draft is not None:
            return self.draft
        if self.published is None:
            raise ValueError("a shift is drafted or published")
        return self.published.plan


class Status(StrEnum):
    """How a draft stands to what was published."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What a lead changes of a plan; None stays as it is."""

    person: StaffId | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    kind: Kind | None = None
    tenants: tuple[TenantId, ...] | None = None
    lead: bool | None = None


@dataclass(frozen=True, slots=True)
class Warn:
    """A rule a plan breaks. It warns and never forbids: the lead decides, and sees the figures."""

    rule: str
    shift: UUID
    other: UUID | None
    figures: dict[str, float]


@dataclass(frozen=True, slots=True)
class Refused:
    """An edit that would rewrite the past."""

    slug: str
    reason: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person as cover counts them."""

    person: StaffId
    languages: dict[str, Cefr]
    tenants: frozenset[TenantId]


@dataclass(frozen=True, slots=True)
class Cover:
    """People with a language in an interval, against how many are needed."""

    language: str
    starts_at: datetime
    ends_at: datetime
    required: int
    rostered: int
