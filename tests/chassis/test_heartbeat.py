"""Heartbeats never overtake: no event that became true before one comes after it."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from chassis import inbox, outbox, wire
from chassis.db import Transaction
from chassis.messaging import Subscription, watermark
from chassis.relay import Pace
from chassis.tenancy import scope
from chassis.testing.applied import apply
from chassis.testing.bench import Bench, Side
from chassis.testing.events import TENANT_A, THEN, draft, new_id, noted
from chassis.wire import Envelope, Heartbeat
from contracts import catalog
from contracts.envelope import Draft

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.postgres,
    pytest.mark.kafka,
    pytest.mark.xdist_group("delivery"),
]

OFTEN = Pace(heartbeat_s=0.02)


def beats(records: Iterable[Any]) -> list[datetime]:
    read = [wire.read(record) for record in records]
    return [found.complete_until for found in read if isinstance(found, Heartbeat)]


def overtaken(records: Iterable[Any]) -> list[timedelta]:
    """By how much events came late: after a heartbeat of their partition that is newer."""
    newest: dict[int, datetime] = {}
    late = []
    for record in records:
        match wire.read(record):
            case Heartbeat(until):
                newest[record.partition] = max(until, newest.get(record.partition, until))
            case Envelope(meta, _):
                if meta.time <= newest.get(record.partition, THEN - timedelta(days=1)):
                    late.append(newest[record.partition] - meta.time)
    return late


async def write_slowly(post: Bench, random: Random, stop: asyncio.Event) -> None:
    """Facts become true inside their transactions; some of those take their time."""
    while not stop.is_set():
        async with post.writer.database.transaction(scope(TENANT_A)) as tx:
            time = await tx.scalar(text("SELECT clock_timestamp()"))
            await asyncio.sleep(random.choice([0, 0, 0.02, 0.15]))
            fact = draft(noted(), new_id(), 1)
            await outbox.put(
                tx,
                Draft(
                    tenant=TENANT_A, aggregate=fact.aggregate, version=1, time=time, data=fact.data
                ),
            )


async def test_no_heartbeat_overtakes_an_event_under_concurrent_writers(post: Bench) -> None:
    for _ in range(2):
        post.relay(pace=OFTEN)
    stop = asyncio.Event()
    writers = [write_slowly(post, Random(n), stop) for n in range(6)]
    writing = asyncio.gather(*writers)

    await asyncio.sleep(4)
    stop.set()
    await writing
    await post.until(post.sent)

    records = await post.corner.read(catalog.TICKET, with_heartbeats=True)
    assert len(beats(records)) > 20
    assert len(records) - len(beats(records)) > 50
    assert overtaken(records) == []


async def test_an_open_transaction_of_another_role_holds_heartbeats_back(post: Bench) -> None:
    async with post.writer.database.transaction(scope(TENANT_A)) as tx:
        began = await tx.scalar(text("SELECT transaction_timestamp()"))
        post.relay(pace=OFTEN)
        await post.until(lambda: has_beaten(post, 8))

    assert max(beats(await post.corner.read(catalog.TICKET, with_heartbeats=True))) <= began


async def has_beaten(post: Bench, times: int) -> bool:
    return len(beats(await post.corner.read(catalog.TICKET, with_heartbeats=True))) >= times


async def test_unprocessed_raw_input_holds_heartbeats_back(post: Bench) -> None:
    async def floor(tx: Transaction) -> datetime | None:
        return THEN

    post.relay(floor, pace=OFTEN)
    await post.until(lambda: has_beaten(post, 8))

    assert set(beats(await post.corner.read(catalog.TICKET, with_heartbeats=True))) == {THEN}


async def test_a_partition_with_unsent_rows_has_no_heartbeat(post: Bench) -> None:
    await post.put(draft(noted(), new_id(), 1))
    shard = await post.writer.value("SELECT shard FROM outbox")
    await post.writer.rows("ALTER TABLE outbox DROP CONSTRAINT outbox_payload_check")
    await post.writer.rows("UPDATE outbox SET payload = repeat('x', 1500000)::bytea")
    await post.writer.rows(
        "ALTER TABLE outbox ADD CONSTRAINT outbox_payload_check "
        "CHECK (octet_length(payload) <= 900000) NOT VALID"
    )

    post.relay(pace=OFTEN)
    await post.until(lambda: has_beaten(post, 9))

    records = await post.corner.read(catalog.TICKET, with_heartbeats=True)
    assert {record.partition for record in records} == {0, 1, 2, 3} - {shard}


async def test_heartbeats_have_an_explicit_partition_and_no_key(post: Bench) -> None:
    post.relay(pace=OFTEN)
    await post.until(lambda: has_beaten(post, 8))

    records = await post.corner.read(catalog.TICKET, with_heartbeats=True)
    assert {record.partition for record in records} == {0, 1, 2, 3}
    assert {record.key for record in records} == {None}
    assert await post.corner.read(catalog.CUSTOMER, with_heartbeats=True) == []


async def test_the_watermark_follows_once_every_partition_is_known(post: Bench) -> None:
    before = await post.writer.value("SELECT clock_timestamp()")
    subscription = Subscription(
        group="sla.clocks", topics=(catalog.TICKET,), handlers={"message.noted.v1": apply}
    )
    unknown = await seen_until(post.reader)
    post.lanes(subscription)
    post.relay(pace=OFTEN)

    async def passed() -> bool:
        until = await seen_until(post.reader)
        return until is not None and until > before

    await post.until(passed)
    assert unknown is None


async def seen_until(reader: Side) -> datetime | None:
    async with reader.database.transaction(None) as tx:
        return await watermark(tx, "sla.clocks", catalog.TICKET)


async def test_the_watermark_is_the_least_of_all_partitions_and_never_goes_back(
    reader: Side,
) -> None:
    async def mark(*minutes: int) -> datetime | None:
        marks = {
            (catalog.TICKET.name, partition): THEN + timedelta(minutes=minute)
            for partition, minute in zip(range(4), minutes, strict=False)
        }
        async with reader.database.transaction(None) as tx:
            await inbox.save_watermarks(tx, "sla.clocks", marks)
        return await seen_until(reader)

    assert await mark(5, 5, 5) is None
    assert await mark(5, 9, 9, 9) == THEN + timedelta(minutes=5)
    assert await mark(1, 1, 1, 1) == THEN + timedelta(minutes=5)
