"""Shift events as shifts. Each carries the full shift, so the newest is all there is to know."""

from contracts import shift as events
from contracts.envelope import Event
from feedback.duty.model import Shift


def shift(event: Event[events.ShiftFacts]) -> Shift:
    """Handed over, the one who took it is on duty; swapped, the event names the new person."""
    data = event.data
    taken_by = data.to if isinstance(data, events.ShiftHandedOverV1) else data.person
    return Shift(
        id=event.meta.subject,
        person=taken_by,
        starts_at=data.starts_at,
        ends_at=data.ends_at,
        kind=data.kind,
        lead=data.lead,
        tenants=frozenset(data.tenants),
        over=isinstance(data, events.ShiftCancelledV1 | events.ShiftEndedV1),
    )
