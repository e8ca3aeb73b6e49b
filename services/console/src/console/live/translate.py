"""Kafka records → what the console knows and hints at."""

from uuid import UUID

from chassis.values import FIRM
from chassis.wire import Envelope
from console.live.model import Hint, KnownWorld
from contracts.catalog import ASSIGNMENT, CLOCK, ESCALATION, PERSON, SHIFT, TENANT, TICKET, model_of
from contracts.envelope import EventData
from contracts.person import PersonState
from contracts.tenant import TenantClientUserChangedV1, TenantState

KNOWN = (TENANT, PERSON)
HINTED = (TICKET, ASSIGNMENT, CLOCK, ESCALATION, SHIFT)

_LISTS = {
    TICKET.name: ("work", "board"),
    ASSIGNMENT.name: ("work", "board"),
    CLOCK.name: ("work", "board", "promises"),
    ESCALATION.name: ("board",),
    SHIFT.name: ("roster", "board", "presence"),
    PERSON.name: ("roster", "board", "presence"),
    TENANT.name: (),
}


def learn(world: KnownWorld, envelope: Envelope, value: bytes | None) -> None:
    """Keep the newest record of a key; types this console does not know are passed over."""
    model = model_of(envelope.meta.type)
    if model is None or value is None:
        return
    meta = envelope.meta
    match model.read(value):
        case PersonState() as state:
            world.staff[meta.subject] = state
        case TenantState() as state:
            world.tenants[meta.tenantid] = state
        case TenantClientUserChangedV1() as user:
            world.client_people[(meta.tenantid, meta.subject)] = user
        case _:
            return


def hint_of(topic: str, envelope: Envelope, value: bytes | None) -> Hint:
    """Which regions of open pages may show something else now."""
    ticket = _ticket_of(topic, envelope, value)
    named = frozenset({f"ticket:{ticket}"}) if ticket else frozenset[str]()
    tenant = envelope.meta.tenantid
    return Hint(named | frozenset(_LISTS.get(topic, ())), None if tenant == FIRM else tenant)


def _ticket_of(topic: str, envelope: Envelope, value: bytes | None) -> UUID | None:
    if topic == TICKET.name:
        return envelope.meta.subject
    model = model_of(envelope.meta.type)
    if model is None or value is None or topic not in (ASSIGNMENT.name, CLOCK.name):
        return None
    data: EventData = model.read(value)
    found = getattr(data, "ticket", None)
    return found if isinstance(found, UUID) else None
