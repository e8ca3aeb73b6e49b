"""A chunk: consecutive records of one partition applied in one transaction, in order.

Claim the events, lock their aggregates, let each through the version gate, call its handler under
its own tenant, save the last versions. What cannot be applied is stored in the same transaction.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from opentelemetry import propagate
from opentelemetry.trace import SpanKind, Tracer

from chassis import inbox, parking
from chassis.db import Transaction
from chassis.inbox import Seen, Verdict, gate
from chassis.items import Entry, Fault, Item, Mark, Raw, Reader, Tally
from chassis.messaging import Subscription
from chassis.tenancy import TenantScope, scope
from chassis.values import FIRM
from contracts.catalog import is_restated
from contracts.envelope import Event


@dataclass(frozen=True, slots=True)
class Context:
    """What all chunks of a lane share."""

    subscription: Subscription
    reader: Reader
    tracer: Tracer

    @property
    def group(self) -> str:
        return self.subscription.group

    def scope(self, item: Item) -> TenantScope:
        firm = (FIRM,) if self.subscription.with_firm else ()
        return scope(item.meta.tenantid, *firm)


class Chunk:
    """`condemned` names events that failed too often: they are parked instead of handled.

    `current` is the event whose handler was called last, None before the first call: an error
    before that is none of the events'.
    """

    def __init__(
        self, context: Context, entries: Sequence[Entry], condemned: Mapping[UUID, Fault]
    ) -> None:
        self.tally = Tally()
        self.current: UUID | None = None
        self._context = context
        self._entries = entries
        self._items = [entry for entry in entries if isinstance(entry, Item)]
        self._condemned = condemned
        self._seen: dict[UUID, Seen] = {}
        self._changed: dict[UUID, Seen] = {}
        self._waiting: set[UUID] = set()
        self._unclaimed: set[UUID] = set()
        self._accepted: list[Item] = []

    @property
    def tenants(self) -> TenantScope | None:
        """All tenants of the chunk, for the chassis' own statements."""
        if not self._items:
            return None
        return scope(*(item.meta.tenantid for item in self._items))

    async def apply(self, tx: Transaction) -> None:
        if self._items:
            await self._load(tx)
        for entry in self._entries:
            match entry:
                case Item():
                    await self._arrive(tx, entry)
                case Raw():
                    await parking.store_unreadable(tx, self._context.group, entry)
                    self.tally.unreadable.append(entry)
        await self._hand_over(tx)
        await inbox.save(tx, self._context.group, self._changed)
        await inbox.save_watermarks(tx, self._context.group, self._marks())

    async def replay(self, tx: Transaction, tenant: UUID, aggregate: UUID) -> None:
        """Unpark the aggregate and apply what is stored of it, in the order of its versions."""
        await self._unpark(tx, aggregate, skipped=0)
        await self._catch_up(tx, tenant, aggregate)
        await self._hand_over(tx)
        await inbox.save(tx, self._context.group, self._changed)

    async def skip(self, tx: Transaction, item: Item) -> None:
        """Go on as if the item had been applied: a person decided so. Then as `replay`."""
        await parking.remove(tx, self._context.group, item.meta.id)
        await self._unpark(tx, item.meta.subject, skipped=item.meta.version)
        await self._catch_up(tx, item.meta.tenantid, item.meta.subject)
        await self._hand_over(tx)
        await inbox.save(tx, self._context.group, self._changed)

    async def _unpark(self, tx: Transaction, aggregate: UUID, skipped: int) -> None:
        known = await inbox.lock(tx, self._context.group, [aggregate])
        seen = known.get(aggregate, Seen())
        follows = gate(Seen(seen.version), skipped) is Verdict.APPLY
        if seen.parked or follows:
            version = skipped if follows else seen.version
            self._seen[aggregate] = self._changed[aggregate] = Seen(version)
        else:
            self._seen[aggregate] = seen

    async def _load(self, tx: Transaction) -> None:
        group, genuine = self._context.group, [item for item in self._items if not item.forged]
        aggregates = list({item.meta.subject for item in genuine})
        self._unclaimed = await inbox.claim(tx, group, [item.meta.id for item in genuine])
        self._seen = await inbox.lock(tx, group, aggregates)
        self._waiting = await parking.waiting(tx, group, aggregates)

    async def _arrive(self, tx: Transaction, item: Item) -> None:
        if item.fault and item.forged:
            # It claims nothing: a forged record must not make a genuine one a duplicate.
            await self._park(tx, item, item.fault)
            self.tally.forged.append(item)
        elif item.meta.id not in self._unclaimed:
            self.tally.duplicates += 1
        else:
            self._unclaimed.remove(item.meta.id)
            await self._pass_gate(tx, item)

    async def _pass_gate(self, tx: Transaction, item: Item) -> None:
        match self._verdict(item):
            case Verdict.STALE:
                self.tally.duplicates += 1
            case Verdict.GAP:
                await self._park(tx, item, Fault("gap", "an earlier version is missing"))
            case Verdict.BEHIND:
                await self._park(tx, item, Fault("behind", "an earlier version is parked"))
            case Verdict.APPLY:
                if await self._apply(tx, item) and item.meta.subject in self._waiting:
                    await self._catch_up(tx, item.meta.tenantid, item.meta.subject)

    def _verdict(self, item: Item) -> Verdict:
        topics = self._context.subscription.topics
        return gate(
            self._seen.get(item.meta.subject, Seen()),
            item.meta.version,
            compacted=any(t.compacted for t in topics if t.name == item.position.topic),
            restated=is_restated(item.meta.type),
        )

    async def _apply(self, tx: Transaction, item: Item) -> bool:
        """Handle it, or park it and with it what follows on its aggregate."""
        seen = self._seen.get(item.meta.subject, Seen())
        fault = item.fault or self._condemned.get(item.meta.id)
        if fault is not None:
            await self._park(tx, item, fault)
            self._note(item, Seen(seen.version, parked=True))
            self.tally.poisoned.append(item.meta.subject)
            return False
        if item.event is not None:
            await self._handle(tx, item, item.event)
        self.tally.ignored += item.unknown
        self.tally.handled += 1
        self._note(item, Seen(item.meta.version, parked=False))
        return True

    async def _catch_up(self, tx: Transaction, tenant: UUID, aggregate: UUID) -> None:
        """The missing version came: what was stored behind it follows, in order."""
        group = self._context.group
        while True:
            await tx.scope_to(scope(tenant))
            row = await parking.first_stored(tx, group, aggregate)
            if row is None:
                self._waiting.discard(aggregate)
                return
            item = self._context.reader.stored(row)
            verdict = self._verdict(item)
            if verdict in (Verdict.GAP, Verdict.BEHIND):
                return
            await parking.remove(tx, group, item.meta.id)
            if verdict is Verdict.APPLY and not await self._apply(tx, item):
                return

    async def _handle(self, tx: Transaction, item: Item, event: Event[Any]) -> None:
        if self._context.subscription.handle_many is None:
            self.current = item.meta.id
            await tx.scope_to(self._context.scope(item))
            with self._span(item):
                await self._context.subscription.handlers[item.meta.type](event, tx, _now(tx))
            return
        self._accepted.append(item)
        if len(self._entries) == 1:
            await self._hand_over(tx)

    async def _hand_over(self, tx: Transaction) -> None:
        """All accepted events to `handle_many`, tenant by tenant."""
        by_tenant: dict[UUID, list[Item]] = {}
        for item in self._accepted:
            by_tenant.setdefault(item.meta.tenantid, []).append(item)
        self._accepted = []
        handle_many = self._context.subscription.handle_many
        for items in by_tenant.values():
            assert handle_many is not None
            self.current = items[-1].meta.id
            await tx.scope_to(self._context.scope(items[0]))
            await handle_many([item.event for item in items if item.event], tx, _now(tx))

    async def _park(self, tx: Transaction, item: Item, fault: Fault) -> None:
        await tx.scope_to(scope(item.meta.tenantid))
        await parking.park(tx, self._context.group, item, fault)
        self._waiting.add(item.meta.subject)

    def _note(self, item: Item, seen: Seen) -> None:
        self._seen[item.meta.subject] = self._changed[item.meta.subject] = seen

    def _marks(self) -> dict[tuple[str, int], datetime]:
        marks: dict[tuple[str, int], datetime] = {}
        for entry in self._entries:
            if isinstance(entry, Mark):
                place = (entry.position.topic, entry.position.partition)
                marks[place] = max(marks.get(place, entry.complete_until), entry.complete_until)
        return marks

    def _span(self, item: Item) -> AbstractContextManager[object]:
        """In the trace of the writer."""
        return self._context.tracer.start_as_current_span(
            f"{item.position.topic} process",
            context=propagate.extract({"traceparent": item.meta.traceparent or ""}),
            kind=SpanKind.CONSUMER,
            attributes={
                "messaging.system": "kafka",
                "messaging.consumer.group.name": self._context.group,
                "messaging.message.id": str(item.meta.id),
                "cloudevents.event_type": item.meta.type,
            },
        )


def _now(tx: Transaction) -> datetime:
    return tx.database.clock.now()
