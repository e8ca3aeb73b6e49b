"""The ledger: what a ticket's facts make of its promises, up to an instant."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from contracts.vocabulary import ClockState, TicketState
from sla.clocks.decide.legs import cut, status_at
from sla.clocks.decide.measure import measure
from sla.clocks.decide.story import in_order, tell
from sla.clocks.model import (
    GONE,
    REPLIES,
    Clock,
    Excuse,
    ExcuseMode,
    Fact,
    Leg,
    Measure,
    Status,
    Story,
    VoidReason,
    Wait,
)
from sla.policies.decide import choose_edition
from sla.policies.model import Edition

_GONE_REASON = {TicketState.MERGED: VoidReason.MERGED, TicketState.SPAM: VoidReason.SPAM}


def replay(
    facts: Iterable[Fact],
    book: Sequence[Edition],
    as_of: datetime,
    excuses: Sequence[Excuse] = (),
) -> tuple[Clock, ...]:
    """Every clock of one ticket, judged up to `as_of`, which is no earlier than its own facts.

    `book` holds the contract's versions by when they take effect. Without one there is none.
    """
    ordered = in_order(facts)
    if not ordered or not book:
        return ()
    first = choose_edition(book, ordered[0].at) or book[0]
    story = tell(ordered, first.contract.rules.reopen)
    known = [edition for edition in book if edition.contract.effective_from <= as_of]
    clocks = (_clock(wait, story, known, as_of, excuses) for wait in story.waits)
    return tuple(clock for clock in clocks if clock)


def _clock(
    wait: Wait,
    story: Story,
    book: Sequence[Edition],
    as_of: datetime,
    excuses: Sequence[Excuse],
) -> Clock | None:
    gone = _void(wait, story)
    stop = wait.end or (gone[1] if gone else as_of)
    legs = _promised(cut(wait, story, book, max(stop, wait.start), excuses))
    if not legs:
        return None
    reason = gone[0] if gone else None if legs[-1].terms else VoidReason.WITHDRAWN
    last = next(leg.terms for leg in reversed(legs) if leg.terms)
    rules = next(e.contract.rules for e in book if e.contract.version == last.version)
    ended = bool(wait.end or gone)
    found = measure(legs, rules, ended=ended or reason is not None)
    excuse = _excuse(legs, excuses) if found.breach_at else None
    status = status_at(story, as_of, wait.end_place)
    void = _stays_void(reason, found)
    return Clock(
        metric=wait.metric,
        cycle=wait.cycle,
        contract_version=last.version,
        calendar_version=last.calendar_version,
        target=last.target,
        started_at=legs[0].start,
        ended_at=legs[-1].start if ended else None,
        as_of=as_of,
        state=_state(found, legs[-1], excuse, ended=ended, void=void),
        elapsed=found.elapsed,
        due_at=found.due_at,
        breach_at=found.breach_at,
        exceeds_at=found.exceeds_at,
        warnings=found.warnings,
        waiting_on=status.waiting_on,
        void_reason=reason if void else None,
        excuse=excuse,
        legs=legs,
    )


def _void(wait: Wait, story: Story) -> tuple[VoidReason, datetime] | None:
    """R11: a merged-away ticket and spam owe nothing; a closed one owes no answer any more."""
    last = _since(story.statuses)
    if last.state in GONE:
        return _GONE_REASON[last.state], last.at
    if last.state is TicketState.CLOSED and wait.metric in REPLIES and wait.end is None:
        return VoidReason.CLOSED, last.at
    return None


def _since(statuses: Sequence[Status]) -> Status:
    """The last state, from when it began."""
    last = statuses[-1]
    for status in reversed(statuses):
        if status.state is not last.state:
            break
        last = status
    return last


def _stays_void(reason: VoidReason | None, found: Measure) -> bool:
    """A breach that happened is not undone by closing the ticket or dropping the target (R9)."""
    if reason in (VoidReason.CLOSED, VoidReason.WITHDRAWN):
        return found.breach_at is None
    return reason is not None


def _promised(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """Without the time before anything was promised; nothing at all when nothing ever was."""
    begin = next((index for index, leg in enumerate(legs) if leg.terms), None)
    return () if begin is None else tuple(legs[begin:])


def _state(
    found: Measure, last: Leg, excuse: UUID | None, *, ended: bool, void: bool
) -> ClockState:
    """Void before breached before met before paused before running."""
    if void:
        return ClockState.VOID
    if found.breach_at:
        return ClockState.EXCUSED if excuse else ClockState.BREACHED
    if ended:
        return ClockState.MET
    return ClockState.RUNNING if last.running else ClockState.PAUSED


def _excuse(legs: Sequence[Leg], excuses: Sequence[Excuse]) -> UUID | None:
    """R10, exclude: the clock ran at some time inside an approved window."""
    for window in excuses:
        if window.mode is ExcuseMode.EXCLUDE and any(_overlap(leg, window) for leg in legs[:-1]):
            return window.id
    return None


def _overlap(leg: Leg, window: Excuse) -> bool:
    if not leg.running or leg.terms is None or leg.end is None:
        return False
    start, end = max(leg.start, window.start), min(leg.end, window.end)
    return leg.terms.open.elapsed(start, end) > timedelta()
