"""A restated event carries the full state: a group that starts late begins with it."""

from uuid import UUID

import pytest

from chassis.messaging import Subscription
from chassis.restate import restate
from chassis.tenancy import scope
from chassis.testing.applied import apply
from chassis.testing.bench import Bench, Side
from chassis.testing.desk import NOTED, at_desk, note
from chassis.testing.events import (
    TENANT_A,
    RawRecord,
    draft,
    meta,
    new_id,
    noted,
    raw,
    ticket_facts,
)
from contracts import catalog
from contracts.ticket import TicketRestatedV1

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

RESTATED = "ticket.restated.v1"
HANDLERS = {NOTED: apply, RESTATED: apply}


def restated(aggregate: UUID, version: int) -> RawRecord:
    return raw(meta(RESTATED, aggregate, version), TicketRestatedV1(ticket=ticket_facts()))


async def test_is_taken_as_the_first_of_an_unknown_aggregate(reader: Side) -> None:
    desk, aggregate = at_desk(reader, HANDLERS), new_id()

    await desk.take(restated(aggregate, 9), note(aggregate, 10))

    assert await reader.applied(aggregate) == [9, 10]


async def test_takes_the_place_of_what_was_stored_before_it(reader: Side) -> None:
    desk, aggregate = at_desk(reader, HANDLERS), new_id()

    await desk.take(note(aggregate, 7), note(aggregate, 8))
    await desk.take(restated(aggregate, 9))
    await desk.take(note(aggregate, 10))

    assert await reader.applied(aggregate) == [9, 10]
    assert await reader.parked(aggregate) == []


async def test_is_the_next_version_like_any_other_for_a_reader_that_knows_the_aggregate(
    reader: Side,
) -> None:
    desk, aggregate = at_desk(reader, HANDLERS), new_id()

    await desk.take(note(aggregate, 1), restated(aggregate, 2), note(aggregate, 3))

    assert await reader.applied(aggregate) == [1, 2, 3]


async def test_waits_behind_a_poison_event(reader: Side) -> None:
    desk, aggregate = at_desk(reader, HANDLERS), new_id()

    await desk.take(raw(meta(NOTED, aggregate, 1), b"?"), restated(aggregate, 2))

    assert await reader.applied(aggregate) == []
    assert await reader.parked(aggregate) == [(1, "poison"), (2, "behind")]


async def test_only_a_type_with_the_full_state_can_be_restated(writer: Side) -> None:
    with pytest.raises(LookupError, match=r"message\.noted\.v1 does not carry the full state"):
        async with writer.database.transaction(scope(TENANT_A)) as tx:
            await restate(tx, draft(noted(), new_id(), 2))


@pytest.mark.kafka
@pytest.mark.xdist_group("delivery")
async def test_a_group_that_starts_late_begins_there_and_goes_on(post: Bench) -> None:
    aggregate = new_id()
    await post.put(*(draft(noted(), aggregate, version) for version in (1, 2)))
    await post.writer.rows("DELETE FROM outbox WHERE version = 1")
    post.relay()
    post.lanes(Subscription(group="sla.clocks", topics=(catalog.TICKET,), handlers=HANDLERS))

    async def stored() -> bool:
        return await post.reader.parked(aggregate) == [(2, "gap")]

    await post.until(stored)
    async with post.writer.database.transaction(scope(TENANT_A)) as tx:
        await restate(tx, draft(TicketRestatedV1(ticket=ticket_facts()), aggregate, 3))
    await post.put(draft(noted(), aggregate, 4))

    async def applied() -> bool:
        return await post.reader.applied(aggregate) == [3, 4]

    await post.until(applied)
    assert await post.reader.parked(aggregate) == []
