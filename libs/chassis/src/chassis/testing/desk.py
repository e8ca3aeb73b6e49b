"""One consumer group at work on what it is given, as a lane would give it; no broker needed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from opentelemetry.trace import NoOpTracer

from chassis.breaker import Breaker
from chassis.chunk import Context
from chassis.db import Database
from chassis.delivery import DeliveryMetrics
from chassis.items import Entry, Reader
from chassis.messaging import Handler, Subscription
from chassis.settle import Settler
from chassis.testing.applied import apply
from chassis.testing.bench import Side
from chassis.testing.events import TENANT_A, RawRecord, fetched, meta, noted, raw
from contracts import catalog
from contracts.catalog import Topic

NOTED = "message.noted.v1"
GROUP = "sla.clocks"


class Desk:
    """Offsets count up from 0 over all that it takes."""

    def __init__(
        self, database: Database, subscription: Subscription, metrics: DeliveryMetrics
    ) -> None:
        self.breaker = Breaker()
        self._reader = Reader(subscription)
        context = Context(subscription, self._reader, NoOpTracer())
        self._settler = Settler(context, database, metrics, self.breaker)
        self._offset = 0

    def entries(self, records: Sequence[RawRecord], topic: Topic = catalog.TICKET) -> list[Entry]:
        found = []
        for sent in records:
            found.append(self._reader.entry(topic.name, fetched(sent, topic, self._offset)))
            self._offset += 1
        return found

    async def take(self, *records: RawRecord, topic: Topic = catalog.TICKET) -> bool:
        """True when it went together, False when one by one."""
        entries = self.entries(records, topic)
        if await self._settler.together(entries):
            return True
        for entry in entries:
            await self._settler.alone(entry)
        return False


def note(aggregate: UUID, version: int, *, tenant: UUID = TENANT_A) -> RawRecord:
    return raw(meta(NOTED, aggregate, version, tenant=tenant), noted())


def at_desk(reader: Side, handlers: Mapping[str, Handler] | None = None, **options: Any) -> Desk:
    """Of a group on the ticket topic, unless told otherwise; it applies notes."""
    if handlers is None and "handle_many" not in options:
        handlers = {NOTED: apply}
    subscription = Subscription(
        group=options.pop("group", GROUP),
        topics=options.pop("topics", (catalog.TICKET,)),
        handlers=handlers or {},
        **options,
    )
    return Desk(reader.database, subscription, reader.figures)
