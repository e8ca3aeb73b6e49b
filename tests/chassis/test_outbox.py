"""The outbox row: beside the change, by the right writer, in the right shard, small enough."""

import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis import outbox, wire
from chassis.outbox import EventTooLargeError
from chassis.tenancy import scope
from chassis.testing.bench import Side
from chassis.testing.events import TENANT_A, TENANT_B, draft, meta, new_id, noted
from contracts import catalog
from contracts.customer import CustomerErasedV1
from contracts.outreach import OutreachRequestedV1


@pytest.mark.anyio
@pytest.mark.postgres
class TestPut:
    async def test_writes_the_row_beside_the_change_and_wakes_the_relay(self, writer: Side) -> None:
        waiter = writer.delivery.wakeups.listen(outbox.CHANNEL)
        aggregate = new_id()

        async with writer.database.transaction(scope(TENANT_A)) as tx:
            told = await outbox.put(tx, draft(noted(), aggregate, 1))
            woken_early = await waiter.wait(0.01)

        [row] = await writer.rows("SELECT * FROM outbox")
        assert row["event_id"] == told.id
        assert (row["tenant_id"], row["aggregate_id"], row["version"]) == (TENANT_A, aggregate, 1)
        assert (row["topic"], row["type"]) == ("intake.ticket.v1", "message.noted.v1")
        assert row["published_at"] is None
        assert not woken_early
        assert await waiter.wait(0.01)

    async def test_nothing_remains_and_nobody_is_woken_when_the_change_fails(
        self, writer: Side
    ) -> None:
        waiter = writer.delivery.wakeups.listen(outbox.CHANNEL)

        with pytest.raises(ZeroDivisionError):
            async with writer.database.transaction(scope(TENANT_A)) as tx:
                await outbox.put(tx, draft(noted(), new_id(), 1))
                raise ZeroDivisionError

        assert await writer.value("SELECT count(*) FROM outbox") == 0
        assert not await waiter.wait(0.01)

    async def test_forgotten_lock_on_the_aggregate_is_an_error(self, writer: Side) -> None:
        aggregate = new_id()

        with pytest.raises(IntegrityError, match="aggregate_id"):
            async with writer.database.transaction(scope(TENANT_A)) as tx:
                await outbox.put(tx, draft(noted(), aggregate, 1))
                await outbox.put(tx, draft(noted(), aggregate, 1))

    async def test_event_of_a_tenant_out_of_scope_is_refused(self, writer: Side) -> None:
        with pytest.raises(DBAPIError, match="row-level security"):
            async with writer.database.transaction(scope(TENANT_A)) as tx:
                await outbox.put(tx, draft(noted(), new_id(), 1, tenant=TENANT_B))

    async def test_other_tenants_see_none_of_it(self, writer: Side) -> None:
        async with writer.database.transaction(scope(TENANT_A)) as tx:
            await outbox.put(tx, draft(noted(), new_id(), 1))

        async with writer.database.transaction(scope(TENANT_B)) as tx:
            found = await tx.execute(text("SELECT FROM outbox"))

        assert found.rowcount == 0


@pytest.mark.anyio
@pytest.mark.postgres
class TestPrepare:
    async def test_takes_over_correlation_and_names_the_cause(self, writer: Side) -> None:
        cause = meta("ticket.opened.v1", new_id(), 1)

        first = outbox.prepare(writer.database, draft(noted(), new_id(), 1)).meta
        then = outbox.prepare(writer.database, draft(noted(), new_id(), 1), cause).meta

        assert (first.correlationid, first.causationid) == (first.id, None)
        assert (then.correlationid, then.causationid) == (cause.correlationid, cause.id)

    async def test_carries_the_writers_trace(self, writer: Side) -> None:
        tracer = TracerProvider(shutdown_on_exit=False).get_tracer("test")

        with tracer.start_as_current_span("handler") as span:
            row = outbox.prepare(writer.database, draft(noted(), new_id(), 1))

        trace = format(span.get_span_context().trace_id, "032x")
        assert json.loads(row.headers)["traceparent"].split("-")[1] == trace

    async def test_refuses_what_this_service_may_not_write(self, writer: Side) -> None:
        stranger = OutreachRequestedV1(template="delay", dedup_key="1")

        with pytest.raises(LookupError, match="intake may not write OutreachRequestedV1"):
            outbox.prepare(writer.database, draft(stranger, new_id(), 1))

    @pytest.mark.parametrize(("bytes_of_text", "fits"), [(880_000, True), (900_000, False)])
    async def test_refuses_what_would_wedge_its_shard(
        self, writer: Side, bytes_of_text: int, fits: bool
    ) -> None:
        data = noted(reference="x" * bytes_of_text)

        if fits:
            assert outbox.prepare(writer.database, draft(data, new_id(), 1)).payload
        else:
            with pytest.raises(EventTooLargeError, match=r"message\.noted\.v1"):
                outbox.prepare(writer.database, draft(data, new_id(), 1))

    async def test_counts_the_headers_into_the_limit(self, writer: Side) -> None:
        row = outbox.prepare(writer.database, draft(noted(), new_id(), 1))
        bare = len(row.payload) - len("NH-1")
        largest = outbox.MAX_BYTES - bare - wire.size(wire.headers(row.meta))

        outbox.prepare(writer.database, draft(noted("x" * largest), new_id(), 1))
        with pytest.raises(EventTooLargeError):
            outbox.prepare(writer.database, draft(noted("x" * (largest + 1)), new_id(), 1))

    async def test_payload_without_fields_is_a_payload(self, writer: Side) -> None:
        row = outbox.prepare(writer.database, draft(CustomerErasedV1(), new_id(), 1))

        assert row.payload == b"{}"


@pytest.mark.parametrize(
    ("key", "hashed"),
    [("21", -973932308), ("foobar", -790332482), ("abc", 479470107)],
)
def test_shard_is_the_partition_that_javas_client_would_choose(key: str, hashed: int) -> None:
    wanted = (hashed & 0x7FFFFFFF) % 48

    assert outbox.shard_of(catalog.TICKET, key, "cluster") == wanted


@given(st.uuids(), st.uuids())
def test_shard_lies_within_the_topic(tenant: UUID, aggregate: UUID) -> None:
    key = f"{tenant}:{aggregate}"

    assert 0 <= outbox.shard_of(catalog.TICKET, key, "cluster") < 48
    assert 0 <= outbox.shard_of(catalog.PERSON, key, "single") < 2
