"""`routing.assignment.v1`: who owns a ticket. The aggregate is the work item, one per ticket."""

from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import EventData
from contracts.vocabulary import Channel, Priority


class AssignmentFacts(EventData):
    ticket: UUID
    channel: Channel
    language: str
    priority: Priority
    waiting_since: AwareDatetime = Field(description="never restarted by a rejection or a transfer")
    step: int = Field(ge=0, description="relaxation step in force, 0 = every need holds")


class AssignmentQueuedV1(AssignmentFacts):
    """The ticket waits, visibly, for an owner."""


class AssignmentRelaxedV1(AssignmentFacts):
    eligible: int


class OfferFacts(AssignmentFacts):
    reservation: UUID
    agent: UUID
    at: AwareDatetime


class AssignmentOfferedV1(OfferFacts):
    expires_at: AwareDatetime
    decision: UUID = Field(description="the stored decision with its inputs and the reasons")


class AssignmentAcceptedV1(OfferFacts):
    """The agent owns the ticket now."""

    automatic: bool
    load_after: int = Field(description="units in use by the agent, of 120")


class AssignmentRejectedV1(OfferFacts):
    reason: str


class AssignmentTimedOutV1(OfferFacts):
    """Nobody answered the offer in time; the ticket waits again since its first waiting."""


class AssignmentRescindedV1(OfferFacts):
    reason: str


class AssignmentTransferredV1(OfferFacts):
    """Ownership went to `agent` by a person's decision."""

    from_agent: UUID | None
    by: UUID
    manual_over_capacity: bool = False


class AssignmentWrappedV1(OfferFacts):
    """The ticket is solved; the agent's units are free."""

    load_after: int


class AssignmentReleasedV1(OfferFacts):
    """The owner gave it up or left; it waits again or is finished."""

    reason: str
    load_after: int


class AssignmentStuckV1(AssignmentFacts):
    """Nobody on shift can take it: the lead is told why."""

    reasons: tuple[str, ...]


class AssignmentRestatedV1(AssignmentFacts):
    """The whole state at this version, for a reader that starts late or lacks versions."""

    reservation: UUID | None = Field(description="the reservation in force, offered or accepted")
    agent: UUID | None = Field(description="whose reservation it is")
    owned: bool = Field(description="true once the agent has accepted")
    at: AwareDatetime = Field(description="since when this has been so")
