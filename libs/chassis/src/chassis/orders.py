"""The loop that executes orders about dead letters, where the handlers are."""

import asyncio
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import structlog
from sqlalchemy import RowMapping, text

from chassis.chunk import Chunk, Context
from chassis.db import Transaction
from chassis.dead_letters import CHANNEL
from chassis.delivery import Delivery
from chassis.failures import infrastructure
from chassis.items import Fault, Item, Reader
from chassis.messaging import Subscription
from chassis.settle import TRIES, described
from chassis.tenancy import scope
from chassis.wakeups import rest
from chassis.wire import Record

_log = structlog.get_logger()

POLL_S = 0.5


class Orders:
    """Orders about this service's groups, one at a time, whichever process comes first."""

    def __init__(self, delivery: Delivery, subscriptions: Sequence[Subscription]) -> None:
        self._delivery = delivery
        self._contexts = {
            subscription.group: Context(subscription, Reader(subscription), delivery.tracer)
            for subscription in subscriptions
        }
        self._waiter = delivery.wakeups.listen(CHANNEL)

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                while await self.execute_one():
                    pass
            except Exception as error:
                if not infrastructure(error):
                    raise
                _log.warning("orders wait", error=type(error).__name__)
                await rest(stop, 1.0)
            await self._waiter.wait(POLL_S)

    async def execute_one(self) -> bool:
        """The oldest order, in one transaction; False when there is none.

        An event that fails again is parked again, and the order tells so.
        """
        condemned: dict[UUID, Fault] = {}
        while True:
            execution = Execution(self._delivery, self._contexts, condemned)
            try:
                async with self._delivery.database.transaction(None) as tx:
                    return await execution.run(tx)
            except Exception as error:
                failed = execution.failed_event
                if infrastructure(error) or failed is None or failed in condemned:
                    raise
                condemned[failed] = Fault("poison", described(error), TRIES)


class Execution:
    """One attempt at one order."""

    def __init__(
        self,
        delivery: Delivery,
        contexts: Mapping[str, Context],
        condemned: Mapping[UUID, Fault],
    ) -> None:
        self._delivery = delivery
        self._contexts = contexts
        self._condemned = condemned
        self._chunk: Chunk | None = None

    @property
    def failed_event(self) -> UUID | None:
        return self._chunk.current if self._chunk else None

    async def run(self, tx: Transaction) -> bool:
        order = await tx.first(_NEXT, {"groups": list(self._contexts)})
        if order is None:
            return False
        result = await self._do(tx, order)
        await tx.execute(_DONE, {"id": order["id"], "result": result})
        _log.info("order done", group=order["consumer"], kind=order["action"])
        return True

    async def _do(self, tx: Transaction, order: RowMapping) -> str:
        context = self._contexts[order["consumer"]]
        match order["action"], order["unreadable_id"]:
            case "resume", _:
                return "its lanes go on within two seconds"
            case "replay", None:
                return await self._replay(tx, context, order["aggregate_id"])
            case "replay", record:
                return await self._reread(tx, context, record)
            case _, None:
                return await self._discard(tx, context, order["event_id"])
            case _, record:
                return await self._drop(tx, context, record)

    async def _replay(self, tx: Transaction, context: Context, aggregate: UUID) -> str:
        named = {"group": context.group, "aggregate": aggregate}
        async with self._delivery.loops.transaction(None) as peek:
            tenant = await peek.scalar(_TENANT, named)
        if tenant is None:
            return "nothing of it is parked"
        await tx.scope_to(scope(tenant))
        await self._begin(context, []).replay(tx, tenant, aggregate)
        return await self._told(tx, context, tenant, aggregate)

    async def _discard(self, tx: Transaction, context: Context, event: UUID) -> str:
        named = {"group": context.group, "event": event}
        async with self._delivery.loops.transaction(None) as peek:
            row = await peek.first(_EVENT, named)
        if row is None:
            return "it is not parked"
        await tx.scope_to(scope(row["tenant_id"]))
        item = context.reader.stored(row)
        chunk = self._begin(context, [])
        if row["reason"] == "tenant-mismatch":
            await tx.execute(_DROP_FORGED, named)
        else:
            await chunk.skip(tx, item)
        told = await self._told(tx, context, item.meta.tenantid, item.meta.subject)
        return f"{item.meta.type} version {item.meta.version} discarded; {told}"

    async def _reread(self, tx: Transaction, context: Context, record_id: int) -> str:
        named = {"group": context.group, "id": record_id}
        row = await tx.first(_RECORD, named)
        if row is None:
            return "there is no such record"
        entry = context.reader.entry(row["topic"], _record(row))
        if not isinstance(entry, Item):
            return "it is still unreadable"
        await tx.scope_to(scope(entry.meta.tenantid))
        await self._begin(context, [entry]).apply(tx)
        await tx.execute(_DROP_RECORD, named)
        return await self._told(tx, context, entry.meta.tenantid, entry.meta.subject)

    async def _drop(self, tx: Transaction, context: Context, record_id: int) -> str:
        named = {"group": context.group, "id": record_id}
        row = await tx.first(_RECORD, named)
        if row is None:
            return "there is no such record"
        await tx.execute(_DROP_RECORD, named)
        return f"the record at {row['topic']}/{row['partition']}/{row['offset']} discarded"

    def _begin(self, context: Context, entries: Sequence[Item]) -> Chunk:
        self._chunk = Chunk(context, entries, self._condemned)
        return self._chunk

    async def _told(self, tx: Transaction, context: Context, tenant: UUID, aggregate: UUID) -> str:
        applied = self._chunk.tally.handled if self._chunk else 0
        await tx.scope_to(scope(tenant))
        left = await tx.one(_LEFT, {"group": context.group, "aggregate": aggregate})
        told = f"{applied} applied, {left['count']} still parked"
        return f"{told}: {left['error']}" if left["error"] else told


def _record(row: RowMapping) -> Record:
    """As aiokafka would give it."""
    headers = [(name, bytes.fromhex(value)) for name, value in row["headers"]]
    named = ("topic", "partition", "offset", "key", "value")
    fields = {name: row[name] for name in named}
    return cast(Record, SimpleNamespace(**fields, headers=headers, timestamp=0))


_NEXT = text(
    """SELECT id, consumer, action, aggregate_id, event_id, unreadable_id
         FROM dead_letter_commands WHERE done_at IS NULL AND consumer = ANY (:groups)
        ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED"""
)
_DONE = text(
    """UPDATE dead_letter_commands SET done_at = clock_timestamp(), result = :result
        WHERE id = :id"""
)
_TENANT = text(
    """SELECT tenant_id FROM parked_events
        WHERE consumer = :group AND aggregate_id = :aggregate AND reason <> 'tenant-mismatch'
        LIMIT 1"""
)
_EVENT = text(
    """SELECT tenant_id, event_id, aggregate_id, version, type, topic, partition, "offset", headers,
              payload, reason
         FROM parked_events WHERE consumer = :group AND event_id = :event
        ORDER BY reason = 'tenant-mismatch' LIMIT 1"""
)
_DROP_FORGED = text(
    """DELETE FROM parked_events
        WHERE consumer = :group AND event_id = :event AND reason = 'tenant-mismatch'"""
)
_RECORD = text(
    """SELECT topic, partition, "offset", key, headers, value FROM unreadable_records
        WHERE consumer = :group AND id = :id"""
)
_DROP_RECORD = text("DELETE FROM unreadable_records WHERE consumer = :group AND id = :id")
_LEFT = text(
    """SELECT count(*) AS count, max(error) FILTER (WHERE reason = 'poison') AS error
         FROM parked_events WHERE consumer = :group AND aggregate_id = :aggregate"""
)
