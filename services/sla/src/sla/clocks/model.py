"""Facts of a ticket as they are kept, and the clocks that follow from them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from contracts.vocabulary import AuthorKind, ClockState, Metric, TicketState, WaitingOn
from sla.policies.model import Selector, Terms

REPLIES = frozenset({Metric.FIRST_REPLY, Metric.NEXT_REPLY})
UPDATES = (Metric.PERIODIC_UPDATE, Metric.PAUSABLE_UPDATE)
WHOLE = (Metric.RESOLUTION, Metric.REQUESTER_WAIT, Metric.AGENT_WORK)
DONE = frozenset({TicketState.SOLVED, TicketState.CLOSED})
GONE = frozenset({TicketState.SPAM, TicketState.MERGED})


class FactKind(StrEnum):
    """What a fact means to a clock; most only carry the ticket's state on (`CHANGED`)."""

    OPENED = "opened"
    CLASSIFIED = "classified"
    WROTE = "wrote"
    REOPENED = "reopened"
    CHANGED = "changed"
    MERGED_IN = "merged_in"
    RESTATED = "restated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened to a ticket, with the ticket's state after it.

    `seq` is the ticket's own version; None for a fact that came from another ticket, which has
    its place by its time. A `WROTE` is public and by a person or a bot; machines' mails, notes
    and failures are `CHANGED`.
    """

    seq: int | None
    at: datetime
    kind: FactKind
    state: TicketState
    waiting_on: WaitingOn
    selector: Selector
    author: AuthorKind | None = None
    since: datetime | None = None


class Status(NamedTuple):
    """The ticket's state from an instant on; `place` is that of the fact that brought it."""

    at: datetime
    place: int
    state: TicketState
    waiting_on: WaitingOn


class Choice(NamedTuple):
    """What targets are chosen by, from an instant on."""

    at: datetime
    place: int
    selector: Selector


@dataclass(frozen=True, slots=True)
class Wait:
    """A stretch that a promise covers. `end_place`: the fact that ended it, the last that counts.

    `pinned_at` decides the contract version; it differs from `start` where a merged ticket
    brought an earlier start along.
    """

    metric: Metric
    cycle: int
    start: datetime
    pinned_at: datetime
    end: datetime | None = None
    end_place: int | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A ticket's facts in order, told as states, choices and waits."""

    statuses: tuple[Status, ...]
    choices: tuple[Choice, ...]
    waits: tuple[Wait, ...]


class ExcuseMode(StrEnum):
    SUBTRACT = "subtract"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class Excuse:
    """An approved window that does not count against us: cut out, or taking the breach out."""

    id: UUID
    mode: ExcuseMode
    start: datetime
    end: datetime


class Pause(StrEnum):
    """Why a clock stands still while its calendar may be open."""

    STATE = "state"
    WAITING = "waiting"
    EXCUSED = "excused"


class Leg(NamedTuple):
    """A stretch of a wait in which nothing about its clock changes. `end` None: from now on."""

    start: datetime
    end: datetime | None
    terms: Terms | None
    pause: Pause | None

    @property
    def running(self) -> bool:
        return self.pause is None and self.terms is not None


@dataclass(frozen=True, slots=True)
class Warned:
    percent: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the legs add up to. `exceeds_at`: when it will be breached if nothing changes."""

    elapsed: timedelta
    due_at: datetime | None
    breach_at: datetime | None
    exceeds_at: datetime | None
    warnings: tuple[Warned, ...]


class SegmentKind(StrEnum):
    """How a stretch of a clock's life is drawn."""

    RUNNING = "running"
    PAUSED = "paused"
    CLOSED = "closed"
    OVER = "over"
    EXCUSED = "excused"


class Segment(NamedTuple):
    kind: SegmentKind
    start: datetime
    end: datetime


class VoidReason(StrEnum):
    MERGED = "merged"
    SPAM = "spam"
    CLOSED = "closed_unanswered"
    WITHDRAWN = "no_target"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One instance (ticket, metric, cycle) as its facts make it, up to `as_of`.

    `ended_at` is when it was fulfilled or went void; a breached clock may still be unfulfilled.
    """

    metric: Metric
    cycle: int
    contract_version: int
    calendar_version: int
    target: timedelta
    started_at: datetime
    ended_at: datetime | None
    as_of: datetime
    state: ClockState
    elapsed: timedelta
    due_at: datetime | None
    breach_at: datetime | None
    exceeds_at: datetime | None = None
    warnings: tuple[Warned, ...] = ()
    waiting_on: WaitingOn = WaitingOn.US
    void_reason: VoidReason | None = None
    excuse: UUID | None = None
    legs: tuple[Leg, ...] = field(default=(), compare=False, repr=False)

    @property
    def name(self) -> tuple[Metric, int]:
        return self.metric, self.cycle


@dataclass(frozen=True, slots=True)
class Started:
    pass


@dataclass(frozen=True, slots=True)
class Paused:
    waiting_on: WaitingOn


@dataclass(frozen=True, slots=True)
class Resumed:
    pass


@dataclass(frozen=True, slots=True)
class Retargeted:
    """The promise itself moved: priority, contract, or an earlier start by a merge."""

    was_target: timedelta
    was_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Alerted:
    """A share of the target is used up; told once per clock and share."""

    percent: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Breached:
    pass


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """Answered after the breach; the clock stays breached."""


@dataclass(frozen=True, slots=True)
class Met:
    pass


@dataclass(frozen=True, slots=True)
class Voided:
    reason: VoidReason


@dataclass(frozen=True, slots=True)
class Excused:
    excuse: UUID


@dataclass(frozen=True, slots=True)
class Corrected:
    """A fact came late, or a mistake was undone; what was said before is kept."""

    was: ClockState


Change = (
    Started
    | Paused
    | Resumed
    | Retargeted
    | Alerted
    | Breached
    | Fulfilled
    | Met
    | Voided
    | Excused
    | Corrected
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A clock as the ledger keeps it. `version` counts what was told of it."""

    id: UUID
    ticket: UUID
    version: int | None
    clock: Clock
    language: str
    detected_at: datetime | None = None
    warned: tuple[int, ...] = ()
    warn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """One entry to write, with the changes to tell under its next versions."""

    before: Entry | None
    after: Entry
    told: tuple[tuple[int, Change], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What the ledger keeps of a ticket beside its facts.

    `judged_until`: verdicts of its clocks are given up to there.
    """

    id: UUID
    tenant: UUID
    judged_until: datetime | None = None
    language: str = "und"
