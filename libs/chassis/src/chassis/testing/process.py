"""Parts of delivery as processes of their own, to be killed.

`write` commits one event for each version given and dies at once. `relay` and `read` work until
SIGTERM; with `dies`, the relay dies between sending and marking, the reader between its database's
commit and that of its offsets.
"""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis import outbox
from chassis.db import Database
from chassis.delivery import Delivery, KafkaPlace, SilentMetrics
from chassis.lanes import Lanes
from chassis.messaging import Subscription
from chassis.publishing import Outgoing, Publisher, Sent
from chassis.relay import Relay
from chassis.shards import Shard
from chassis.tenancy import scope
from chassis.testing.applied import apply
from chassis.testing.events import TENANT_A, draft, noted
from chassis.wakeups import Wakeups
from contracts import catalog

KILLED = 137


class DyingPublisher(Publisher):
    async def send(self, rows: Mapping[Shard, Sequence[Outgoing]]) -> Sent:
        await super().send(rows)
        os._exit(KILLED)


class DyingMetrics(SilentMetrics):
    """Told of a chunk right after its commit."""

    def events_handled(self, group: str, count: int) -> None:
        if count:
            os._exit(KILLED)


def work_as_told(work: str, told: dict[str, str]) -> None:
    asyncio.run(_main(work, told))


async def _main(work: str, told: dict[str, str]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    dies = bool(told.get("dies"))
    kafka = KafkaPlace(told["bootstrap"], told["prefix"])
    delivery = Delivery(
        database=Database(told["runtime"], service=told["service"], scale="single"),
        loops=Database(told["loops"], service=told["service"], scale="single"),
        kafka=kafka,
        wakeups=Wakeups(told["loops"]),
        metrics=DyingMetrics() if dies else SilentMetrics(),
    )
    if work == "write":
        await _write(delivery, UUID(told["aggregate"]), int(told["versions"]))
    elif work == "relay":
        publisher = DyingPublisher(kafka, told["service"]) if dies else None
        await Relay(delivery, publisher=publisher).run(stop)
    else:
        await _read(delivery, int(told["session_ms"]), stop)


async def _write(delivery: Delivery, aggregate: UUID, versions: int) -> None:
    async with delivery.database.transaction(scope(TENANT_A)) as tx:
        for version in range(1, versions + 1):
            await outbox.put(tx, draft(noted(), aggregate, version))
    os._exit(KILLED)


async def _read(delivery: Delivery, session_ms: int, stop: asyncio.Event) -> None:
    subscription = Subscription(
        group="sla.clocks", topics=(catalog.TICKET,), handlers={"message.noted.v1": apply}
    )
    await Lanes(delivery, [subscription], session_ms=session_ms).run(stop)
