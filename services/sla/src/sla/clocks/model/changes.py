"""What may be told of a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from contracts.vocabulary import ClockState, WaitingOn
from sla.clocks.model.clocks import VoidReason


@dataclass(frozen=True, slots=True)
class Started:
    pass


@dataclass(frozen=True, slots=True)
class Paused:
    waiting_on: WaitingOn


@dataclass(frozen=True, slots=True)
class Resumed:
    pass


@dataclass(frozen=True, slots=True)
class Retargeted:
    """The promise itself moved: priority, contract, or an earlier start by a merge."""

    was_target: timedelta
    was_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Warned:
    """A share of the target is used up; told once per clock and share."""

    percent: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Breached:
    pass


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """Answered after the breach; the clock stays breached."""


@dataclass(frozen=True, slots=True)
class Met:
    pass


@dataclass(frozen=True, slots=True)
class Voided:
    reason: VoidReason


@dataclass(frozen=True, slots=True)
class Excused:
    excuse: UUID


@dataclass(frozen=True, slots=True)
class Corrected:
    """A fact came late, or a mistake was undone; what was said before is kept."""

    was: ClockState


Change = (
    Started
    | Paused
    | Resumed
    | Retargeted
    | Warned
    | Breached
    | Fulfilled
    | Met
    | Voided
    | Excused
    | Corrected
)
