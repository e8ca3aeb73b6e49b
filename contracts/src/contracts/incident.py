"""`intake.incident.v1`: many like tickets as one outage. The feature comes later."""

from pydantic import AwareDatetime

from contracts.envelope import EventData


class IncidentState(EventData):
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None = None
    linked: int
    languages: tuple[str, ...]


class IncidentProposedV1(IncidentState):
    """The platform sees a likely incident; a lead decides."""


class IncidentDeclaredV1(IncidentState):
    """A lead declared it."""


class IncidentUpdatedV1(IncidentState):
    """Customers were told something new."""


class IncidentResolvedV1(IncidentState):
    """It is over."""
