"""Rosters over HTTP."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from chassis.auth import Principal
from chassis.http import Command
from chassis.values import StaffId, TenantId, aware
from routing.rosters.decide.editing import status
from routing.rosters.handlers.publishing import Changes, Publication
from routing.rosters.model import Amendment, Cover, Kind, Plan, Shift, Status, Warn

Say = Callable[..., str]
Change = Literal["", "new", "moved", "removed"]

_CHANGE: dict[Status, Change] = {
    Status.ADDED: "new",
    Status.CHANGED: "moved",
    Status.REMOVED: "removed",
}
SAID = {
    "overlap": "Overlaps another shift by {hours} h.",
    "rest": "Only {hours} h of rest between two shifts; {limit} h are due.",
    "longest-shift": "Lasts {hours} h; {limit} h are the most.",
}


class DraftShift(Command):
    """`tenants` empty: for every client the person may work for."""

    person: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    kind: Kind = Kind.WORK
    tenants: tuple[UUID, ...] = Field(default=(), max_length=2000)
    lead: bool = False

    def plan(self, zone: str) -> Plan:
        return Plan(
            person=StaffId(self.person),
            starts_at=aware(self.starts_at),
            ends_at=aware(self.ends_at),
            zone=zone,
            kind=self.kind,
            tenants=_ordered(self.tenants),
            lead=self.lead,
        )


class AmendShift(Command):
    person: UUID | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    kind: Kind | None = None
    tenants: tuple[UUID, ...] | None = Field(default=None, max_length=2000)
    lead: bool | None = None

    def change(self) -> Amendment:
        return Amendment(
            person=StaffId(self.person) if self.person else None,
            starts_at=aware(self.starts_at) if self.starts_at else None,
            ends_at=aware(self.ends_at) if self.ends_at else None,
            kind=self.kind,
            tenants=None if self.tenants is None else _ordered(self.tenants),
            lead=self.lead,
        )


class PublishRoster(Command):
    """Shifts that start from `from` and before `to`."""

    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")


class WarningView(BaseModel):
    """A rule that is broken, by name, with its figures; `detail` says it in words."""

    rule: str
    shift: UUID
    other: UUID | None
    figures: dict[str, float]
    detail: str


class ShiftView(BaseModel):
    id: UUID
    person: UUID
    starts_at: datetime
    ends_at: datetime
    zone: str
    kind: Kind
    tenants: list[UUID]
    lead: bool
    state: Status
    change: Change = Field(description="what publishing would tell of it; empty: nothing new")
    roster_version: int | None
    revision: int
    warnings: list[WarningView] = []


class ShiftsView(BaseModel):
    items: list[ShiftView]
    next: str | None = None


class DiffView(BaseModel):
    shift: UUID
    person: UUID
    kind: Change
    starts_at: datetime
    ends_at: datetime
    was_starts_at: datetime | None
    was_ends_at: datetime | None
    was_person: UUID | None


class DraftDiffView(BaseModel):
    items: list[DiffView]
    warnings: list[WarningView]
    next: str | None = None


class PublicationView(BaseModel):
    roster_version: int
    told: int
    cancelled: int


class IntervalView(BaseModel):
    start: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    required: int
    rostered: int


class LanguageCoverView(BaseModel):
    language: str
    intervals: list[IntervalView]


class CoverView(BaseModel):
    items: list[LanguageCoverView]
    next: str | None = None


def shift_view(
    shift: Shift, reader: Principal, warnings: Sequence[WarningView] = (), *, told: bool = False
) -> ShiftView:
    """As drafted; with `told` as published, which is what everybody but planners sees."""
    plan = shift.published.plan if told and shift.published else shift.plan
    state = Status.PUBLISHED if told else status(shift)
    return ShiftView(
        id=shift.id,
        person=plan.person,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        zone=plan.zone,
        kind=plan.kind,
        tenants=[tenant for tenant in plan.tenants if reader.may_see(tenant)],
        lead=plan.lead,
        state=state,
        change=_CHANGE.get(state, ""),
        roster_version=shift.published.roster_version if shift.published else None,
        revision=shift.revision,
        warnings=[warning for warning in warnings if warning.shift == shift.id],
    )


def warning_views(warnings: Sequence[Warn], say: Say) -> list[WarningView]:
    """`say` puts a text into the reader's language."""
    return [
        WarningView(
            rule=warn.rule,
            shift=warn.shift,
            other=warn.other,
            figures=warn.figures,
            detail=say(SAID[warn.rule], **{name: f"{v:g}" for name, v in warn.figures.items()}),
        )
        for warn in warnings
    ]


def diff_view(changes: Changes, say: Say) -> DraftDiffView:
    return DraftDiffView(
        items=[_difference(shift) for shift in changes.shifts],
        warnings=warning_views(changes.warnings, say),
    )


def _difference(shift: Shift) -> DiffView:
    plan, was = shift.plan, shift.published.plan if shift.published else None
    return DiffView(
        shift=shift.id,
        person=plan.person,
        kind=_CHANGE.get(status(shift), ""),
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        was_starts_at=was.starts_at if was else None,
        was_ends_at=was.ends_at if was else None,
        was_person=was.person if was else None,
    )


def publication_view(done: Publication) -> PublicationView:
    return PublicationView(
        roster_version=done.roster_version, told=done.told, cancelled=done.cancelled
    )


def cover_view(found: Sequence[Cover]) -> CoverView:
    by_language: dict[str, list[IntervalView]] = {}
    for cover in found:
        by_language.setdefault(cover.language, []).append(
            IntervalView(
                start=cover.starts_at,
                end=cover.ends_at,
                required=cover.required,
                rostered=cover.rostered,
            )
        )
    return CoverView(
        items=[
            LanguageCoverView(language=language, intervals=intervals)
            for language, intervals in by_language.items()
        ]
    )


def _ordered(tenants: Sequence[UUID]) -> tuple[TenantId, ...]:
    return tuple(TenantId(tenant) for tenant in sorted(set(tenants)))
