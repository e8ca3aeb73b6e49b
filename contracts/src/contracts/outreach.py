"""`<service>.outreach.v1`: another service asks intake to tell a customer something.

intake answers on `intake.outreach.v1` once it has left, or cannot.
"""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import EventData
from contracts.vocabulary import Channel


class OutreachRequestedV1(EventData):
    """Of `ticket`'s customer in the ticket's language, or of `customer` in theirs."""

    ticket: UUID | None = None
    customer: UUID | None = None
    template: str = Field(description="key of a template intake owns")
    values: dict[str, str] = Field(default_factory=dict)
    channel: Channel | None = None
    respects_quiet_hours: bool = True
    dedup_key: str


class OutreachAnswer(EventData):
    """The aggregate is the outreach as asked for: `dedup_key` of `requested_by`."""

    requested_by: str = Field(description="the service that asked")
    dedup_key: str
    template: str
    ticket: UUID | None
    at: AwareDatetime


class OutreachDeliveredV1(OutreachAnswer):
    """It left our house: the next mail server took it."""


class OutreachFailedV1(OutreachAnswer):
    reason: str = Field(description="a word of a closed list")
