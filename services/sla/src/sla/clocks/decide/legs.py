"""A wait cut into legs in which nothing about its clock changes: terms, pauses, excuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from contracts.vocabulary import Metric, TicketState, WaitingOn
from sla.clocks.model import (
    Choice,
    Excuse,
    ExcuseMode,
    Leg,
    Pause,
    Status,
    Story,
    Wait,
)
from sla.policies.decide import choose_edition, terms
from sla.policies.model import Edition, Terms

NEW, OPEN, PENDING, HOLD = (
    TicketState.NEW,
    TicketState.OPEN,
    TicketState.PENDING,
    TicketState.HOLD,
)
_ALL = frozenset({NEW, OPEN, PENDING, HOLD})
RUNS_IN = {
    Metric.FIRST_REPLY: _ALL,
    Metric.NEXT_REPLY: _ALL,
    Metric.RESOLUTION: _ALL,
    Metric.FIRST_RESOLUTION: _ALL,
    Metric.PERIODIC_UPDATE: _ALL,
    Metric.PAUSABLE_UPDATE: frozenset({NEW, OPEN, HOLD}),
    Metric.REQUESTER_WAIT: frozenset({NEW, OPEN, HOLD}),
    Metric.AGENT_WORK: frozenset({NEW, OPEN}),
}


def cut(
    wait: Wait, story: Story, book: Sequence[Edition], stop: datetime, excuses: Sequence[Excuse]
) -> tuple[Leg, ...]:
    """The legs from the wait's start to `stop`, and the open one after it.

    The last leg stands for what comes: how the clock would go on from `stop`.
    """
    view = _View.of(wait, story, book, stop, excuses)
    inner = sorted({point for point in view.points() if wait.start < point < stop})
    edges = [wait.start, *inner, stop] if wait.start < stop else [stop]
    past = [view.leg(start, end) for start, end in pairwise(edges)]
    return (*past, view.leg(stop, None))


def status_at(story: Story, at: datetime, end_place: int | None) -> Status:
    """The state in force; before the first one, the first."""
    known = [s for s in story.statuses if s.at <= at and _counts(s.place, end_place)]
    return known[-1] if known else story.statuses[0]


@dataclass(frozen=True, slots=True)
class _View:
    """What one wait sees of the story: nothing after the fact that ended it."""

    wait: Wait
    statuses: tuple[Status, ...]
    choices: tuple[Choice, ...]
    book: tuple[Edition, ...]
    cuts: tuple[Excuse, ...]

    @classmethod
    def of(
        cls,
        wait: Wait,
        story: Story,
        book: Sequence[Edition],
        stop: datetime,
        excuses: Sequence[Excuse],
    ) -> "_View":
        first = choose_edition(book, wait.pinned_at)
        later = [
            edition
            for edition in book
            if wait.pinned_at < edition.contract.effective_from <= stop
            and edition.contract.rules.applies_to_running
            and edition.contract.effective_from != wait.end
        ]
        return cls(
            wait,
            tuple(s for s in story.statuses if _counts(s.place, wait.end_place)),
            tuple(c for c in story.choices if _counts(c.place, wait.end_place)),
            (*([first] if first else []), *later),
            tuple(e for e in excuses if e.mode is ExcuseMode.SUBTRACT),
        )

    def points(self) -> list[datetime]:
        return [
            *(status.at for status in self.statuses),
            *(choice.at for choice in self.choices),
            *(edition.contract.effective_from for edition in self.book[1:] or self.book),
            *(edge for window in self.cuts for edge in (window.start, window.end)),
        ]

    def leg(self, start: datetime, end: datetime | None) -> Leg:
        edition = self._edition(start)
        return Leg(start, end, self._terms(edition, start), self._pause(edition, start))

    def _edition(self, at: datetime) -> Edition | None:
        """The wait's own version even before it took effect: a merge may start a wait earlier."""
        if not self.book:
            return None
        taken = [e for e in self.book[1:] if e.contract.effective_from <= at]
        own = self.book[0]
        early = own.contract.effective_from > max(at, self.wait.pinned_at)
        return taken[-1] if taken else None if early else own

    def _terms(self, edition: Edition | None, at: datetime) -> Terms | None:
        known = [c for c in self.choices if c.at <= at] or list(self.choices[:1])
        if edition is None or not known:
            return None
        return terms(edition, self.wait.metric, known[-1].selector)

    def _pause(self, edition: Edition | None, at: datetime) -> Pause | None:
        known = [s for s in self.statuses if s.at <= at] or list(self.statuses[:1])
        status = known[-1]
        if status.state not in RUNS_IN[self.wait.metric]:
            return Pause.STATE
        if edition and status.waiting_on in _pausing(edition, self.wait.metric):
            return Pause.WAITING
        if any(window.start <= at < window.end for window in self.cuts):
            return Pause.EXCUSED
        return None


def _pausing(edition: Edition, metric: Metric) -> frozenset[WaitingOn]:
    return edition.contract.rules.pauses.get(metric, frozenset())


def _counts(place: int, end_place: int | None) -> bool:
    return end_place is None or place <= end_place
