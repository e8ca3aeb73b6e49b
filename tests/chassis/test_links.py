"""Signed links: read for their purpose only, until they end, and only as they were made."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import FrozenClock
from chassis.links import LinkExpired, LinkForged, Links

SECRET = "a-link-secret-of-thirty-two-bytes"
OLD = "the-secret-that-was-before-this-one"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CLAIMS = {"ticket": "a0000000-0000-7000-8000-00000000000a"}


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def links(clock: FrozenClock) -> Links:
    return Links(SECRET, clock=clock)


def test_gives_back_what_was_signed(links: Links) -> None:
    assert links.read("ticket", links.sign("ticket", CLAIMS, timedelta(days=7))) == CLAIMS


def test_ends_at_its_instant(links: Links, clock: FrozenClock) -> None:
    token = links.sign("ticket", CLAIMS, timedelta(minutes=5))

    clock.advance(timedelta(minutes=5) - timedelta(seconds=1))
    assert links.read("ticket", token) == CLAIMS
    clock.advance(timedelta(seconds=1))
    with pytest.raises(LinkExpired):
        links.read("ticket", token)


def test_refuses_another_purpose(links: Links) -> None:
    token = links.sign("ticket", CLAIMS, timedelta(days=7))

    with pytest.raises(LinkForged):
        links.read("survey", token)


def test_refuses_another_secret(links: Links, clock: FrozenClock) -> None:
    stranger = Links("some-other-secret-of-thirty-two-b", clock=clock)

    with pytest.raises(LinkForged):
        links.read("ticket", stranger.sign("ticket", CLAIMS, timedelta(days=7)))


@given(st.data())
def test_refuses_any_change(data: st.DataObject) -> None:
    links = Links(SECRET, clock=FrozenClock(NOW))
    token = links.sign("ticket", CLAIMS, timedelta(days=7))
    place = data.draw(st.integers(0, len(token) - 2))
    letter = data.draw(st.sampled_from("abcXYZ019-_.").filter(lambda each: each != token[place]))

    with pytest.raises(LinkForged):
        links.read("ticket", token[:place] + letter + token[place + 1 :])


@pytest.mark.parametrize("token", ["", ".", "a.b", "ä.ö", "\x00", "x" * 5000])
def test_refuses_what_is_no_link(links: Links, token: str) -> None:
    with pytest.raises(LinkForged):
        links.read("ticket", token)


def test_a_replaced_secret_still_reads_old_links(clock: FrozenClock) -> None:
    before = Links(OLD, clock=clock).sign("ticket", CLAIMS, timedelta(days=7))
    after = Links(OLD, SECRET, clock=clock)

    assert after.read("ticket", before) == CLAIMS
    with pytest.raises(LinkForged):
        Links(OLD, clock=clock).read("ticket", after.sign("ticket", CLAIMS, timedelta(days=7)))


def test_a_short_secret_is_refused(clock: FrozenClock) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Links("short", clock=clock)
