"""An escalation: one call per clock and level, repeated until somebody takes it."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from contracts.vocabulary import Metric


class Level(IntEnum):
    """The lead on duty, then a manager."""

    LEAD = 1
    MANAGER = 2


class EscalationState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """`on_duty` None: nobody was. `repeats` counts how often it was told again."""

    id: UUID
    tenant: UUID
    clock: UUID
    ticket: UUID
    metric: Metric
    level: Level
    state: EscalationState
    reason: str
    on_duty: UUID | None
    raised_at: datetime
    repeats: int = 0
    due_at: datetime | None = None
    acknowledged_by: UUID | None = None
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Danger:
    """Why somebody is to be told about a clock."""

    level: Level
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Whom each level would reach now."""

    lead: UUID | None
    manager: UUID | None

    def of(self, level: Level) -> UUID | None:
        return self.lead if level is Level.LEAD else self.manager
