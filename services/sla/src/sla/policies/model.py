"""A contract as it was agreed: immutable versions with the instant each takes effect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from contracts.vocabulary import Channel, Metric, Priority, WaitingOn
from sla.calendars.model import CalendarSpec, OpenHours


class ContractError(ValueError):
    """The contract cannot be kept: the message says which part and why."""


class Hours(StrEnum):
    """Which calendar measures a target: the contract's own, or one made of it."""

    BUSINESS = "business"
    ALWAYS = "24x7"
    EXCEPT_HOLIDAYS = "24x7-except-holidays"


class Reopen(StrEnum):
    """What a reopening does to the resolution promise."""

    RESUME = "resume"
    NEW_CYCLE = "new_cycle"


@dataclass(frozen=True, slots=True)
class Selector:
    """What a target is chosen by."""

    priority: Priority
    plan: str
    channel: Channel
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """None selects any. `language` `pt` holds for `pt-BR` too, `pt-BR` for itself alone."""

    metric: Metric
    priority: Priority
    seconds: int
    hours: Hours
    plan: str | None = None
    channel: Channel | None = None
    language: str | None = None

    @property
    def amount(self) -> timedelta:
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How clocks of a contract behave, beside their targets.

    `pauses` lists, per metric, for whom a ticket waits while that clock stands still.
    `applies_to_running`: clocks that run when this version takes effect take its targets over
    from then on; otherwise they end under the version they began with.
    `close_after_days`: working days after its end that a month closes by itself.
    """

    warn: tuple[int, ...] = (50, 75, 90)
    escalate_at: int = 75
    grace: timedelta = timedelta()
    pauses: Mapping[Metric, frozenset[WaitingOn]] = field(
        default_factory=lambda: {Metric.RESOLUTION: frozenset({WaitingOn.CUSTOMER})}
    )
    reopen: Reopen = Reopen.RESUME
    applies_to_running: bool = False
    close_after_days: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One version. `calendar_version` counts the changes of the calendar alone."""

    tenant: UUID
    id: UUID
    version: int
    effective_from: datetime
    calendar_version: int
    calendar: CalendarSpec
    targets: tuple[Target, ...]
    rules: Rules = Rules()
    attainment: Mapping[Metric, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """Who put a version, and when."""

    version: int
    calendar_version: int
    effective_from: datetime
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """What one metric of one ticket is measured against at an instant."""

    target: timedelta
    hours: Hours
    version: int
    calendar_version: int
    open: OpenHours = field(compare=False, repr=False)

    def same_promise(self, other: "Terms | None") -> bool:
        """Whether nothing changes for a clock that passes from the one to the other."""
        return other is not None and (self.target, self.hours, self.calendar_version) == (
            other.target,
            other.hours,
            other.calendar_version,
        )


@dataclass(frozen=True, slots=True)
class Edition:
    """A contract version with its calendars laid out, ready to measure with."""

    contract: Contract
    calendars: Mapping[Hours, OpenHours] = field(compare=False, repr=False)
