"""A good answer for one person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5


@dataclass(frozen=True, slots=True, kw_only=True)
class Praise:
    id: UUID
    tenant: UUID
    staff: UUID
    ticket: UUID
    reference: str
    language: str
    customer: UUID
    survey: UUID
    score: int
    at: datetime


def praise_id(survey: UUID) -> UUID:
    """One per question."""
    return uuid5(survey, "praise")
