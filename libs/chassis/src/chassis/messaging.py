"""What a capability subscribes to: one consumer group, its topics, and a handler for each type."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text

from chassis.db import Transaction
from chassis.wire import Heartbeat
from contracts.catalog import CATALOG, Row, Scale, Topic
from contracts.envelope import Event

__all__ = ["Handler", "Heartbeat", "ManyHandler", "Subscription", "watermark"]

Handler = Callable[[Event[Any], Transaction, datetime], Awaitable[None]]
ManyHandler = Callable[[Sequence[Event[Any]], Transaction, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A consumer group `<service>.<capability>`; types without a handler pass and are counted.

    `with_firm` lets handlers touch the firm's rows beside those of the event's tenant.
    `handle_many` instead of `handlers` is for projections: it takes every event of the topics,
    those of one tenant at a time, in order.
    """

    group: str
    topics: tuple[Topic, ...]
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    with_firm: bool = False
    handle_many: ManyHandler | None = None

    def __post_init__(self) -> None:
        strangers = [topic.name for topic in self.topics if self.group not in topic.consumers]
        if strangers:
            raise LookupError(f"the catalogue does not name {self.group} as a reader: {strangers}")
        unknown = self.handlers.keys() - {row.type for row in self.rows()}
        if unknown:
            raise LookupError(f"{self.group} reads no topic that carries {sorted(unknown)}")
        if (self.handle_many is None) == (not self.handlers):
            raise LookupError(f"{self.group} needs handlers or handle_many, one of them")

    def rows(self) -> tuple[Row, ...]:
        """The catalogue rows of its topics."""
        return tuple(row for row in CATALOG if row.topic in self.topics)

    def wants(self, type_: str) -> bool:
        return self.handle_many is not None or type_ in self.handlers


async def watermark(tx: Transaction, group: str, topic: Topic) -> datetime | None:
    """The instant up to which the group has seen everything on `topic`; None before it can know.

    The least over all partitions. For a transaction of either role.
    """
    row = await tx.one(_WATERMARK, {"group": group, "topic": topic.name})
    scale: Scale = "single" if tx.database.scale == "single" else "cluster"
    if row["known"] < topic.partitions(scale):
        return None
    complete_until: datetime = row["complete_until"]
    return complete_until


_WATERMARK = text(
    """SELECT count(*) AS known, min(complete_until) AS complete_until FROM watermarks
        WHERE consumer = :group AND topic = :topic"""
)
