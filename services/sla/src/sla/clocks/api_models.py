"""Clocks, their evidence and misses as people see them. Seconds count by the clock's calendar."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from contracts.vocabulary import (
    AuthorKind,
    ClockState,
    Metric,
    Priority,
    TicketState,
    WaitingOn,
)
from sla.clocks.handlers.reading import Evidence, Shown
from sla.clocks.model import (
    Coverage,
    Entry,
    Recorded,
    Segment,
    SegmentKind,
    Told,
    VoidReason,
)


class ClockView(BaseModel):
    """`elapsed_s` as of `as_of`; while a clock runs, count on to `due_at`."""

    id: UUID
    ticket: UUID
    metric: Metric
    cycle: int
    state: ClockState
    target_s: int
    elapsed_s: int
    as_of: AwareDatetime
    started_at: AwareDatetime
    due_at: AwareDatetime | None
    breached_at: AwareDatetime | None
    detected_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    waiting_on: WaitingOn
    warned: list[int]
    void_reason: VoidReason | None
    contract: UUID
    contract_version: int
    calendar_version: int
    language: str
    version: int


class ClocksView(BaseModel):
    """`coverage` says why a ticket has no promises."""

    items: list[ClockView]
    next: None = None
    ticket: UUID
    coverage: Coverage


class SegmentView(BaseModel):
    kind: SegmentKind
    start: AwareDatetime
    end: AwareDatetime


class MissView(BaseModel):
    clock: UUID
    ticket: UUID
    reference: str
    metric: Metric
    cycle: int
    language: str
    target_s: int
    started_at: AwareDatetime
    due_at: AwareDatetime | None
    breached_at: AwareDatetime | None
    detected_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    over_s: int
    paused_s: int
    owner: UUID | None
    timeline: list[SegmentView]


class FactView(BaseModel):
    event: UUID
    type: str
    at: AwareDatetime
    state: TicketState
    waiting_on: WaitingOn
    priority: Priority
    author: AuthorKind | None
    since: AwareDatetime | None


class LineView(BaseModel):
    """A line of the ledger: `at` is when it took effect, `recorded_at` when it was written."""

    evidence: UUID
    version: int
    type: str
    at: AwareDatetime
    recorded_at: AwareDatetime | None
    state: ClockState
    elapsed_s: int
    due_at: AwareDatetime | None
    detail: dict[str, Any]
    cause: UUID | None


class EvidenceView(BaseModel):
    clock: ClockView
    reference: str
    over_s: int
    owner: UUID | None
    timeline: list[SegmentView]
    facts: list[FactView]
    ledger: list[LineView]


def clock_view(entry: Entry) -> ClockView:
    clock = entry.clock
    return ClockView(
        id=entry.id,
        ticket=entry.ticket,
        metric=clock.metric,
        cycle=clock.cycle,
        state=clock.state,
        target_s=_seconds(clock.target),
        elapsed_s=_seconds(clock.elapsed),
        as_of=clock.as_of,
        started_at=clock.started_at,
        due_at=clock.due_at,
        breached_at=clock.breach_at,
        detected_at=entry.detected_at,
        ended_at=clock.ended_at,
        waiting_on=clock.waiting_on,
        warned=list(entry.warned),
        void_reason=clock.void_reason,
        contract=entry.contract,
        contract_version=clock.contract_version,
        calendar_version=clock.calendar_version,
        language=entry.language,
        version=entry.version,
    )


def miss_view(shown: Shown, *, with_owner: bool) -> MissView:
    clock = shown.clock
    return MissView(
        clock=shown.entry.id,
        ticket=shown.entry.ticket,
        reference=shown.ticket.reference,
        metric=clock.metric,
        cycle=clock.cycle,
        language=shown.entry.language,
        target_s=_seconds(clock.target),
        started_at=clock.started_at,
        due_at=clock.due_at,
        breached_at=clock.breach_at,
        detected_at=shown.entry.detected_at,
        ended_at=clock.ended_at,
        over_s=_over(shown),
        paused_s=_seconds(_sum(shown.timeline, SegmentKind.PAUSED)),
        owner=shown.owner if with_owner else None,
        timeline=_timeline(shown),
    )


def evidence_view(found: Evidence, *, with_owner: bool) -> EvidenceView:
    shown = found.shown
    return EvidenceView(
        clock=clock_view(shown.entry),
        reference=shown.ticket.reference,
        over_s=_over(shown),
        owner=shown.owner if with_owner else None,
        timeline=_timeline(shown),
        facts=[_fact(one) for one in found.facts],
        ledger=[_line(one) for one in found.lines],
    )


def _timeline(shown: Shown) -> list[SegmentView]:
    return [SegmentView(kind=k, start=start, end=end) for k, start, end in shown.timeline]


def _fact(told: Recorded) -> FactView:
    fact = told.fact
    return FactView(
        event=told.event,
        type=told.type,
        at=fact.at,
        state=fact.state,
        waiting_on=fact.waiting_on,
        priority=fact.selector.priority,
        author=fact.author,
        since=fact.since,
    )


def _line(told: Told) -> LineView:
    return LineView(
        evidence=told.id,
        version=told.version,
        type=told.type,
        at=told.at,
        recorded_at=told.recorded_at,
        state=told.state,
        elapsed_s=_seconds(told.elapsed),
        due_at=told.due_at,
        detail=dict(told.detail),
        cause=told.cause,
    )


def _over(shown: Shown) -> int:
    return _seconds(_sum(shown.timeline, SegmentKind.OVER))


def _sum(timeline: tuple[Segment, ...], kind: SegmentKind) -> timedelta:
    spans = (segment.end - segment.start for segment in timeline if segment.kind is kind)
    return sum(spans, timedelta())


def _seconds(amount: timedelta) -> int:
    return int(amount.total_seconds())
