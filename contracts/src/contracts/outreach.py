"""`<service>.outreach.v1`: another service asks intake to tell a customer something."""

from uuid import UUID

from pydantic import Field

from contracts.envelope import EventData
from contracts.vocabulary import Channel


class OutreachRequestedV1(EventData):
    ticket: UUID | None = None
    customer: UUID | None = None
    template: str = Field(description="key of a template intake owns")
    values: dict[str, str] = Field(default_factory=dict)
    channel: Channel | None = None
    respects_quiet_hours: bool = True
    dedup_key: str
