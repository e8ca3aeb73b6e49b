"""Facts of a ticket as they are kept, and the story they tell."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from contracts.vocabulary import AuthorKind, Metric, TicketState, WaitingOn
from sla.policies.model import Selector

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
