"""A month of promises: where it stands, what it held when it closed, and what was set right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from contracts.vocabulary import ClockState, Metric
from sla.reports.model import Counts

BY_CLOCK = "sla"


class PeriodState(StrEnum):
    OPEN = "open"
    CLOSABLE = "closable"
    CLOSED = "closed"


class Obstacle(StrEnum):
    """Why a month cannot close yet."""

    NOT_OVER = "not_over"
    FEED = "feed"
    MISSING = "missing_events"
    UNDECIDED = "undecided"


class Span(NamedTuple):
    """From and until when a month lasts for the clocks of one contract version."""

    version: int
    first: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What closing a month depends on. `feed_until` None: nothing is known of the feed."""

    ends_at: datetime
    feed_until: datetime | None
    events_missing: bool
    undecided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One clock that fell due, as its verdict found it; what follows the verdict is not in it."""

    clock: UUID
    ticket: UUID
    metric: Metric
    cycle: int
    contract_version: int
    target_s: int
    due_at: datetime
    verdict: ClockState
    elapsed_s: int
    paused_s: int
    excused_s: int
    evidence: UUID | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a month held of one metric. `target` None: no share of it was promised."""

    metric: Metric
    counts: Counts
    target: Decimal | None


Tallies = Mapping[Metric, Tally]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The row that is locked to close a month or to correct it. `version` 0: nothing was told."""

    tenant: UUID
    month: str
    version: int
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A month as it was frozen."""

    tenant: UUID
    month: str
    closed_at: datetime
    closed_by: str
    zone: str
    contract_version: int
    clocks: int
    sha256: str
    tallies: Tallies

    @property
    def by_person(self) -> bool:
        return self.closed_by != BY_CLOCK and not self.closed_by.startswith("service:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An entry beside a closed month. `was`, `now`: the clock's line; None: it had or has none.

    `tallies` is what the month holds with this and all earlier corrections.
    """

    number: int
    clock: UUID
    was: str | None
    now: str | None
    at: datetime
    cause: UUID | None
    sha256: str
    tallies: Tallies


@dataclass(frozen=True, slots=True)
class Listed:
    """A month in the list of months."""

    month: str
    state: PeriodState
    closed_at: datetime | None = None
    sha256: str = ""
