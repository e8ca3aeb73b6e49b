"""Counts of promises by the day they fell due, and what they add up to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from contracts.vocabulary import ClockState, Metric


class Bucket(NamedTuple):
    """Where a clock is counted: by the local day of its due instant. Paused counts as running."""

    day: date
    metric: Metric
    state: ClockState


class MissBucket(NamedTuple):
    """Where a miss is drawn on the heat map."""

    day: date
    metric: Metric
    hour: int
    language: str


@dataclass(frozen=True, slots=True)
class Move:
    """From one bucket to another; None: it stays where it is counted."""

    counted: tuple[Bucket | None, Bucket | None] | None
    missed: tuple[MissBucket | None, MissBucket | None] | None


@dataclass(frozen=True, slots=True)
class Counts:
    met: int = 0
    breached: int = 0
    excused: int = 0
    void: int = 0
    running: int = 0

    @property
    def eligible(self) -> int:
        return self.met + self.breached

    @property
    def attainment(self) -> Decimal | None:
        """met / (met + breached) to 28 digits; None without any. `holds` compares, not this."""
        return Decimal(self.met) / self.eligible if self.eligible else None


@dataclass(frozen=True, slots=True)
class Attainment:
    """`misses_allowed` of those counted so far; `budget_left` below 0: the share is lost."""

    metric: Metric
    counts: Counts
    target: Decimal | None
    misses_allowed: int | None
    budget_left: int | None
    holds: bool | None


@dataclass(frozen=True, slots=True)
class DayCounts:
    day: date
    metric: Metric
    counts: Counts


@dataclass(frozen=True, slots=True)
class Answered:
    """A queue's figures for conventions of service level: offered, answered, abandoned."""

    offered: int
    answered: int
    answered_in: int
    abandoned: int
    abandoned_in: int
