"""Dead letters as a person works with them: look, then order a replay or a discard.

Replaying needs the handlers, so an order is a row that a process of the service executes
(`chassis.orders`). The rows stay, as the record of who asked for what and what became of it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Database

CHANNEL = "dead-letters"

Action = Literal["replay", "discard", "resume"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`replay` names an aggregate or an unreadable record, `discard` an event or such a record."""

    action: Action
    consumer: str
    asked_by: str
    aggregate: UUID | None = None
    event: UUID | None = None
    unreadable: int | None = None
    reason: str = ""


async def list_parked(
    loops: Database, consumer: str | None = None, limit: int = 100
) -> Sequence[RowMapping]:
    """Parked events of all tenants by aggregate and version, without their payloads."""
    async with loops.transaction(None) as tx:
        return await tx.all(_PARKED, {"consumer": consumer, "limit": limit})


async def list_unreadable(
    loops: Database, consumer: str | None = None, limit: int = 100
) -> Sequence[RowMapping]:
    async with loops.transaction(None) as tx:
        return await tx.all(_UNREADABLE, {"consumer": consumer, "limit": limit})


async def show(loops: Database, event: UUID) -> Sequence[RowMapping]:
    """All of a parked event, once for each group that parked it."""
    async with loops.transaction(None) as tx:
        return await tx.all(_SHOW, {"event": event})


async def ask(loops: Database, order: Order) -> UUID:
    order_id = loops.clock.new_id()
    async with loops.transaction(None) as tx:
        await tx.execute(
            _ASK,
            {
                "id": order_id,
                "consumer": order.consumer,
                "action": order.action,
                "aggregate": order.aggregate,
                "event": order.event,
                "unreadable": order.unreadable,
                "reason": order.reason,
                "asked_by": order.asked_by,
            },
        )
        tx.wake(CHANNEL)
    return order_id


async def answer(loops: Database, order_id: UUID, within_s: float) -> str | None:
    """What became of an order, or None when no process of the service has taken it up in time."""
    for _ in range(max(1, int(within_s / 0.1))):
        async with loops.transaction(None) as tx:
            result = await tx.scalar(_RESULT, {"id": order_id})
        if result is not None:
            return str(result)
        await asyncio.sleep(0.1)
    return None


_PARKED = text(
    """SELECT tenant_id, consumer, aggregate_id, version, event_id, type, topic, partition,
              "offset", reason, error, tries, parked_at
         FROM parked_events WHERE consumer = coalesce(:consumer, consumer)
        ORDER BY consumer, aggregate_id, version LIMIT :limit"""
)
_UNREADABLE = text(
    """SELECT id, consumer, topic, partition, "offset", error, at, octet_length(value) AS bytes
         FROM unreadable_records WHERE consumer = coalesce(:consumer, consumer)
        ORDER BY at LIMIT :limit"""
)
_SHOW = text(
    """SELECT tenant_id, consumer, aggregate_id, version, event_id, type, topic, partition,
              "offset", headers, payload, reason, error, tries, parked_at
         FROM parked_events WHERE event_id = :event"""
)
_ASK = text(
    """INSERT INTO dead_letter_commands (id, consumer, action, aggregate_id, event_id,
                                         unreadable_id, reason, asked_by)
       VALUES (:id, :consumer, :action, :aggregate, :event, :unreadable, :reason, :asked_by)"""
)
_RESULT = text("SELECT result FROM dead_letter_commands WHERE id = :id")
