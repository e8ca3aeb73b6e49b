"""Praise as its person reads it."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from feedback.praise.model import Praise


class PraiseView(BaseModel):
    """`words` are the customer's own; they leave this service for nobody else."""

    id: UUID
    tenant: UUID
    ticket: UUID
    reference: str
    language: str
    score: int
    words: str
    at: AwareDatetime


def view(one: Praise, words: str) -> PraiseView:
    return PraiseView(
        id=one.id,
        tenant=one.tenant,
        ticket=one.ticket,
        reference=one.reference,
        language=one.language,
        score=one.score,
        words=words,
        at=one.at,
    )
