"""The relay on real Kafka and PostgreSQL: nothing lost, nothing out of order, whoever dies when."""

import asyncio
import signal
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from chassis import outbox, wire
from chassis.backlog import MOST_ROWS
from chassis.relay import Pace, PartitionCountError, Relay
from chassis.shards import Shard
from chassis.tenancy import scope
from chassis.testing.bench import Bench
from chassis.testing.events import TENANT_A, TENANT_B, draft, new_id, noted
from chassis.testing.process import KILLED
from chassis.wakeups import Wakeups
from chassis.wire import Envelope
from contracts import catalog
from contracts.envelope import EventMeta

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.postgres,
    pytest.mark.kafka,
    pytest.mark.xdist_group("delivery"),
]

SHARDS = sum(t.partitions("single") for t in catalog.TOPICS if t.producer == "intake")


def metas(records: Iterable[Any]) -> list[EventMeta]:
    read = [wire.read(record) for record in records]
    assert all(isinstance(found, Envelope) and not found.forged for found in read)
    return [found.meta for found in read if isinstance(found, Envelope)]


def first_versions(records: Iterable[Any]) -> dict[UUID, list[int]]:
    """By aggregate, the versions in the order in which each came first."""
    found: dict[UUID, list[int]] = defaultdict(list)
    for meta in metas(records):
        if meta.version not in found[meta.subject]:
            found[meta.subject].append(meta.version)
    return dict(found)


async def locks(post: Bench) -> int:
    """How many shards are held by whichever relay."""
    held = await post.writer.value(
        "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE l.locktype = 'advisory' AND a.application_name = 'intake-relay-lock' "
        "AND a.datname = current_database()"
    )
    return int(held)


async def test_sends_in_order_and_marks_with_the_place(post: Bench) -> None:
    aggregates = [new_id() for _ in range(6)]
    put = await post.put(
        *(draft(noted(), aggregate, version) for version in (1, 2, 3) for aggregate in aggregates)
    )

    post.relay()
    await post.until(post.sent)

    records = await post.corner.read(catalog.TICKET)
    assert first_versions(records) == {aggregate: [1, 2, 3] for aggregate in aggregates}
    assert sorted(metas(records), key=lambda meta: meta.id) == sorted(put, key=lambda m: m.id)
    places = {(UUID(dict(r.headers)["ce_id"].decode()), r.partition, r.offset) for r in records}
    rows = await post.writer.rows("SELECT event_id, kpart, koffset FROM outbox")
    assert {(row["event_id"], row["kpart"], row["koffset"]) for row in rows} == places


async def test_takes_the_tenant_from_the_row_alone(post: Bench) -> None:
    await post.put(draft(noted(), new_id(), 1))
    await post.writer.rows(
        "UPDATE outbox SET headers = headers || jsonb_build_object('ce_tenantid', $1::text)",
        forged=str(TENANT_B),
    )

    post.relay()
    await post.until(post.sent)

    [meta] = metas(await post.corner.read(catalog.TICKET))
    assert meta.tenantid != TENANT_B


@pytest.mark.parametrize("by_notify", [False, True])
async def test_is_woken_by_a_commit(post: Bench, by_notify: bool) -> None:
    delivery = post.writer.delivery
    theirs = replace(delivery, wakeups=Wakeups(post.writer.made.loops_url))
    for wakeups in (delivery.wakeups, theirs.wakeups):
        post.start(wakeups.run)
    relay = Relay(theirs if by_notify else delivery, pace=Pace(idle_s=30))
    post.start(relay.run)
    await post.until(lambda: all_held(relay))
    await asyncio.sleep(0.5)

    await post.put(draft(noted(), new_id(), 1))

    await post.until(post.sent, within_s=15)


async def all_held(relay: Relay) -> bool:
    return len(relay.held) == SHARDS


async def test_event_of_a_writer_that_died_after_its_commit_is_sent(post: Bench) -> None:
    aggregate = new_id()
    child = post.spawn(post.writer, "write", aggregate=str(aggregate), versions=3)
    assert await child.ended() == KILLED

    post.relay()
    await post.until(post.sent)

    assert first_versions(await post.corner.read(catalog.TICKET)) == {aggregate: [1, 2, 3]}


async def test_what_was_sent_and_not_marked_is_sent_again(post: Bench) -> None:
    aggregates = [new_id() for _ in range(8)]
    await post.put(*(draft(noted(), a, v) for v in (1, 2, 3) for a in aggregates))
    child = post.spawn(post.writer, "relay", dies=True)
    assert await child.ended() == KILLED
    assert not await post.sent()

    post.relay()
    await post.until(post.sent)

    records = await post.corner.read(catalog.TICKET)
    assert len(records) > 24
    assert first_versions(records) == {aggregate: [1, 2, 3] for aggregate in aggregates}


async def test_relays_killed_under_load_lose_and_reorder_nothing(post: Bench) -> None:
    aggregates = [new_id() for _ in range(10)]
    children = [post.spawn(post.writer, "relay") for _ in range(2)]
    await post.until(lambda: all_locked(post))
    done = asyncio.Event()
    writing = asyncio.ensure_future(_write(post, aggregates, done))

    for child in children:
        await asyncio.sleep(0.5)
        await child.kill()
    relay = post.relay()
    await post.until(lambda: all_held(relay))
    done.set()
    versions = await writing
    await post.until(post.sent)

    records = await post.corner.read(catalog.TICKET)
    assert first_versions(records) == {a: list(range(1, versions + 1)) for a in aggregates}


async def _write(post: Bench, aggregates: list[UUID], done: asyncio.Event) -> int:
    version = 0
    while not done.is_set():
        version += 1
        await post.put(*(draft(noted(), aggregate, version) for aggregate in aggregates))
    return version


async def test_two_relays_share_the_shards_and_one_takes_over(post: Bench) -> None:
    first = Relay(post.writer.delivery)
    stop = post.start(first.run)
    await post.until(lambda: all_held(first))
    second = post.relay()

    async def shared() -> bool:
        return len(first.held) == len(second.held) == SHARDS / 2 and await all_locked(post)

    await post.until(shared)
    assert not first.held & second.held
    stop.set()
    await post.until(lambda: all_held(second))

    await post.put(*(draft(noted(), new_id(), 1) for _ in range(20)))
    await post.until(post.sent)
    assert len(await post.corner.read(catalog.TICKET)) == 20


async def test_relay_that_stands_still_loses_its_shards_and_harms_nothing(post: Bench) -> None:
    aggregates = [new_id() for _ in range(8)]
    zombie = post.spawn(post.writer, "relay")
    await post.until(lambda: all_locked(post))
    await post.put(*(draft(noted(), aggregate, 1) for aggregate in aggregates))
    await post.until(post.sent)

    zombie.signal(signal.SIGSTOP)
    await post.put(*(draft(noted(), aggregate, 2) for aggregate in aggregates))
    relay = post.relay()
    await post.until(lambda: all_held(relay))
    await post.until(post.sent)
    zombie.signal(signal.SIGCONT)
    await post.put(*(draft(noted(), aggregate, 3) for aggregate in aggregates))
    await post.until(post.sent)
    await zombie.kill()

    records = await post.corner.read(catalog.TICKET)
    assert first_versions(records) == {aggregate: [1, 2, 3] for aggregate in aggregates}


async def all_locked(post: Bench) -> bool:
    return await locks(post) == SHARDS


async def test_refused_record_stops_its_shard_alone_and_is_told(post: Bench) -> None:
    big, small = await post.put(draft(noted(), new_id(), 1), draft(noted(), new_id(), 1))
    shards = await post.writer.rows("SELECT event_id, shard FROM outbox")
    by_event = {row["event_id"]: row["shard"] for row in shards}
    while by_event[big.id] == by_event[small.id]:
        [small] = await post.put(draft(noted(), new_id(), 1))
        by_event[small.id] = await post.writer.value("SELECT shard FROM outbox ORDER BY id DESC")
    await _enlarge(post, big.id)

    relay = post.relay()

    async def told() -> bool:
        return relay.trouble() is not None and "stopped" in str(relay.trouble())

    await post.until(told)
    await post.put(draft(noted(), small.subject, 2))
    await post.until(lambda: sent_of(post, small.subject, 2))
    unsent = await post.writer.rows("SELECT event_id FROM outbox WHERE published_at IS NULL")
    assert big.id in {row["event_id"] for row in unsent}
    assert f"{Shard('intake.ticket.v1', by_event[big.id]).partition}" in str(relay.trouble())


async def _enlarge(post: Bench, event: UUID) -> None:
    """Past the check, as if somebody had set it higher than the broker's limit."""
    await post.writer.rows("ALTER TABLE outbox DROP CONSTRAINT outbox_payload_check")
    await post.writer.rows(
        "UPDATE outbox SET payload = repeat('x', 1500000)::bytea WHERE event_id = $1", event=event
    )
    await post.writer.rows(
        "ALTER TABLE outbox ADD CONSTRAINT outbox_payload_check "
        "CHECK (octet_length(payload) <= 900000) NOT VALID"
    )


async def sent_of(post: Bench, aggregate: UUID, count: int) -> bool:
    found = await post.writer.value(
        "SELECT count(*) FROM outbox WHERE aggregate_id = $1 AND published_at IS NOT NULL",
        aggregate=aggregate,
    )
    return bool(found == count)


async def test_sends_rows_larger_together_than_one_batch(post: Bench) -> None:
    aggregate = new_id()
    await post.put(*(draft(noted("x" * 400_000), aggregate, version) for version in range(1, 8)))

    post.relay()
    await post.until(post.sent)

    assert first_versions(await post.corner.read(catalog.TICKET)) == {aggregate: list(range(1, 8))}


async def test_sends_more_rows_than_one_look_takes(post: Bench) -> None:
    aggregate = new_id()
    async with post.writer.database.transaction(scope(TENANT_A)) as tx:
        for version in range(1, MOST_ROWS + 51):
            await outbox.put(tx, draft(noted(), aggregate, version))

    post.relay()
    await post.until(post.sent)

    versions = [meta.version for meta in metas(await post.corner.read(catalog.TICKET))]
    assert versions == list(range(1, MOST_ROWS + 51))


async def test_will_not_work_on_a_topic_with_other_partitions(post: Bench) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=post.corner.place.bootstrap)
    await admin.start()
    await admin.create_partitions({f"{post.corner.place.prefix}intake.ticket.v1": NewPartitions(5)})
    await admin.close()

    with pytest.raises(PartitionCountError, match="has 5 partitions, not 4"):
        await Relay(post.writer.delivery).run(asyncio.Event())


async def test_goes_on_after_its_database_connections_were_cut(post: Bench) -> None:
    relay = post.relay()
    await post.until(lambda: all_held(relay))

    for _ in range(3):
        await post.put(draft(noted(), new_id(), 1))
        await post.writer.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = 'intake_loops' AND datname = current_database()"
        )

    await post.until(post.sent)
    await post.until(lambda: all_held(relay))
    assert len(first_versions(await post.corner.read(catalog.TICKET))) == 3
