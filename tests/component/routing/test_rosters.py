"""Rosters over HTTP and over time: drafted, published, begun, ended, with presence following."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.tenancy import scope
from chassis.values import FIRM
from contracts.vocabulary import Cefr, Presence, Role
from routing.rosters import store
from routing.rosters.handlers import publishing
from tests.component.routing.doors import Doors
from tests.component.routing.world import NOW, World
from tests.unit.routing.build import NORDHOST, PAGORA, staff_id

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

HOUR = timedelta(hours=1)
WEEK = {
    "from": (NOW - 24 * HOUR).isoformat(),
    "to": (NOW + 7 * 24 * HOUR).isoformat(),
}
ASKED = f"from={(NOW - 24 * HOUR):%Y-%m-%dT%H:%M:%SZ}&to={(NOW + 7 * 24 * HOUR):%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
async def desk(doors: Doors, world: World) -> Doors:
    """Ruth plans; Ines and Omar are to work."""
    await doors.rights("ruth", Role.AGENT, Role.LEAD)
    await doors.rights("ines", Role.AGENT)
    for name in ("ines", "omar"):
        await world.join(name, until=None)
    return doors


async def draft(
    desk: Doors, start: datetime, hours: float = 8, who: str = "ines", **given: Any
) -> httpx.Response:
    body = {
        "person": str(staff_id(who)),
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=hours)).isoformat(),
    }
    return await desk.ask("ruth", "POST", "/v1/shifts", body | given)


async def publish(desk: Doors) -> httpx.Response:
    return await desk.ask("ruth", "POST", "/v1/roster/publish", WEEK)


async def pass_time(desk: Doors, by: timedelta) -> None:
    await desk.world.pass_time(by)
    desk.clock.instant = desk.world.now


async def test_a_draft_is_seen_by_planners_only_until_it_is_published(desk: Doors) -> None:
    made = await draft(desk, NOW + HOUR)
    (planned,) = (await desk.get("ruth", f"/v1/shifts?{ASKED}"))["items"]
    hidden = await desk.get("ines", f"/v1/shifts?{ASKED}")

    published = await publish(desk)

    assert made.status_code == 201
    assert (planned["state"], planned["change"], planned["zone"]) == (
        "added",
        "new",
        "Europe/Lisbon",
    )
    assert hidden["items"] == []
    assert published.json() == {"roster_version": 1, "told": 1, "cancelled": 0}
    (shown,) = (await desk.get("ines", f"/v1/shifts?{ASKED}"))["items"]
    assert (shown["state"], shown["change"], shown["roster_version"]) == ("published", "", 1)


async def test_presence_follows_the_roster_from_start_to_end(desk: Doors, world: World) -> None:
    shift = (await draft(desk, NOW + HOUR)).json()["id"]
    await publish(desk)
    assert (await world.person("ines")).presence is Presence.OFF

    await pass_time(desk, HOUR)
    begun = await world.person("ines")
    await pass_time(desk, 8 * HOUR)
    ended = await world.person("ines")

    assert (begun.presence, begun.duty.until) == (Presence.AVAILABLE, NOW + 9 * HOUR)
    assert ended.presence is Presence.OFF
    assert await world.told(UUID(shift)) == [
        "shift.published",
        "shift.started",
        "shift.ended",
    ]


async def test_a_shift_that_should_run_already_begins_at_once(desk: Doors, world: World) -> None:
    await draft(desk, NOW - HOUR)
    await publish(desk)

    await pass_time(desk, timedelta())

    assert (await world.person("ines")).presence is Presence.AVAILABLE


async def test_after_downtime_a_whole_shift_is_told_in_order_and_nobody_is_present(
    desk: Doors, world: World
) -> None:
    shift = (await draft(desk, NOW + HOUR)).json()["id"]
    await publish(desk)

    await pass_time(desk, 24 * HOUR)

    rows = await world.rows("SELECT type FROM outbox WHERE type LIKE 'shift%' ORDER BY id")
    assert [row["type"] for row in rows] == [
        "shift.published.v1",
        "shift.started.v1",
        "shift.ended.v1",
    ]
    assert shift
    assert (await world.person("ines")).presence is Presence.OFF


async def test_shifts_that_touch_are_worked_through_without_a_gap(
    desk: Doors, world: World
) -> None:
    await draft(desk, NOW, 4)
    await draft(desk, NOW + 4 * HOUR, 4)
    await publish(desk)
    await pass_time(desk, timedelta())
    ticket = await world.ticket("mail")
    await world.sweep()

    await pass_time(desk, 4 * HOUR)

    ines = await world.person("ines")
    assert (ines.presence, ines.presence_since) == (Presence.AVAILABLE, NOW)
    assert ines.duty.until == NOW + 8 * HOUR
    assert await world.owner(ticket) == ines.id


async def test_a_moved_end_moves_the_end_for_everybody(desk: Doors, world: World) -> None:
    made = await draft(desk, NOW, 4)
    await publish(desk)
    await pass_time(desk, timedelta())
    path = f"/v1/shifts/{made.json()['id']}"

    moved = await desk.ask("ruth", "PATCH", path, {"ends_at": (NOW + 6 * HOUR).isoformat()})
    (line,) = (await desk.get("ruth", f"/v1/roster/draft-diff?{ASKED}"))["items"]
    await publish(desk)
    await pass_time(desk, 5 * HOUR)

    assert moved.json()["change"] == "moved"
    assert (line["kind"], line["was_ends_at"], line["ends_at"]) == (
        "moved",
        "2026-11-23T13:00:00Z",
        "2026-11-23T15:00:00Z",
    )
    assert (await world.person("ines")).presence is Presence.AVAILABLE
    await pass_time(desk, HOUR)
    assert (await world.person("ines")).presence is Presence.OFF


async def test_a_shift_that_has_begun_keeps_its_start(desk: Doors) -> None:
    made = await draft(desk, NOW - HOUR)
    await publish(desk)
    path = f"/v1/shifts/{made.json()['id']}"

    moved = await desk.ask("ruth", "PATCH", path, {"starts_at": (NOW + HOUR).isoformat()})
    removed = await desk.ask("ruth", "DELETE", path)

    assert (moved.status_code, removed.status_code) == (409, 409)
    assert moved.json()["detail"] == "This shift has begun; only its end can be moved."


async def test_a_removed_shift_is_cancelled_when_published_and_never_starts(
    desk: Doors, world: World
) -> None:
    made = await draft(desk, NOW + HOUR)
    await publish(desk)
    path = f"/v1/shifts/{made.json()['id']}"

    removed = await desk.ask("ruth", "DELETE", path)
    (line,) = (await desk.get("ruth", f"/v1/roster/draft-diff?{ASKED}"))["items"]
    still = await desk.get("ines", f"/v1/shifts?{ASKED}")
    published = await publish(desk)
    await pass_time(desk, 2 * HOUR)

    assert removed.status_code == 204
    assert line["kind"] == "removed"
    assert len(still["items"]) == 1
    assert published.json()["cancelled"] == 1
    assert (await world.person("ines")).presence is Presence.OFF
    assert (await desk.get("ruth", f"/v1/shifts?{ASKED}"))["items"] == []
    assert (await desk.get("ruth", f"/v1/roster/draft-diff?{ASKED}"))["items"] == []


async def test_a_draft_nobody_was_told_of_disappears_at_once(desk: Doors, world: World) -> None:
    made = await draft(desk, NOW + HOUR)

    await desk.ask("ruth", "DELETE", f"/v1/shifts/{made.json()['id']}")

    assert await world.rows("SELECT * FROM shifts") == []


async def test_a_shift_given_to_somebody_else_takes_it_from_the_first(
    desk: Doors, world: World
) -> None:
    made = await draft(desk, NOW + HOUR)
    await publish(desk)

    body = {"person": str(staff_id("omar"))}
    await desk.ask("ruth", "PATCH", f"/v1/shifts/{made.json()['id']}", body)
    await publish(desk)
    await pass_time(desk, HOUR)

    assert (await world.person("omar")).presence is Presence.AVAILABLE
    assert (await world.person("ines")).presence is Presence.OFF
    assert (await world.person("ines")).duty.back is None


async def test_two_leads_do_not_overwrite_each_other(desk: Doors) -> None:
    made = await draft(desk, NOW + HOUR)
    path = f"/v1/shifts/{made.json()['id']}"
    seen = made.headers["etag"]

    first = await desk.ask("ruth", "PATCH", path, {"lead": True}, if_match=seen)
    second = await desk.ask("ruth", "PATCH", path, {"lead": False}, if_match=seen)
    removed = await desk.ask("ruth", "DELETE", path, if_match=seen)

    assert (first.status_code, second.status_code, removed.status_code) == (200, 412, 412)


async def test_broken_rules_warn_by_name_and_forbid_nothing(desk: Doors) -> None:
    await draft(desk, NOW + HOUR, 8)

    tired = await draft(desk, NOW + 19 * HOUR, 8)
    twice = await draft(desk, NOW + 20 * HOUR, 2)

    (warning,) = tired.json()["warnings"]
    assert (warning["rule"], warning["figures"]) == ("rest", {"hours": 10.0, "limit": 11.0})
    assert warning["detail"] == "Only 10 h of rest between two shifts; 11 h are due."
    assert [each["rule"] for each in twice.json()["warnings"]] == ["overlap"]
    listed = await desk.get("ruth", f"/v1/shifts?{ASKED}")
    assert sum(len(shift["warnings"]) for shift in listed["items"]) == 2
    assert (await publish(desk)).json()["told"] == 3


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"ends_at": NOW.isoformat()}, 409),
        ({"ends_at": (NOW + 30 * HOUR).isoformat()}, 409),
        ({"starts_at": "2026-11-23T09:00:00"}, 422),
        ({"person": str(staff_id("nobody"))}, 404),
        ({"kind": "holiday"}, 422),
        ({"colour": "blue"}, 422),
    ],
)
async def test_a_shift_that_cannot_be_is_refused(
    desk: Doors, wrong: dict[str, Any], status: int
) -> None:
    assert (await draft(desk, NOW + HOUR, **wrong)).status_code == status


async def test_absent_shifts_and_long_ranges_are_refused(desk: Doors) -> None:
    path = f"/v1/shifts/{staff_id('no shift')}"

    assert (await desk.ask("ruth", "PATCH", path, {"lead": True})).status_code == 404
    assert (await desk.ask("ruth", "DELETE", path)).status_code == 404
    long = "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z"
    assert (await desk.ask("ruth", "GET", f"/v1/shifts?{long}")).status_code == 422


async def test_agents_plan_nothing(desk: Doors) -> None:
    body = {"person": str(staff_id("ines")), "starts_at": NOW.isoformat(), "ends_at": "x"}

    for method, path in (
        ("POST", "/v1/shifts"),
        ("PATCH", f"/v1/shifts/{staff_id('x')}"),
        ("DELETE", f"/v1/shifts/{staff_id('x')}"),
        ("GET", f"/v1/roster/draft-diff?{ASKED}"),
        ("POST", "/v1/roster/publish"),
    ):
        assert (await desk.ask("ines", method, path, body)).status_code == 403


async def test_publishing_twice_by_one_press_counts_once(desk: Doors, world: World) -> None:
    await draft(desk, NOW + HOUR)

    for _ in range(2):
        answer = await desk.ask("ruth", "POST", "/v1/roster/publish", WEEK, idempotency_key="one")

    assert answer.headers["idempotency-replayed"] == "true"
    assert len(await world.rows("SELECT * FROM rosters WHERE version = 1")) == 1


async def test_an_on_call_shift_makes_nobody_present(desk: Doors, world: World) -> None:
    await draft(desk, NOW, kind="on_call")
    await publish(desk)

    await pass_time(desk, timedelta())

    assert (await world.person("ines")).presence is Presence.OFF


async def test_cover_is_counted_from_what_was_published(desk: Doors, world: World) -> None:
    await world.join("yuki", until=None, tenants=[PAGORA], languages={"de": Cefr.C2})
    await draft(desk, NOW, 4)
    await draft(desk, NOW, 8, who="omar")
    await draft(desk, NOW, 8, who="yuki")
    span = f"from={NOW:%Y-%m-%dT%H:%M:%SZ}&to={NOW + 8 * HOUR:%Y-%m-%dT%H:%M:%SZ}"
    before = await desk.get("ruth", f"/v1/coverage?{span}")
    await publish(desk)

    after = await desk.get("ruth", f"/v1/coverage?{span}")
    nordhost = await desk.get("ruth", f"/v1/coverage?{span}&tenant={NORDHOST}")
    foreign = await desk.ask("ruth", "GET", f"/v1/coverage?{span}&tenant={PAGORA}")

    german = {each["language"]: each["intervals"] for each in before["items"]}["de"]
    assert [each["rostered"] for each in german] == [0]
    german = {each["language"]: each["intervals"] for each in after["items"]}["de"]
    assert [(each["rostered"], each["required"]) for each in german] == [(3, 1), (2, 1)]
    german = {each["language"]: each["intervals"] for each in nordhost["items"]}["de"]
    assert [each["rostered"] for each in german] == [2, 1]
    assert german[0]["from"] == "2026-11-23T09:00:00Z"
    assert foreign.status_code == 404


async def test_the_board_knows_who_leads_now(desk: Doors, world: World) -> None:
    await draft(desk, NOW, who="omar", lead=True)
    await draft(desk, NOW)
    await publish(desk)
    await pass_time(desk, timedelta())

    people = (await desk.get("ruth", "/v1/board"))["people"]

    assert {each["name"]: each["lead"] for each in people} == {"Ines": False, "Omar": True}


async def test_a_border_is_crossed_before_or_after_a_publication_never_in_between(
    desk: Doors, world: World
) -> None:
    shift = UUID((await draft(desk, NOW)).json()["id"])
    await publish(desk)

    async def begin() -> None:
        async with world.database.transaction(scope(FIRM)) as tx:
            await publishing.begin_shift(tx, shift, NOW)

    async with world.database.transaction(scope(FIRM)) as tx:
        await store.next_roster_version(tx)
        beginning = asyncio.create_task(begin())
        done, _ = await asyncio.wait({beginning}, timeout=0.5)
        assert not done
    await beginning

    assert (await world.told(shift))[-1] == "shift.started"
