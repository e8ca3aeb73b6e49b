"""When somebody is told, who, how often, and when it is over. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from chassis.values import next_version
from contracts.vocabulary import ClockState, Metric
from sla.clocks.model import Breached, Entry, Posting, Warned
from sla.escalations.model import Danger, Escalation, EscalationState, Level, OnDuty

ESCALATED = frozenset({Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.RESOLUTION})
REPEAT_AFTER = timedelta(minutes=10)
MOST_REPEATS = 3


def escalation_id(clock: UUID, level: Level) -> UUID:
    """One per clock and level, whoever raises it."""
    return uuid5(clock, f"escalation:{level.value}")


def dangers(posting: Posting, escalate_at: int) -> tuple[Danger, ...]:
    """A warning at or over the threshold calls the lead, a breach the manager.

    What is already done when it is found late calls nobody.
    """
    entry = posting.after
    if entry.clock.metric not in ESCALATED or entry.clock.ended_at is not None:
        return ()
    found = []
    for _, change in posting.told:
        match change:
            case Warned(percent, at) if percent >= escalate_at:
                found.append(Danger(Level.LEAD, f"{percent} percent used", at))
            case Breached():
                at = entry.clock.breach_at or entry.clock.as_of
                found.append(Danger(Level.MANAGER, "breached", at))
    return tuple(found)


def may_settle(posting: Posting) -> bool:
    """Whether the clock can have escalations at all; spares a look for most changes."""
    return posting.before is not None and posting.after.clock.metric in ESCALATED


def decide_raise(
    entry: Entry, tenant: UUID, danger: Danger, on_duty: OnDuty, now: datetime
) -> tuple[Escalation, ...]:
    """The escalation to raise; where nobody is on duty for its level, the next level at once."""
    levels = [danger.level]
    if danger.level is Level.LEAD and on_duty.lead is None:
        levels.append(Level.MANAGER)
    return tuple(
        Escalation(
            id=escalation_id(entry.id, level),
            tenant=tenant,
            clock=entry.id,
            ticket=entry.ticket,
            metric=entry.clock.metric,
            level=level,
            state=EscalationState.OPEN,
            reason=danger.reason if level is danger.level else f"{danger.reason}, no lead on duty",
            on_duty=on_duty.of(level),
            raised_at=now,
            due_at=entry.clock.due_at,
        )
        for level in levels
    )


def decide_repeat(known: Escalation, on_duty: OnDuty, epoch: int = 0) -> Escalation | None:
    """Told again, to whoever is on duty now; None once it was taken up, is over, or said enough."""
    if known.state is not EscalationState.OPEN or known.repeats >= MOST_REPEATS:
        return None
    return replace(
        known,
        repeats=known.repeats + 1,
        on_duty=on_duty.of(known.level),
        version=next_version(known.version, epoch),
    )


def next_repeat(known: Escalation, now: datetime) -> datetime | None:
    """When it is told again if nobody takes it up, or None after the last time."""
    open_ = known.state is EscalationState.OPEN and known.repeats < MOST_REPEATS
    return now + REPEAT_AFTER if open_ else None


def decide_acknowledge(
    known: Escalation, by: UUID, now: datetime, epoch: int = 0
) -> Escalation | None:
    """Somebody takes it up; None when there is nothing to take up any more."""
    if known.state is not EscalationState.OPEN:
        return None
    return replace(
        known,
        state=EscalationState.ACKNOWLEDGED,
        acknowledged_by=by,
        acknowledged_at=now,
        version=next_version(known.version, epoch),
    )


def resolved(
    known: Iterable[Escalation], entry: Entry, now: datetime, epoch: int = 0
) -> tuple[Escalation, ...]:
    """Those that are over: the clock ended, or the breach it was about was corrected away."""
    return tuple(
        replace(
            one,
            state=EscalationState.RESOLVED,
            resolved_at=now,
            version=next_version(one.version, epoch),
        )
        for one in known
        if one.state is not EscalationState.RESOLVED and _over(one, entry)
    )


def _over(known: Escalation, entry: Entry) -> bool:
    clock = entry.clock
    if clock.ended_at is not None or clock.state in (ClockState.VOID, ClockState.EXCUSED):
        return True
    breached = clock.state is ClockState.BREACHED
    return known.reason == "breached" and not breached
