"""The envelope: out and in again the same, and total over whatever else is in a record."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from chassis import wire
from chassis.testing.events import TENANT_A, FetchedRecord, fetched, meta, new_id, noted, raw
from chassis.wire import Envelope, Heartbeat, Unreadable
from contracts import catalog
from contracts.envelope import EventMeta

METAS = st.builds(
    EventMeta,
    id=st.uuids(),
    type=st.sampled_from(["ticket.opened.v1", "message.noted.v1", "a.b-c.v12"]),
    source=st.sampled_from(["intake", "billing-policy"]),
    subject=st.uuids(),
    time=st.datetimes(timezones=st.just(UTC)),
    tenantid=st.uuids(),
    version=st.integers(1, 2**63 - 1),
    correlationid=st.uuids(),
    causationid=st.none() | st.uuids(),
    traceparent=st.none() | st.just(f"00-{'a' * 32}-{'b' * 16}-01"),
)
NAMES = st.sampled_from(sorted(name for name, _ in wire.headers(meta("a.b.v1", TENANT_A, 1))))


@given(METAS)
def test_an_envelope_arrives_as_it_was_sent(sent: EventMeta) -> None:
    record = fetched(raw(sent, noted()), catalog.TICKET, 0)

    assert wire.read(record) == Envelope(sent, forged=False)


@given(
    st.none() | st.binary(max_size=40),
    st.none() | st.binary(max_size=40),
    st.lists(st.tuples(NAMES | st.text(max_size=10), st.none() | st.binary(max_size=40))),
)
def test_reading_never_raises(
    key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]]
) -> None:
    found = wire.read(FetchedRecord("t", 0, 0, key, value, headers))

    assert isinstance(found, Envelope | Heartbeat | Unreadable)


@given(NAMES, st.none() | st.binary(max_size=40))
def test_one_wrong_header_never_raises(name: str, content: bytes | None) -> None:
    of = meta("message.noted.v1", TENANT_A, 1)
    key, value, headers = raw(of, noted(), changed={name: content})

    found = wire.read(FetchedRecord("t", 0, 0, key, value, headers))

    assert isinstance(found, Envelope | Unreadable)


@given(st.uuids(), st.uuids())
def test_any_disagreement_about_the_tenant_is_forged(theirs: UUID, aggregate: UUID) -> None:
    of = meta("message.noted.v1", aggregate, 1)
    for name in ("ce_tenantid", "ce_subject"):
        forged = raw(of, noted(), changed={name: str(theirs).encode()})
        found = wire.read(fetched(forged, catalog.TICKET, 0))
        assert isinstance(found, Envelope)
        assert found.forged is (
            theirs not in (of.tenantid if name == "ce_tenantid" else aggregate,)
        )


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_heartbeat_is_known_before_any_envelope(until: datetime) -> None:
    record = FetchedRecord("t", 0, 0, None, b"", wire.heartbeat_headers(until))

    assert wire.read(record) == Heartbeat(until)


def test_an_outbox_row_gives_the_same_envelope() -> None:
    sent = meta("message.noted.v1", new_id(), 3)
    columns = {
        "event_id": sent.id,
        "type": sent.type,
        "aggregate_id": sent.subject,
        "tenant_id": sent.tenantid,
        "version": sent.version,
    }

    assert wire.restored(columns, wire.stored(sent)) == sent
