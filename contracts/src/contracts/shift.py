"""`routing.shift.v1`: who works when, as published."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import EventData


class ShiftFacts(EventData):
    person: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: str
    kind: str
    tenants: tuple[UUID, ...] = ()
    lead: bool = False
    roster_version: int


class ShiftPublishedV1(ShiftFacts):
    """A lead published the shift, or published it anew after an edit."""


class ShiftStartedV1(ShiftFacts):
    """The shift began; presence follows it."""


class ShiftEndedV1(ShiftFacts):
    """The shift is over."""


class ShiftCancelledV1(ShiftFacts):
    reason: str


class ShiftSwappedV1(ShiftFacts):
    with_person: UUID


class ShiftHandedOverV1(ShiftFacts):
    to: UUID


class ShiftAcknowledgedV1(ShiftFacts):
    """The person has seen the published shift."""
