"""Lanes on real Kafka and PostgreSQL: applied once, whoever dies, joins or loses its database."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from faststream.middlewares import AckPolicy
from faststream.specification import AsyncAPI
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis import outbox
from chassis.db import Transaction
from chassis.lanes import Lanes
from chassis.messaging import Handler, Subscription
from chassis.testing.applied import apply
from chassis.testing.bench import Bench
from chassis.testing.events import TENANT_A, TENANT_B, draft, meta, new_id, noted, raw
from chassis.testing.process import KILLED
from contracts import catalog
from contracts.envelope import Event

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.postgres,
    pytest.mark.kafka,
    pytest.mark.xdist_group("delivery"),
]

NOTED = "message.noted.v1"


def subscribed(handler: Handler = apply) -> Subscription:
    return Subscription(group="sla.clocks", topics=(catalog.TICKET,), handlers={NOTED: handler})


def has_applied(post: Bench, aggregate: UUID, *versions: int) -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return await post.reader.applied(aggregate) == list(versions)

    return holds


def in_partition(partition: int) -> UUID:
    """An aggregate of tenant A whose events go there."""
    while True:
        aggregate = new_id()
        if outbox.shard_of(catalog.TICKET, f"{TENANT_A}:{aggregate}", "single") == partition:
            return aggregate


async def test_applies_what_the_relay_sends_and_commits_the_next_offset(post: Bench) -> None:
    aggregate = in_partition(2)
    post.lanes(subscribed())
    post.relay()
    await post.put(*(draft(noted(), aggregate, version) for version in (1, 2, 3)))

    await post.until(has_applied(post, aggregate, 1, 2, 3))

    async def committed() -> bool:
        at = await post.corner.committed("sla.clocks", catalog.TICKET, 2)
        return at is not None and at >= 3

    await post.until(committed)


async def test_reader_that_died_before_committing_offsets_applies_nothing_twice(
    post: Bench,
) -> None:
    aggregate = in_partition(0)
    sent = [raw(meta(NOTED, aggregate, version), noted()) for version in (1, 2, 3)]
    await post.corner.send(catalog.TICKET, 0, sent)
    child = post.spawn(post.reader, "read", dies=True, session_ms=6000)
    assert await child.ended() == KILLED
    applied_before = await post.reader.applied(aggregate)
    committed = await post.corner.committed("sla.clocks", catalog.TICKET, 0)

    post.lanes(subscribed())
    await post.corner.send(catalog.TICKET, 0, [raw(meta(NOTED, aggregate, 4), noted())])
    await post.until(has_applied(post, aggregate, 1, 2, 3, 4))

    assert applied_before == [1, 2, 3]
    assert committed in (None, 0)
    assert post.reader.figures.counts["duplicates"] == 3


async def test_records_of_any_shape_do_not_stop_their_partition(post: Bench) -> None:
    aggregate, other = in_partition(1), in_partition(1)
    of = meta(NOTED, aggregate, 2)
    await post.corner.send(
        catalog.TICKET,
        1,
        [
            raw(meta(NOTED, aggregate, 1), noted()),
            raw(of, noted(), changed={"ce_type": b"\xff"}),
            (None, b"nothing", []),
            raw(of, b"\xffnot json"),
            raw(meta(NOTED, other, 1), noted()),
        ],
    )

    post.lanes(subscribed())

    await post.until(has_applied(post, other, 1))
    assert await post.reader.applied(aggregate) == [1]
    assert await post.reader.parked(aggregate) == [(2, "poison")]
    assert await post.reader.value("SELECT count(*) FROM unreadable_records") == 2


async def test_other_tenants_header_is_parked(post: Bench) -> None:
    aggregate = in_partition(1)
    forged = raw(
        meta(NOTED, aggregate, 1), noted(), changed={"ce_tenantid": str(TENANT_B).encode()}
    )
    genuine = raw(meta(NOTED, aggregate, 1), noted())
    await post.corner.send(catalog.TICKET, 1, [forged, genuine])

    post.lanes(subscribed())

    await post.until(has_applied(post, aggregate, 1))
    assert await post.reader.parked(aggregate) == [(1, "tenant-mismatch")]


async def test_pauses_while_its_database_is_cut_and_goes_on_from_there(post: Bench) -> None:
    cuts: list[int] = []

    async def handler(event: Event[Any], tx: Transaction, now: datetime) -> None:
        if event.meta.version == 3 and len(cuts) < 2:
            cuts.append(event.meta.version)
            await post.reader.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE usename = 'sla' AND datname = current_database()"
            )
        await apply(event, tx, now)

    aggregate = in_partition(3)
    sent = [raw(meta(NOTED, aggregate, version), noted()) for version in range(1, 6)]
    await post.corner.send(catalog.TICKET, 3, sent)

    post.lanes(subscribed(handler))

    await post.until(has_applied(post, aggregate, 1, 2, 3, 4, 5))
    assert post.reader.figures.counts["retries"] == 2
    assert await post.reader.parked(aggregate) == []


async def test_a_second_reader_takes_its_share_and_nothing_is_applied_twice(post: Bench) -> None:
    aggregates = [in_partition(n % 4) for n in range(8)]
    first = Lanes(post.reader.delivery, [subscribed()])
    stop = post.start(first.run)
    post.relay()
    await post.put(*(draft(noted(), aggregate, 1) for aggregate in aggregates))

    await post.until(lambda: all_applied(post, 8))
    post.lanes(subscribed())
    for version in (2, 3, 4):
        await post.put(*(draft(noted(), aggregate, version) for aggregate in aggregates))
        await asyncio.sleep(0.2)
    stop.set()
    await post.put(*(draft(noted(), aggregate, 5) for aggregate in aggregates))

    await post.until(lambda: all_applied(post, 40))
    for aggregate in aggregates:
        assert await post.reader.applied(aggregate) == [1, 2, 3, 4, 5]


async def all_applied(post: Bench, count: int) -> bool:
    return bool(await post.reader.value("SELECT count(*) FROM applied") == count)


async def test_stops_within_its_chunk_and_the_next_one_goes_on(post: Bench) -> None:
    async def slow(event: Event[Any], tx: Transaction, now: datetime) -> None:
        await asyncio.sleep(0.005)
        await apply(event, tx, now)

    aggregate = in_partition(0)
    sent = [raw(meta(NOTED, aggregate, version), noted()) for version in range(1, 451)]
    await post.corner.send(catalog.TICKET, 0, sent)
    lanes = Lanes(post.reader.delivery, [subscribed(slow)])
    stop = post.start(lanes.run)
    await post.until(lambda: some_handled(post))
    stop.set()
    await post.stop()
    applied_then = len(await post.reader.applied(aggregate))

    post.lanes(subscribed())

    await post.until(has_applied(post, aggregate, *range(1, 451)))
    assert 0 < applied_then < 450
    assert post.reader.figures.counts.get("duplicates", 0) == 0


async def some_handled(post: Bench) -> bool:
    return post.reader.figures.counts.get("handled", 0) > 0


async def test_a_trace_crosses_from_the_writers_span_to_the_handlers(post: Bench) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    traced = replace(post.reader.delivery, tracer=tracer)
    post.start(Lanes(traced, [subscribed()]).run)
    post.relay()
    aggregate = new_id()

    with tracer.start_as_current_span("command") as command:
        await post.put(draft(noted(), aggregate, 1))
    await post.until(has_applied(post, aggregate, 1))

    [process] = [span for span in exporter.get_finished_spans() if "process" in span.name]
    assert process.name == "intake.ticket.v1 process"
    assert process.parent is not None
    assert process.parent.span_id == command.get_span_context().span_id
    assert process.context.trace_id == command.get_span_context().trace_id


async def test_a_bad_deployment_halts_the_lane_until_a_person_resumes_it(post: Bench) -> None:
    aggregate = in_partition(0)
    bad = [raw(meta(NOTED, in_partition(0), 1), b"?") for _ in range(101)]
    await post.corner.send(catalog.TICKET, 0, [*bad, raw(meta(NOTED, aggregate, 1), noted())])
    lanes = post.lanes(subscribed())

    async def halted() -> bool:
        return "101 aggregates parked" in (lanes.trouble() or "")

    await post.until(halted)
    late = in_partition(1)
    await post.corner.send(catalog.TICKET, 1, [raw(meta(NOTED, late, 1), noted())])
    await post.until(lambda: lags(post))
    while_halted = await post.reader.applied(late)
    await post.reader.rows(
        "INSERT INTO dead_letter_commands (id, consumer, action, asked_by) "
        "VALUES (gen_random_uuid(), 'sla.clocks', 'resume', 'test')"
    )

    await post.until(has_applied(post, late, 1))
    await post.until(lambda: catches_up(post))
    assert while_halted == []
    assert lanes.trouble() is None


async def lags(post: Bench) -> bool:
    return post.reader.figures.lag.get(("sla.clocks", catalog.TICKET.name), 0) > 0


async def catches_up(post: Bench) -> bool:
    return post.reader.figures.lag["sla.clocks", catalog.TICKET.name] == 0


async def test_an_error_of_the_chassis_halts_the_lane_and_loses_nothing(post: Bench) -> None:
    aggregate = in_partition(0)
    await post.reader.rows("ALTER TABLE inbox_seq RENAME TO lost")
    try:
        await post.corner.send(catalog.TICKET, 0, [raw(meta(NOTED, aggregate, 1), noted())])
        lanes = post.lanes(subscribed())

        async def halted() -> bool:
            return "in the chassis" in (lanes.trouble() or "")

        await post.until(halted)
    finally:
        await post.reader.rows("ALTER TABLE lost RENAME TO inbox_seq")
    [lane] = lanes.lanes
    lane.resume()

    await post.until(has_applied(post, aggregate, 1))


async def test_every_subscriber_has_the_one_shape(post: Bench) -> None:
    lanes = Lanes(post.reader.delivery, [subscribed()])

    subscribers: list[Any] = list(lanes.broker.subscribers)
    [subscriber] = subscribers

    assert type(subscriber).__name__ == "BatchSubscriber"
    assert subscriber.ack_policy is AckPolicy.MANUAL
    assert subscriber.group_id == f"{post.corner.place.prefix}sla.clocks"
    settings = subscriber._connection_args
    assert settings["auto_offset_reset"] == "earliest"
    assert settings["enable_auto_commit"] is False
    assert (settings["session_timeout_ms"], settings["rebalance_timeout_ms"]) == (30_000, 60_000)
    schema = AsyncAPI(lanes.broker, schema_version="3.0.0").to_specification().to_json()
    assert "MessageNotedV1" in schema


def test_a_group_that_the_catalogue_does_not_name_cannot_subscribe() -> None:
    with pytest.raises(LookupError, match=r"does not name routing\.owners"):
        Subscription(group="routing.owners", topics=(catalog.TICKET,), handlers={NOTED: apply})


def test_a_type_that_no_topic_of_the_group_carries_cannot_be_handled() -> None:
    with pytest.raises(LookupError, match=r"no topic that carries \['clock\.started\.v1'\]"):
        Subscription(
            group="sla.clocks", topics=(catalog.TICKET,), handlers={"clock.started.v1": apply}
        )
