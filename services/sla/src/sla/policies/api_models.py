"""The contract as clients and tools write and read it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from chassis.http import Command
from contracts.vocabulary import Channel, Metric, Priority, WaitingOn
from sla.policies.model import Hours, Reopen

Day = Annotated[str, Field(pattern="^(mon|tue|wed|thu|fri|sat|sun)$")]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-4]):[0-5]\d$", examples=["09:00"])]
OpenWindow = tuple[ClockTime, ClockTime]


class CalendarBody(Command):
    """Wall time in the contract's zone. A window that ends earlier than it begins ends next day."""

    week: dict[Day, list[OpenWindow]]
    holidays: list[date] = Field(default=[], max_length=500)
    dated: dict[date, list[OpenWindow]] = Field(
        default={}, max_length=500, description="all that is open on that date, half-days for one"
    )
    country: str | None = Field(default=None, max_length=3, description="ISO 3166 code")
    subdivision: str | None = Field(default=None, max_length=20)


class TargetBody(Command):
    metric: Metric
    priority: Priority
    plan: str | None = Field(default=None, max_length=100)
    channel: Channel | None = None
    language: str | None = Field(default=None, max_length=35)
    seconds: int = Field(gt=0)
    hours: Hours = Hours.BUSINESS


class ContractBody(Command):
    """A contract as it shall be from `effective_from` on; without one, from now."""

    id: UUID | None = None
    zone: str = Field(max_length=64)
    calendar: CalendarBody
    targets: list[TargetBody] = Field(min_length=1, max_length=500)
    warn: list[int] = Field(default=[50, 75, 90], max_length=20)
    escalate_at: int = 75
    grace_s: int = Field(default=0, ge=0, le=86_400 * 30)
    pauses: dict[Metric, list[WaitingOn]] = Field(
        default={Metric.RESOLUTION: [WaitingOn.CUSTOMER]},
        description="for whom a ticket waits while that clock stands still",
    )
    reopen: Reopen = Reopen.RESUME
    applies_to_running: bool = False
    close_after_days: int = Field(
        default=3, description="working days after its end that a month closes by itself"
    )
    attainment: dict[Metric, Decimal] = Field(default={})
    effective_from: AwareDatetime | None = None


class VersionView(BaseModel):
    version: int
    calendar_version: int
    effective_from: AwareDatetime
    made_at: AwareDatetime
    made_by: str


class ContractView(BaseModel):
    """The version in force, or the first one to come."""

    id: UUID
    version: int
    calendar_version: int
    effective_from: AwareDatetime
    zone: str
    calendar: dict[str, Any]
    targets: list[TargetBody]
    warn: list[int]
    escalate_at: int
    grace_s: int
    pauses: dict[Metric, list[WaitingOn]]
    reopen: Reopen
    applies_to_running: bool
    close_after_days: int
    attainment: dict[Metric, str]
    versions: list[VersionView]


class PreviewBody(Command):
    tenant: UUID
    priority: Priority
    plan: str = Field(default="", max_length=100)
    channel: Channel = Channel.MAIL
    language: str = Field(default="und", max_length=35)
    at: AwareDatetime | None = None


class PreviewOne(BaseModel):
    metric: Metric
    target_s: int
    hours: Hours
    due_at: AwareDatetime


class PreviewView(BaseModel):
    contract_version: int | None
    at: AwareDatetime
    promises: list[PreviewOne]
