"""What happened to a ticket, in order: its states, and the waits a promise may cover."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from contracts.vocabulary import AuthorKind, Metric, TicketState, WaitingOn
from sla.clocks.model import (
    DONE,
    GONE,
    UPDATES,
    WHOLE,
    Choice,
    Fact,
    FactKind,
    Status,
    Story,
    Wait,
)
from sla.policies.model import Reopen

Snapshot = tuple[TicketState, WaitingOn]

PENDING = (TicketState.PENDING, WaitingOn.CUSTOMER)
RESUMED = (TicketState.OPEN, WaitingOn.US)


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """A ticket's own facts by version; those of other tickets where their time puts them."""
    facts = list(facts)
    own = _dated(sorted((f for f in facts if f.seq is not None), key=lambda f: f.seq or 0))
    foreign = sorted((f for f in facts if f.seq is None), key=lambda f: (f.at, f.since or f.at))
    ordered: list[Fact] = []
    latest: datetime | None = None
    for fact in own:
        latest = max(latest, fact.at) if latest else fact.at
        while ordered and foreign and foreign[0].at < latest:
            ordered.append(foreign.pop(0))
        ordered.append(fact)
    return ordered + foreign


def _dated(own: list[Fact]) -> list[Fact]:
    """A reopening by a message counts from when the message came in, not from when it was read."""
    told = [*own]
    for index, (fact, following) in enumerate(pairwise(own)):
        if _by_customer(fact, FactKind.REOPENED) and _by_customer(following, FactKind.WROTE):
            told[index] = replace(fact, at=min(fact.at, following.at))
    return told


def _by_customer(fact: Fact, kind: FactKind) -> bool:
    return fact.kind is kind and fact.author is AuthorKind.CUSTOMER


def tell(facts: Sequence[Fact], reopen: Reopen) -> Story:
    """The story of ordered facts. Before it is classified a ticket has no promises."""
    teller = _Teller(reopen)
    for place, fact in enumerate(facts):
        teller.hear(place, fact)
    return teller.story()


@dataclass(slots=True)
class _Teller:
    """`reply` names the wait for an answer that runs; `unheard` is when a customer wrote to a
    solved ticket without reopening it."""

    reopen: Reopen
    statuses: list[Status] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    waits: dict[tuple[Metric, int], Wait] = field(default_factory=dict)
    cycles: dict[Metric, int] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    opened_at: datetime | None = None
    now: datetime | None = None
    reply: tuple[Metric, int] | None = None
    unheard: datetime | None = None
    classified: bool = False
    done: bool = False

    def hear(self, place: int, fact: Fact) -> None:
        at = max(fact.at, self.now) if self.now else fact.at
        if fact.kind is FactKind.MERGED_IN:
            if fact.since:
                self._await_reply(fact.since, at)
            return
        self.now = at
        self._take_state(place, at, fact)
        self._take_choice(place, at, fact)
        match fact.kind, fact.author:
            case ((FactKind.OPENED | FactKind.RESTATED), _):
                self._open(fact)
            case FactKind.WROTE, AuthorKind.CUSTOMER:
                self._await_reply(fact.at, fact.at)
            case FactKind.WROTE, AuthorKind.AGENT:
                self._answer(place, fact.at)
            case FactKind.REOPENED, AuthorKind.CUSTOMER:
                self._await_reply(self.unheard or fact.at, fact.at)
        self._settle(place, at)

    def story(self) -> Story:
        waits = tuple(self.waits.values()) if self.classified else ()
        return Story(tuple(self.statuses), tuple(self.choices), waits)

    def _take_state(self, place: int, at: datetime, fact: Fact) -> None:
        """A customer's word ends a pause that waited for it, whatever the state says so far."""
        snapshot = (fact.state, fact.waiting_on)
        if _by_customer(fact, FactKind.WROTE) and snapshot == PENDING:
            self.statuses.append(Status(at, place, *RESUMED))
        elif snapshot != self.snapshot:
            self.statuses.append(Status(at, place, *snapshot))
        self.snapshot = snapshot

    def _take_choice(self, place: int, at: datetime, fact: Fact) -> None:
        """The first classification holds from the start; later changes from when they are made."""
        if self.classified:
            if fact.selector != self.choices[-1].selector:
                self.choices.append(Choice(at, place, fact.selector))
        elif fact.kind in (FactKind.CLASSIFIED, FactKind.RESTATED):
            self.classified = True
            self.choices.append(Choice(self.opened_at or at, 0, fact.selector))

    def _open(self, fact: Fact) -> None:
        """A ticket first heard of in mid-life has no history: only what begins now is promised."""
        if self.opened_at is not None:
            return
        self.opened_at = fact.at
        if fact.kind is FactKind.RESTATED:
            self.done = fact.state in DONE
            return
        for metric in (*WHOLE, Metric.FIRST_RESOLUTION):
            self._begin(metric, fact.at, fact.at)
        if fact.author is not AuthorKind.AGENT:
            self.reply = self._begin(Metric.FIRST_REPLY, fact.at, fact.at)

    def _await_reply(self, since: datetime, at: datetime) -> None:
        """The oldest unanswered message counts; one to a solved ticket only once it reopens."""
        if self.reply:
            wait = self.waits[self.reply]
            self.waits[self.reply] = replace(wait, start=min(wait.start, since))
        elif self.done and self.statuses[-1].state in DONE:
            self.unheard = min(self.unheard or since, since)
        else:
            self.reply = self._begin(Metric.NEXT_REPLY, since, at)

    def _answer(self, place: int, at: datetime) -> None:
        if self.reply:
            self._end(self.reply, place, at)
        self.reply = self.unheard = None
        for metric in UPDATES:
            self._end((metric, self.cycles.get(metric, 0)), place, at)
            if self.statuses[-1].state not in DONE:
                self._begin(metric, at, at)

    def _settle(self, place: int, at: datetime) -> None:
        """Follow the state into solved or closed, and out again; spam and merged are neither."""
        state = self.statuses[-1].state
        if state in GONE or (state in DONE) == self.done:
            return
        self.done = state in DONE
        if self.done:
            for metric in (*WHOLE, Metric.FIRST_RESOLUTION, *UPDATES):
                self._end((metric, self.cycles.get(metric, 0)), place, at)
            return
        self.unheard = None
        for metric in WHOLE:
            self._take_up(metric, at)

    def _take_up(self, metric: Metric, at: datetime) -> None:
        name = (metric, self.cycles.get(metric, 0))
        if metric is Metric.RESOLUTION and self.reopen is Reopen.NEW_CYCLE:
            self._begin(metric, at, at)
        elif name in self.waits:
            self.waits[name] = replace(self.waits[name], end=None, end_place=None)

    def _begin(self, metric: Metric, start: datetime, pinned_at: datetime) -> tuple[Metric, int]:
        cycle = self.cycles.get(metric, 0) + 1
        self.cycles[metric] = cycle
        self.waits[metric, cycle] = Wait(metric, cycle, start, pinned_at)
        return metric, cycle

    def _end(self, name: tuple[Metric, int], place: int, at: datetime) -> None:
        """An update of no length is none at all."""
        wait = self.waits.get(name)
        if wait is None or wait.end is not None:
            return
        if wait.metric in UPDATES and at <= wait.start:
            del self.waits[name]
            self.cycles[wait.metric] -= 1
        else:
            self.waits[name] = replace(wait, end=max(at, wait.start), end_place=place)
