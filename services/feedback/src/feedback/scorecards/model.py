"""Counts of questions and answers, and what they add up to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

# Questions about nobody of ours are counted under this name, which no person has.
NOBODY = UUID(int=0)


class Standing(StrEnum):
    """`none`: no answers, which is no score. `hidden`: too few. `wide`: shown, not compared."""

    NONE = "none"
    HIDDEN = "hidden"
    WIDE = "wide"
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Counts:
    """Of questions that were asked on some days; each part counts on the day of its question."""

    asked: int = 0
    delivered: int = 0
    answered: int = 0
    good: int = 0
    bad: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.asked + other.asked,
            self.delivered + other.delivered,
            self.answered + other.answered,
            self.good + other.good,
            self.bad + other.bad,
        )

    def __sub__(self, other: "Counts") -> "Counts":
        return self + Counts(
            -other.asked, -other.delivered, -other.answered, -other.good, -other.bad
        )

    @property
    def response_rate(self) -> Decimal | None:
        """Answers of what was delivered, not of what was asked; None without any."""
        return Decimal(self.answered) / self.delivered if self.delivered else None


class Bucket(NamedTuple):
    """Where a question is counted. `lane` spreads the rows, nothing else."""

    day: date
    agent: UUID
    language: str
    channel: str
    lane: int


@dataclass(frozen=True, slots=True)
class Move:
    """What a change of one question does to the roll-ups; counts may be below zero."""

    counts: tuple[tuple[Bucket, Counts], ...] = ()
    suppressed: tuple[tuple[Bucket, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Slice:
    """Counts of one agent, language and channel."""

    agent: UUID
    language: str
    channel: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Interval:
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """`share` and `interval` are None as long as they may not be shown."""

    standing: Standing
    n: int
    share: Decimal | None = None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Promoters:
    """Answers on 0 to 10 by kind: 9 and 10, 7 and 8, 0 to 6."""

    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors
