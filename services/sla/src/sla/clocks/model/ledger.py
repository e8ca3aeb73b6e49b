"""What the ledger keeps: tickets, entries, and the lines of what was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from contracts.vocabulary import ClockState, TicketState
from sla.clocks.model.changes import Change
from sla.clocks.model.clocks import Clock
from sla.clocks.model.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A clock as the ledger keeps it. `version` counts what was told of it."""

    id: UUID
    ticket: UUID
    contract: UUID
    version: int
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


class Coverage(StrEnum):
    """Whether a ticket has promises, and why not."""

    UNCLASSIFIED = "unclassified"
    NO_CONTRACT = "no_contract"
    NO_TARGET = "no_target"
    PROMISED = "promised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What the ledger keeps of a ticket beside its facts.

    `judged_until`: verdicts on its clocks are given up to there; None before its first own fact.
    """

    id: UUID
    tenant: UUID
    judged_until: datetime | None = None
    reference: str = ""
    language: str = "und"
    state: TicketState = TicketState.NEW
    opened_at: datetime | None = None
    coverage: Coverage = Coverage.UNCLASSIFIED


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with the event it came in."""

    event: UUID
    type: str
    fact: Fact
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    ticket: Ticket
    postings: tuple[Posting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line of the ledger: what was told of a clock, when it took effect, and because of what."""

    id: UUID
    clock: UUID
    ticket: UUID
    version: int
    type: str
    at: datetime
    state: ClockState
    elapsed: timedelta
    due_at: datetime | None
    detail: Mapping[str, Any] = field(default_factory=dict)
    cause: UUID | None = None
    recorded_at: datetime | None = None
