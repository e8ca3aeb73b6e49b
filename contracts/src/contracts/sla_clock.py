"""`sla.clock.v1` and `sla.escalation.v1`: promises as they run, and who is called."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import EventData
from contracts.vocabulary import ClockState, Metric


class ClockFacts(EventData):
    """One clock instance (ticket, metric, cycle) after the change. Spans are seconds."""

    ticket: UUID
    metric: Metric
    cycle: int
    contract: UUID
    contract_version: int
    calendar_version: int
    target_s: int
    elapsed_s: int
    started_at: AwareDatetime
    due_at: AwareDatetime | None = Field(description="null while paused: no due instant is known")
    state: ClockState
    at: AwareDatetime = Field(description="the instant the change took effect")
    fulfilled_at: AwareDatetime | None = Field(
        default=None, description="when what was promised was done, in time or late"
    )


class ClockStartedV1(ClockFacts):
    """A promise runs."""


class ClockPausedV1(ClockFacts):
    waiting_on: str


class ClockResumedV1(ClockFacts):
    """The promise runs on."""


class ClockWarnedV1(ClockFacts):
    percent: int


class ClockBreachedV1(ClockFacts):
    breached_at: AwareDatetime
    detected_at: AwareDatetime
    evidence: UUID


class ClockMetV1(ClockFacts):
    evidence: UUID


class ClockVoidedV1(ClockFacts):
    reason: str


class ClockFulfilledV1(ClockFacts):
    """Done after the breach: the clock stays breached, and no longer waits for anyone."""

    breached_at: AwareDatetime


class ClockRetargetedV1(ClockFacts):
    """The promise moved while it runs: other priority, other contract, or an older wait merged."""

    was_target_s: int
    was_due_at: AwareDatetime | None


class ClockExcusedV1(ClockFacts):
    excuse: UUID


class ClockCorrectedV1(ClockFacts):
    """A fact came late; the verdict is set right and the old one kept."""

    was: ClockState
    reason: str


class ClockRestatedV1(ClockFacts):
    """The whole state at this version, for a reader that starts late or lacks versions."""

    breached_at: AwareDatetime | None = None


class EscalationFacts(EventData):
    ticket: UUID
    metric: Metric
    level: int
    on_duty: UUID | None = Field(description="the lead on duty, or null when nobody is")
    at: AwareDatetime
    clock: UUID | None = Field(default=None, description="the clock instance in danger")


class EscalationRaisedV1(EscalationFacts):
    """The person on duty is told."""

    reason: str


class EscalationAcknowledgedV1(EscalationFacts):
    by: UUID


class EscalationRepeatedV1(EscalationFacts):
    """Nobody acknowledged: told again, or the next level."""


class EscalationResolvedV1(EscalationFacts):
    """No longer in danger."""
