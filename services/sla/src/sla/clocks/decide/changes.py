"""What has changed between two judgements of a clock: the words the world is told in."""

from typing import assert_never

from contracts.vocabulary import ClockState
from sla.clocks.model import (
    Breached,
    Change,
    Clock,
    Corrected,
    Excused,
    Fulfilled,
    Met,
    Paused,
    Resumed,
    Retargeted,
    Started,
    Voided,
    VoidReason,
)

RUNNING, PAUSED, MET, BREACHED, VOID, EXCUSED = (
    ClockState.RUNNING,
    ClockState.PAUSED,
    ClockState.MET,
    ClockState.BREACHED,
    ClockState.VOID,
    ClockState.EXCUSED,
)
OPEN = frozenset({RUNNING, PAUSED})


def changes(before: Clock | None, after: Clock) -> tuple[Change, ...]:
    """In the order they are told. A clock that was void before it was known is not told at all."""
    if before is None:
        return () if after.state is VOID else (Started(), *_settled(after))
    if before.state is after.state:
        return _within(before, after)
    if after.state is VOID:
        return (Voided(after.void_reason or VoidReason.EMPTY),)
    if before.state in OPEN or after.state in OPEN or before.state is MET:
        return _onward(before, after)
    return _settled(after) if after.state is EXCUSED else (Corrected(before.state),)


def _onward(before: Clock, after: Clock) -> tuple[Change, ...]:
    """Between the states that follow each other in a life, and back where a fact came late."""
    if before.state in (BREACHED, EXCUSED) or (before.state is MET and after.state is BREACHED):
        return (Corrected(before.state),)
    match after.state:
        case ClockState.RUNNING:
            return (Resumed(),)
        case ClockState.PAUSED:
            return (Paused(after.waiting_on),)
        case _:
            return _settled(after)


def _settled(after: Clock) -> tuple[Change, ...]:
    match after.state:
        case ClockState.RUNNING:
            return ()
        case ClockState.PAUSED:
            return (Paused(after.waiting_on),)
        case ClockState.MET:
            return (Met(),)
        case ClockState.BREACHED:
            return (Breached(),)
        case ClockState.EXCUSED:
            return (Excused(after.excuse),) if after.excuse else ()
        case ClockState.VOID:
            return (Voided(after.void_reason or VoidReason.EMPTY),)
        case _:
            assert_never(after.state)


def _within(before: Clock, after: Clock) -> tuple[Change, ...]:
    if after.state in OPEN:
        moved = _promise(before) != _promise(after)
        return (Retargeted(before.target, before.due_at),) if moved else ()
    if after.state is BREACHED and before.breach_at == after.breach_at:
        if before.ended_at is None and after.ended_at is not None:
            return (Fulfilled(),)
        return (Resumed(),) if before.ended_at and after.ended_at is None else ()
    if after.state in (MET, BREACHED) and _verdict(before) != _verdict(after):
        return (Corrected(before.state),)
    return ()


def _promise(clock: Clock) -> tuple[object, ...]:
    return clock.started_at, clock.target, clock.due_at, clock.contract_version


def _verdict(clock: Clock) -> tuple[object, ...]:
    return clock.started_at, clock.ended_at, clock.breach_at, clock.elapsed


def is_news(before: Clock | None, after: Clock) -> bool:
    """Whether the stored clock must be written anew; time alone is no news to a running one."""
    return before is None or _kept(before) != _kept(after)


def _kept(clock: Clock) -> tuple[object, ...]:
    settled = clock.elapsed if clock.ended_at or clock.state is PAUSED else None
    return (
        clock.state,
        clock.started_at,
        clock.ended_at,
        clock.target,
        clock.due_at,
        clock.breach_at,
        clock.exceeds_at,
        clock.contract_version,
        clock.calendar_version,
        clock.void_reason,
        settled,
    )
