"""A stretch in which one agent owned a ticket."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Ownership:
    """`until` None: still theirs."""

    ticket: UUID
    agent: UUID
    since: datetime
    until: datetime | None = None
