"""`intake.customer.v1` (compacted): who a tenant's customer is, without name or address."""

from contracts.envelope import EventData


class CustomerState(EventData):
    plan: str
    segment: str = ""
    locale: str
    zone: str
    value_band: str = ""


class CustomerKnownV1(CustomerState):
    """A customer wrote for the first time or was imported."""


class CustomerChangedV1(CustomerState):
    """Plan, segment, locale, zone or value band changed."""


class CustomerErasedV1(EventData):
    """The person asked to be forgotten: each service deletes what it holds."""
