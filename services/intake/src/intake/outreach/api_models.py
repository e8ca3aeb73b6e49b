"""Outreaches on the wire, as a ticket's page shows them to colleagues."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from intake.outreach.model import Outreach, State, Why


class OutreachOut(BaseModel):
    """`id` is also the message in the conversation, once it has left."""

    id: UUID
    template: str
    asked_by: str
    state: State
    why: Why | None = Field(default=None, description="why nobody was told")
    leaves_at: datetime | None = Field(default=None, description="held until the morning")
    at: datetime


def outreach_out(outreach: Outreach) -> OutreachOut:
    return OutreachOut(
        id=outreach.id,
        template=outreach.template,
        asked_by=outreach.asked_by,
        state=outreach.state,
        why=outreach.why,
        leaves_at=outreach.leaves_at,
        at=outreach.at,
    )
