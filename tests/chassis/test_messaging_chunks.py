"""What becomes of each event of a round, on a real database; no broker is needed for it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError

from chassis.db import Transaction
from chassis.messaging import Handler
from chassis.testing.applied import apply
from chassis.testing.bench import Side
from chassis.testing.desk import NOTED, Desk, at_desk, note
from chassis.testing.events import (
    TENANT_A,
    TENANT_B,
    RawRecord,
    meta,
    new_id,
    noted,
    raw,
)
from chassis.values import FIRM
from contracts import catalog
from contracts.envelope import Event

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


def fails_on(*versions: int) -> Handler:
    async def handler(event: Event[Any], tx: Transaction, now: datetime) -> None:
        await apply(event, tx, now)
        if event.meta.version in versions:
            raise ValueError("cannot be applied")

    return handler


async def test_applies_a_chunk_in_order_under_each_events_own_tenant(reader: Side) -> None:
    seen: list[tuple[int, str]] = []

    async def handler(event: Event[Any], tx: Transaction, now: datetime) -> None:
        tenants = await tx.scalar(text("SELECT current_setting('app.tenants')"))
        seen.append((event.meta.version, tenants))
        await apply(event, tx, now)

    desk = at_desk(reader, {NOTED: handler})
    ours, theirs = new_id(), new_id()

    together = await desk.take(
        note(ours, 1),
        note(theirs, 1, tenant=TENANT_B),
        note(ours, 2),
        note(theirs, 2, tenant=TENANT_B),
    )

    assert together
    assert seen == [(1, str(TENANT_A)), (1, str(TENANT_B)), (2, str(TENANT_A)), (2, str(TENANT_B))]
    assert await reader.applied(ours) == await reader.applied(theirs) == [1, 2]


async def test_handler_sees_no_row_of_another_tenant(reader: Side) -> None:
    counted: list[int] = []

    async def handler(event: Event[Any], tx: Transaction, now: datetime) -> None:
        await apply(event, tx, now)
        counted.append(await tx.scalar(text("SELECT count(*) FROM applied")))

    desk = at_desk(reader, {NOTED: handler})

    await desk.take(note(new_id(), 1), note(new_id(), 1), note(new_id(), 1, tenant=TENANT_B))

    assert counted == [1, 2, 1]


async def test_handler_with_firm_sees_the_firm_beside_the_tenant(reader: Side) -> None:
    seen: list[str] = []

    async def handler(event: Event[Any], tx: Transaction, now: datetime) -> None:
        seen.append(await tx.scalar(text("SELECT current_setting('app.tenants')")))

    await at_desk(reader, {NOTED: handler}, with_firm=True).take(note(new_id(), 1))

    assert seen == [f"{TENANT_A},{FIRM}"]


async def test_drops_a_duplicate_within_a_chunk_and_in_a_later_one(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()
    first, second = note(aggregate, 1), note(aggregate, 2)

    await desk.take(first, first, second)
    await desk.take(first, second)

    assert await reader.applied(aggregate) == [1, 2]
    assert reader.figures.counts["duplicates"] == 3


async def test_two_owners_of_a_partition_apply_an_event_once(reader: Side) -> None:
    async def slow(event: Event[Any], tx: Transaction, now: datetime) -> None:
        await apply(event, tx, now)
        await asyncio.sleep(0.2)

    aggregate = new_id()
    event = note(aggregate, 1)

    owners = [at_desk(reader, {NOTED: slow}) for _ in range(3)]
    await asyncio.gather(*(desk.take(event) for desk in owners))

    assert await reader.applied(aggregate) == [1]
    assert reader.figures.counts["duplicates"] == 2


async def test_a_parked_event_that_comes_again_is_not_parked_again(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()
    poison, behind = raw(meta(NOTED, aggregate, 1), b"?"), note(aggregate, 2)

    await desk.take(poison, behind)
    await desk.take(poison, behind)

    assert await reader.parked(aggregate) == [(1, "poison"), (2, "behind")]


async def test_drops_an_old_version_under_a_new_id(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()

    await desk.take(note(aggregate, 1), note(aggregate, 2))
    await desk.take(note(aggregate, 1))

    assert await reader.applied(aggregate) == [1, 2]
    assert await reader.parked(aggregate) == []


async def test_stores_what_comes_out_of_order_and_replays_it_by_itself(reader: Side) -> None:
    desk, aggregate, other = at_desk(reader), new_id(), new_id()

    await desk.take(note(aggregate, 3), note(other, 1), note(aggregate, 2))
    before = await reader.parked(aggregate)
    await desk.take(note(aggregate, 1), note(aggregate, 4))

    assert before == [(2, "gap"), (3, "gap")]
    assert await reader.applied(aggregate) == [1, 2, 3, 4]
    assert await reader.applied(other) == [1]
    assert await reader.parked(aggregate) == []


async def test_a_filled_gap_stops_at_the_next_one(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()

    await desk.take(note(aggregate, 2), note(aggregate, 5))
    await desk.take(note(aggregate, 1))

    assert await reader.applied(aggregate) == [1, 2]
    assert await reader.parked(aggregate) == [(5, "gap")]


async def test_gap_is_filled_within_one_chunk(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()

    await desk.take(note(aggregate, 2), note(aggregate, 1))

    assert await reader.applied(aggregate) == [1, 2]


async def test_poison_parks_its_aggregate_and_what_follows_and_nothing_else(reader: Side) -> None:
    desk, bad, good = at_desk(reader, {NOTED: fails_on(2)}), new_id(), new_id()

    together = await desk.take(note(bad, 1), note(good, 1), note(bad, 2), note(bad, 3))
    await desk.take(note(bad, 4), note(good, 3))

    assert not together
    assert await reader.applied(bad) == [1]
    assert await reader.parked(bad) == [(2, "poison"), (3, "behind"), (4, "behind")]
    assert await reader.applied(good) == [1]
    error = await reader.value("SELECT error FROM parked_events WHERE reason = 'poison'")
    assert error == "ValueError: cannot be applied"


async def test_poison_is_tried_three_times(reader: Side) -> None:
    tries: list[int] = []

    async def handler(event: Event[Any], tx: Transaction, now: datetime) -> None:
        tries.append(event.meta.version)
        raise ValueError("no")

    await at_desk(reader, {NOTED: handler}).take(note(new_id(), 1), note(new_id(), 1))

    assert len(tries) == 1 + 3 + 3
    assert await reader.value("SELECT tries FROM parked_events LIMIT 1") == 3


async def test_an_event_that_succeeds_on_its_third_try_is_not_parked(reader: Side) -> None:
    tries: list[int] = []

    async def handler(event: Event[Any], tx: Transaction, now: datetime) -> None:
        tries.append(event.meta.version)
        if len(tries) < 4:
            raise ValueError("not yet")
        await apply(event, tx, now)

    aggregate = new_id()
    await at_desk(reader, {NOTED: handler}).take(note(aggregate, 1))

    assert await reader.applied(aggregate) == [1]
    assert await reader.parked(aggregate) == []


async def test_poison_found_at_the_commit_is_the_events_own(own_reader: Side) -> None:
    unique = "ADD CONSTRAINT once UNIQUE (aggregate_id) DEFERRABLE INITIALLY DEFERRED"
    await own_reader.rows(f"ALTER TABLE applied {unique}")
    desk, aggregate, other = at_desk(own_reader), new_id(), new_id()

    await desk.take(note(aggregate, 1), note(aggregate, 2), note(other, 1))

    assert await own_reader.applied(aggregate) == [1]
    assert await own_reader.applied(other) == [1]
    assert await own_reader.parked(aggregate) == [(2, "poison")]


async def test_a_handler_that_swallows_a_database_error_poisons_only_itself(reader: Side) -> None:
    async def handler(event: Event[Any], tx: Transaction, now: datetime) -> None:
        if event.meta.version == 2:
            with pytest.raises(Exception, match="division"):
                await tx.execute(text("SELECT 1 / 0"))
            return
        await apply(event, tx, now)

    aggregate = new_id()
    await at_desk(reader, {NOTED: handler}).take(note(aggregate, 1), note(aggregate, 2))

    assert await reader.applied(aggregate) == [1]
    assert await reader.parked(aggregate) == [(2, "poison")]


async def test_a_stored_event_that_fails_is_parked_and_not_the_one_that_freed_it(
    reader: Side,
) -> None:
    desk, aggregate = at_desk(reader, {NOTED: fails_on(2)}), new_id()

    await desk.take(note(aggregate, 2), note(aggregate, 3))
    await desk.take(note(aggregate, 1))

    assert await reader.applied(aggregate) == [1]
    assert await reader.parked(aggregate) == [(2, "poison"), (3, "gap")]


async def test_body_that_is_not_json_parks_without_tries(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()

    together = await desk.take(
        note(aggregate, 1),
        raw(meta(NOTED, aggregate, 2), b"\xff{not json"),
        note(aggregate, 3),
        raw(meta(NOTED, new_id(), 1), b"{}"),
    )

    assert together
    assert await reader.applied(aggregate) == [1]
    assert await reader.parked(aggregate) == [(2, "poison"), (3, "behind")]


async def test_unreadable_envelope_is_stored_by_its_place_and_the_rest_goes_on(
    reader: Side,
) -> None:
    desk, aggregate = at_desk(reader), new_id()
    of = meta(NOTED, new_id(), 1)
    broken = [
        raw(of, noted(), changed={"ce_type": b"\xff\xfe"}),
        raw(of, noted(), changed={"ce_id": None}),
        raw(of, noted(), changed={"ce_version": b"seven"}),
        raw(of, noted(), changed={"ce_time": b"2026-11-23T10:00:00"}),
        raw(of, noted(), changed={"ce_source": b"a\x00b"}),
        (None, None, []),
        (b"\x00", b"\x00", [("a\x00", b"\x00")]),
    ]

    await desk.take(note(aggregate, 1), *broken, note(aggregate, 2))

    assert await reader.applied(aggregate) == [1, 2]
    places = await reader.rows('SELECT "offset" FROM unreadable_records ORDER BY "offset"')
    assert [row["offset"] for row in places] == [1, 2, 3, 4, 5, 6, 7]


async def test_unknown_type_is_ignored_and_its_version_counts(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()

    await desk.take(
        note(aggregate, 1), raw(meta("ticket.sung.v1", aggregate, 2), b"?"), note(aggregate, 3)
    )

    assert await reader.applied(aggregate) == [1, 3]
    assert reader.figures.counts["ignored"] == 1


async def test_type_without_a_handler_counts_too(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()

    await desk.take(note(aggregate, 1), raw(meta("ticket.closed.v1", aggregate, 2), b"{}"))
    await desk.take(note(aggregate, 3))

    assert await reader.applied(aggregate) == [1, 3]


async def test_unknown_major_of_a_known_type_parks_its_aggregate(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()

    await desk.take(raw(meta("message.noted.v2", aggregate, 1), b"{}"), note(aggregate, 2))

    assert await reader.applied(aggregate) == []
    assert await reader.parked(aggregate) == [(1, "unknown-major"), (2, "behind")]


async def test_type_of_another_topic_is_poison(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()

    await desk.take(raw(meta("clock.started.v1", aggregate, 1), b"{}"))

    assert await reader.parked(aggregate) == [(1, "poison")]


@pytest.mark.parametrize("header", ["ce_tenantid", "ce_partitionkey", "ce_subject"])
async def test_forged_tenant_is_parked_and_takes_nothing_from_the_genuine_event(
    reader: Side, header: str
) -> None:
    desk, aggregate = at_desk(reader), new_id()
    genuine = meta(NOTED, aggregate, 1)
    forged = raw(genuine, noted(), changed={header: str(TENANT_B).encode()})

    await desk.take(forged)
    await desk.take(forged, raw(genuine, noted()), note(aggregate, 2))

    assert await reader.applied(aggregate) == [1, 2]
    reasons = await reader.rows("SELECT reason FROM parked_events")
    assert [row["reason"] for row in reasons] == ["tenant-mismatch"]
    assert await reader.value("SELECT bool_or(parked) FROM inbox_seq") is False


async def test_record_key_of_another_tenant_is_forged(reader: Side) -> None:
    desk, aggregate = at_desk(reader), new_id()
    _, value, headers = note(aggregate, 1)

    await desk.take((f"{TENANT_B}:{aggregate}".encode(), value, headers))

    assert await reader.parked(aggregate) == [(1, "tenant-mismatch")]


async def test_infrastructure_error_is_raised_and_nothing_is_kept(reader: Side) -> None:
    async def handler(event: Event[Any], tx: Transaction, now: datetime) -> None:
        await apply(event, tx, now)
        raise InterfaceError("gone", None, ConnectionResetError())

    desk, aggregate = at_desk(reader, {NOTED: handler}), new_id()

    with pytest.raises(InterfaceError):
        await desk.take(note(aggregate, 1))

    assert await reader.applied(aggregate) == []
    assert await reader.parked(aggregate) == []
    assert await reader.value("SELECT count(*) FROM inbox") == 0


async def test_error_of_the_chassis_is_raised_and_parks_nothing(own_reader: Side) -> None:
    desk, aggregate = at_desk(own_reader), new_id()
    await own_reader.rows("ALTER TABLE inbox_seq RENAME TO lost")

    with pytest.raises(Exception, match="inbox_seq"):
        await desk.take(note(aggregate, 1))

    assert await own_reader.parked(aggregate) == []


class TestCompacted:
    """Only the latest state of a key is kept there, so that gaps are the rule."""

    def desk(self, reader: Side, handler: Handler = apply) -> Desk:
        types = ("customer.known.v1", "customer.changed.v1")
        return at_desk(
            reader,
            dict.fromkeys(types, handler),
            group="routing.customers",
            topics=(catalog.CUSTOMER,),
        )

    def changed(self, aggregate: UUID, version: int) -> RawRecord:
        facts = b'{"plan": "x", "segment": "y", "locale": "en", "zone": "UTC", "value_band": "a"}'
        return raw(meta("customer.changed.v1", aggregate, version), facts)

    async def test_takes_the_latest_and_leaves_what_is_older(self, reader: Side) -> None:
        desk, aggregate = self.desk(reader), new_id()

        await desk.take(
            self.changed(aggregate, 7), self.changed(aggregate, 3), self.changed(aggregate, 12),
            topic=catalog.CUSTOMER,
        )  # fmt: skip

        assert await reader.applied(aggregate) == [7, 12]

    async def test_a_newer_state_heals_a_parked_one(self, reader: Side) -> None:
        desk, aggregate = self.desk(reader, fails_on(3)), new_id()

        await desk.take(self.changed(aggregate, 3), topic=catalog.CUSTOMER)
        parked = await reader.parked(aggregate)
        await desk.take(self.changed(aggregate, 5), topic=catalog.CUSTOMER)

        assert parked == [(3, "poison")]
        assert await reader.applied(aggregate) == [5]
        assert await reader.parked(aggregate) == []
        assert await reader.value("SELECT bool_or(parked) FROM inbox_seq") is False


class TestMany:
    """A projection takes a chunk at once."""

    async def test_gets_each_tenants_accepted_events_in_order(self, reader: Side) -> None:
        calls: list[tuple[str, list[int]]] = []

        async def many(events: Sequence[Event[Any]], tx: Transaction, now: datetime) -> None:
            tenants = await tx.scalar(text("SELECT current_setting('app.tenants')"))
            calls.append((tenants, [event.meta.version for event in events]))

        desk, ours, theirs = at_desk(reader, handle_many=many), new_id(), new_id()

        await desk.take(
            note(ours, 1), note(theirs, 1, tenant=TENANT_B), note(ours, 2), note(ours, 1)
        )

        assert calls == [(str(TENANT_A), [1, 2]), (str(TENANT_B), [1])]

    async def test_a_failing_event_is_found_one_by_one(self, reader: Side) -> None:
        async def many(events: Sequence[Event[Any]], tx: Transaction, now: datetime) -> None:
            for event in events:
                await fails_on(2)(event, tx, now)

        desk, bad, good = at_desk(reader, handle_many=many), new_id(), new_id()

        await desk.take(note(bad, 1), note(good, 1), note(bad, 2), note(good, 3))

        assert await reader.applied(bad) == [1]
        assert await reader.parked(bad) == [(2, "poison")]
        assert await reader.applied(good) == [1]
        assert await reader.parked(good) == [(3, "gap")]


class TestBreaker:
    async def test_opens_on_more_than_one_in_a_hundred(self, reader: Side) -> None:
        desk = at_desk(reader, {NOTED: fails_on(2)})

        await desk.take(*(note(new_id(), 1) for _ in range(199)))
        closed = desk.breaker.open
        await desk.take(raw(meta(NOTED, new_id(), 1), b"?"), raw(meta(NOTED, new_id(), 1), b"?"))
        still_closed = desk.breaker.open
        await desk.take(raw(meta(NOTED, new_id(), 1), b"?"))

        assert closed is None
        assert still_closed is None
        assert desk.breaker.open == "3 of the last minute's 202 events parked"

    async def test_gaps_and_what_waits_behind_do_not_open_it(self, reader: Side) -> None:
        desk = at_desk(reader)

        await desk.take(*(note(new_id(), 5) for _ in range(250)))

        assert desk.breaker.open is None
