"""Clocks as their facts make them, and what they are made of."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from contracts.vocabulary import ClockState, Metric, WaitingOn
from sla.policies.model import Terms


class ExcuseMode(StrEnum):
    SUBTRACT = "subtract"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class Excuse:
    """An approved window that does not count against us: cut out, or taking the breach out."""

    id: UUID
    mode: ExcuseMode
    start: datetime
    end: datetime


class Pause(StrEnum):
    """Why a clock stands still while its calendar may be open."""

    STATE = "state"
    WAITING = "waiting"
    EXCUSED = "excused"


class Leg(NamedTuple):
    """A stretch of a wait in which nothing about its clock changes. `end` None: from now on."""

    start: datetime
    end: datetime | None
    terms: Terms | None
    pause: Pause | None

    @property
    def running(self) -> bool:
        return self.pause is None and self.terms is not None


@dataclass(frozen=True, slots=True)
class Threshold:
    percent: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the legs add up to. `exceeds_at`: when it will be breached if nothing changes."""

    elapsed: timedelta
    due_at: datetime | None
    breach_at: datetime | None
    exceeds_at: datetime | None
    warnings: tuple[Threshold, ...]


class SegmentKind(StrEnum):
    """How a stretch of a clock's life is drawn."""

    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"
    OVER = "over"
    EXCUSED = "excused"


class Segment(NamedTuple):
    kind: SegmentKind
    start: datetime
    end: datetime


class VoidReason(StrEnum):
    MERGED = "merged"
    SPAM = "spam"
    CLOSED = "closed_unanswered"
    WITHDRAWN = "no_target"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One instance (ticket, metric, cycle) as its facts make it, up to `as_of`.

    `ended_at` is when it was fulfilled or went void; a breached clock may still be unfulfilled.
    """

    metric: Metric
    cycle: int
    contract_version: int
    calendar_version: int
    target: timedelta
    started_at: datetime
    ended_at: datetime | None
    as_of: datetime
    state: ClockState
    elapsed: timedelta
    due_at: datetime | None
    breach_at: datetime | None
    exceeds_at: datetime | None = None
    warnings: tuple[Threshold, ...] = ()
    waiting_on: WaitingOn = WaitingOn.US
    void_reason: VoidReason | None = None
    excuse: UUID | None = None
    legs: tuple[Leg, ...] = field(default=(), compare=False, repr=False)

    @property
    def name(self) -> tuple[Metric, int]:
        return self.metric, self.cycle
