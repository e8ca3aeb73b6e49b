"""Events for tests: valid facts, drafts, and the raw record of an event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from chassis import wire
from chassis.clock import SystemClock
from contracts.catalog import Topic
from contracts.envelope import Draft, EventData, EventMeta
from contracts.ticket import MessageNotedV1, TicketFacts
from contracts.vocabulary import (
    AuthorKind,
    Channel,
    Damage,
    Priority,
    TicketState,
    WaitingOn,
)

TENANT_A = UUID("a0000000-0000-7000-8000-00000000000a")
TENANT_B = UUID("b0000000-0000-7000-8000-00000000000b")
THEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

_clock = SystemClock()


def new_id() -> UUID:
    return _clock.new_id()


def named(word: str) -> UUID:
    """The same id for the same word."""
    return uuid5(TENANT_A, word)


def ticket_facts(reference: str = "NH-1") -> TicketFacts:
    return TicketFacts(
        reference=reference,
        brand=named("brand"),
        customer=named("customer"),
        channel=Channel.MAIL,
        plan="standard",
        language="en",
        language_confidence=0.99,
        category="other",
        damage=Damage.QUESTION,
        priority=Priority.NORMAL,
        state=TicketState.OPEN,
        waiting_on=WaitingOn.US,
        opened_at=THEN,
        cycle=1,
        live=False,
    )


def noted(reference: str = "NH-1") -> MessageNotedV1:
    """A payload that any test may send on the ticket topic."""
    return MessageNotedV1(
        ticket=ticket_facts(reference),
        message=new_id(),
        author_kind=AuthorKind.AGENT,
        public=False,
        received_at=THEN,
    )


def draft(
    data: EventData, aggregate: UUID, version: int, *, tenant: UUID = TENANT_A
) -> Draft[EventData]:
    return Draft(tenant=tenant, aggregate=aggregate, version=version, time=_clock.now(), data=data)


def meta(
    type_: str, aggregate: UUID, version: int, *, tenant: UUID = TENANT_A, source: str = "intake"
) -> EventMeta:
    return EventMeta(
        id=new_id(),
        type=type_,
        source=source,
        subject=aggregate,
        time=_clock.now(),
        tenantid=tenant,
        version=version,
        correlationid=new_id(),
    )


@dataclass
class FetchedRecord:
    """A record as a consumer gets it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    timestamp: int = 0


RawRecord = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes]]]


def raw(
    of: EventMeta, data: EventData | bytes, *, changed: Mapping[str, bytes | None] | None = None
) -> RawRecord:
    """The record a relay would write; `changed` replaces headers, None leaves one out."""
    value = data if isinstance(data, bytes) else data.model_dump_json().encode()
    headers = {**dict(wire.headers(of)), **(changed or {})}
    kept = [(name, content) for name, content in headers.items() if content is not None]
    return of.partitionkey.encode(), value, kept


def fetched(sent: RawRecord, topic: Topic, offset: int, partition: int = 0) -> FetchedRecord:
    key, value, headers = sent
    return FetchedRecord(topic.name, partition, offset, key, value, headers)
