"""From a fresh judgement to the ledger: which entries change, what is told, what rings when."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from chassis.values import first_version, next_version
from contracts.vocabulary import ClockState, Metric
from sla.clocks.decide.changes import changes, is_news
from sla.clocks.model import (
    Alerted,
    Breached,
    Change,
    Clock,
    Entry,
    Fulfilled,
    Met,
    Paused,
    Posting,
    Resumed,
    Started,
    Ticket,
    Voided,
    VoidReason,
    Warned,
)

INSTANT_AFTER = timedelta(microseconds=1)
BLIND = frozenset({ClockState.MET, ClockState.VOID, ClockState.EXCUSED, ClockState.BREACHED})


def clock_id(ticket: UUID, metric: Metric, cycle: int) -> UUID:
    """The same instance has the same id, whoever computes it and however often."""
    return uuid5(ticket, f"{metric}:{cycle}")


def post(
    ticket: Ticket,
    entries: Iterable[Entry],
    clocks: Sequence[Clock],
    now: datetime,
    epoch: int = 0,
) -> tuple[Posting, ...]:
    """What the ledger must take in, so that it says what the clocks say."""
    known = {entry.clock.name: entry for entry in entries}
    fresh = {clock.name: clock for clock in clocks}
    dropped = [
        _dropped(entry.clock)
        for name, entry in known.items()
        if name not in fresh and entry.clock.state is not ClockState.VOID
    ]
    postings = (
        _posting(ticket, known.get(clock.name), clock, now, epoch) for clock in [*clocks, *dropped]
    )
    return tuple(posting for posting in postings if posting)


def decide_warning(entry: Entry, clock: Clock, now: datetime, epoch: int = 0) -> Posting | None:
    """The warning to give now: of several late ones the highest alone; none once it is over."""
    highest = max(entry.warned, default=0)
    late = [w for w in _ahead(clock, highest) if w.at <= now]
    if not late:
        return None
    due = max(late, key=lambda warned: warned.percent)
    version = _next(entry.version, epoch)
    after = replace(
        entry,
        version=version,
        warned=(*entry.warned, due.percent),
        warn_at=_first(_ahead(clock, due.percent)),
    )
    return Posting(entry, after, ((version, Alerted(due.percent, due.at)),))


def breach_alarm(entry: Entry) -> datetime | None:
    """The first instant at which the target is exceeded, while no verdict is given."""
    exceeds_at = entry.clock.exceeds_at
    return exceeds_at + INSTANT_AFTER if exceeds_at else None


def took_effect(entry: Entry, change: Change) -> datetime:
    """When a change became true, whenever it was found out."""
    clock = entry.clock
    match change:
        case Started():
            return clock.started_at
        case Breached():
            return clock.breach_at or clock.as_of
        case Met() | Fulfilled() | Voided():
            return clock.ended_at or clock.as_of
        case Alerted():
            return change.at
        case Paused() | Resumed():
            return _since(clock)
        case _:
            return clock.as_of


def _posting(
    ticket: Ticket, before: Entry | None, clock: Clock, now: datetime, epoch: int
) -> Posting | None:
    told = changes(before.clock if before else None, clock)
    if (before is None and not told) or not (
        told or is_news(before.clock if before else None, clock)
    ):
        return None
    warned = before.warned if before else ()
    version = before.version if before else None
    numbered: list[tuple[int, Change]] = []
    for change in told:
        version = _next(version, epoch)
        numbered.append((version, change))
    after = Entry(
        id=clock_id(ticket.id, clock.metric, clock.cycle),
        ticket=ticket.id,
        version=version,
        clock=clock,
        language=ticket.language,
        detected_at=_detected(before, clock, now),
        warned=warned,
        warn_at=_first(_ahead(clock, max(warned, default=0))),
    )
    return Posting(before, after, tuple(numbered))


def _detected(before: Entry | None, clock: Clock, now: datetime) -> datetime | None:
    """A breach is detected once; one that was corrected away is detected anew if it comes back."""
    if clock.breach_at is None:
        return None
    return before.detected_at if before and before.detected_at else now


def _dropped(clock: Clock) -> Clock:
    return replace(
        clock,
        state=ClockState.VOID,
        void_reason=VoidReason.EMPTY,
        ended_at=clock.ended_at or clock.started_at,
        exceeds_at=None,
        warnings=(),
    )


def _ahead(clock: Clock, highest: int) -> list[Warned]:
    if clock.state in BLIND:
        return []
    return [warned for warned in clock.warnings if warned.percent > highest]


def _first(warnings: Sequence[Warned]) -> datetime | None:
    return min((warned.at for warned in warnings), default=None)


def _since(clock: Clock) -> datetime:
    """Since when the clock has stood as it stands: paused, or running."""
    since = clock.as_of
    for leg in reversed(clock.legs):
        if leg.running != clock.legs[-1].running:
            break
        since = leg.start
    return since


def _next(version: int | None, epoch: int) -> int:
    return first_version(epoch) if version is None else next_version(version, epoch)
