"""From a fresh judgement to the ledger: which entries change, what is told, what rings when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from chassis.values import next_version
from contracts.vocabulary import ClockState, Metric
from sla.clocks.decide.changes import changes, is_news
from sla.clocks.decide.replay import replay
from sla.clocks.model import (
    Breached,
    Change,
    Clock,
    Coverage,
    Entry,
    Fact,
    FactKind,
    Fulfilled,
    Judgement,
    Met,
    Paused,
    Posting,
    Recorded,
    Resumed,
    Started,
    Threshold,
    Ticket,
    Voided,
    VoidReason,
    Warned,
)
from sla.policies.decide import choose_edition
from sla.policies.model import Edition

INSTANT_AFTER = timedelta(microseconds=1)
BLIND = frozenset({ClockState.MET, ClockState.VOID, ClockState.EXCUSED, ClockState.BREACHED})


@dataclass(frozen=True, slots=True)
class Turn:
    """When the judging is done, and the epoch that new versions get."""

    now: datetime
    epoch: int = 0


def clock_id(ticket: UUID, metric: Metric, cycle: int) -> UUID:
    """The same instance has the same id, whoever computes it and however often."""
    return uuid5(ticket, f"{metric}:{cycle}")


def settle(
    ticket: Ticket,
    facts: Sequence[Fact],
    book: Sequence[Edition],
    entries: Sequence[Entry],
    turn: Turn,
) -> Judgement:
    """Judge a ticket from all its facts, and say what the ledger lacks to agree."""
    as_of = ticket.judged_until
    clocks = replay(facts, book, as_of) if as_of else ()
    coverage = decide_coverage(ticket, facts, book, [*clocks, *(e.clock for e in entries)])
    return Judgement(replace(ticket, coverage=coverage), post(ticket, entries, clocks, book, turn))


def post(
    ticket: Ticket,
    entries: Sequence[Entry],
    clocks: Sequence[Clock],
    book: Sequence[Edition],
    turn: Turn,
) -> tuple[Posting, ...]:
    """What the ledger must take in, so that it says what the clocks say."""
    known = {entry.clock.name: entry for entry in entries}
    fresh = {clock.name for clock in clocks}
    gone = [
        _dropped(entry.clock)
        for name, entry in known.items()
        if name not in fresh and entry.clock.state is not ClockState.VOID
    ]
    contracts = {edition.contract.version: edition.contract.id for edition in book}
    postings = (
        _posting(ticket, known.get(clock.name), clock, contracts, turn)
        for clock in [*clocks, *gone]
    )
    return tuple(posting for posting in postings if posting)


def next_ticket(ticket: Ticket, told: Recorded, now: datetime) -> Ticket:
    """The ticket's row after a fact. A ticket's own fact proves its feed up to then."""
    fact = told.fact
    if fact.seq is None:
        return ticket
    until = min(fact.at, now)
    opened = ticket.opened_at or (fact.at if fact.kind is FactKind.OPENED else None)
    return replace(
        ticket,
        judged_until=max(ticket.judged_until or until, until),
        reference=told.reference or ticket.reference,
        language=fact.selector.language,
        state=fact.state,
        opened_at=opened,
    )


def judged(ticket: Ticket, until: datetime) -> Ticket:
    """The ticket with its verdicts given up to an instant; unknown until its own first fact."""
    if ticket.judged_until is None:
        return ticket
    return replace(ticket, judged_until=max(ticket.judged_until, until))


def decide_coverage(
    ticket: Ticket, facts: Sequence[Fact], book: Sequence[Edition], clocks: Sequence[Clock]
) -> Coverage:
    """A ticket without promises is no error, but it is seen, with the reason."""
    if clocks:
        return Coverage.PROMISED
    if not any(fact.kind in (FactKind.CLASSIFIED, FactKind.RESTATED) for fact in facts):
        return Coverage.UNCLASSIFIED
    since = ticket.opened_at or ticket.judged_until
    if since is None or choose_edition(book, since) is None:
        return Coverage.NO_CONTRACT
    return Coverage.NO_TARGET


def decide_warning(entry: Entry, clock: Clock, turn: Turn) -> Posting | None:
    """The warning to give now: of several late ones the highest alone; none once it is over."""
    highest = max(entry.warned, default=0)
    late = [w for w in _ahead(clock, highest) if w.at <= turn.now]
    if not late:
        return None
    due = max(late, key=lambda warned: warned.percent)
    version = next_version(entry.version, turn.epoch)
    after = replace(
        entry,
        version=version,
        clock=replace(clock, elapsed=_elapsed_at(clock, due.at), as_of=max(clock.as_of, due.at)),
        warned=(*entry.warned, due.percent),
        warn_at=_first(_ahead(clock, due.percent)),
    )
    return Posting(entry, after, ((version, Warned(due.percent, due.at)),))


def warning_for(
    ticket: Ticket, facts: Sequence[Fact], book: Sequence[Edition], entry: Entry, turn: Turn
) -> Posting | None:
    """The warning that is due on one clock, if it still stands as the ledger has it."""
    clocks = replay(facts, book, ticket.judged_until) if ticket.judged_until else ()
    clock = next((c for c in clocks if c.name == entry.clock.name), None)
    return decide_warning(entry, clock, turn) if clock else None


def shown(ticket: Ticket, facts: Sequence[Fact], book: Sequence[Edition], entry: Entry) -> Clock:
    """The clock of an entry drawn anew from its facts; one that left no trace as it is kept."""
    clocks = replay(facts, book, ticket.judged_until) if ticket.judged_until else ()
    return next((clock for clock in clocks if clock.name == entry.clock.name), entry.clock)


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
        case Warned():
            return change.at
        case Paused() | Resumed():
            return _since(clock)
        case _:
            return clock.as_of


def _posting(
    ticket: Ticket,
    before: Entry | None,
    clock: Clock,
    contracts: Mapping[int, UUID],
    turn: Turn,
) -> Posting | None:
    earlier = before.clock if before else None
    told = changes(earlier, clock)
    if not told and (earlier is None or not is_news(earlier, clock)):
        return None
    warned = before.warned if before else ()
    version = before.version if before else 0
    numbered: list[tuple[int, Change]] = []
    for change in told:
        version = next_version(version, turn.epoch)
        numbered.append((version, change))
    after = Entry(
        id=clock_id(ticket.id, clock.metric, clock.cycle),
        ticket=ticket.id,
        contract=contracts[clock.contract_version],
        version=version,
        clock=clock,
        language=ticket.language,
        detected_at=_detected(before, clock, turn.now),
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


def _ahead(clock: Clock, highest: int) -> list[Threshold]:
    if clock.state in BLIND:
        return []
    return [warned for warned in clock.warnings if warned.percent > highest]


def _first(warnings: Sequence[Threshold]) -> datetime | None:
    return min((warned.at for warned in warnings), default=None)


def _elapsed_at(clock: Clock, at: datetime) -> timedelta:
    """What will have elapsed by an instant ahead if nothing changes until then."""
    ahead = clock.legs[-1]
    if not ahead.running or ahead.terms is None:
        return clock.elapsed
    return clock.elapsed + ahead.terms.open.elapsed(ahead.start, at)


def _since(clock: Clock) -> datetime:
    """Since when the clock has stood as it stands: paused, or running."""
    since = clock.as_of
    for leg in reversed(clock.legs):
        if leg.running != clock.legs[-1].running:
            break
        since = leg.start
    return since
