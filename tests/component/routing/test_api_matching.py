"""Work over HTTP: answers to offers, hand-overs, what people may see, the board."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from contracts.vocabulary import ClockState, Presence, Priority, Role, TicketState
from routing.matching.model import work_id
from routing.people.model import Meter
from tests.component.routing.doors import Doors
from tests.component.routing.world import NOW, World, chat
from tests.unit.routing.build import NORDHOST, PAGORA, SEED, staff_id

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

HOUR = timedelta(hours=1)


@pytest.fixture
async def desk(doors: Doors, world: World) -> Doors:
    """Ines and Omar work for Nordhost; Ruth leads it; Yuki works for Pagora."""
    await world.join("ines")
    await doors.rights("ines", Role.AGENT)
    await doors.rights("omar", Role.AGENT)
    await doors.rights("ruth", Role.AGENT, Role.LEAD)
    await doors.rights("yuki", Role.AGENT, Role.LEAD, tenants=[PAGORA])
    return doors


async def offered(desk: Doors, word: str = "chat") -> dict[str, Any]:
    """A chat on offer to Ines, as her page shows it."""
    await desk.world.ticket(word, **chat())
    await desk.world.sweep()
    (held,) = (await desk.get("ines", "/v1/me/work"))["reservations"]
    found: dict[str, Any] = held
    return found


async def owned(desk: Doors, word: str = "mail", **given: Any) -> UUID:
    ticket = await desk.world.ticket(word, **given)
    await desk.world.sweep()
    assert await desk.world.owner(ticket) == staff_id("ines")
    return ticket


async def answer(
    desk: Doors, held: dict[str, Any], verb: str, *, who: str = "ines", version: int = 1
) -> tuple[int, dict[str, Any]]:
    found = await desk.ask(
        who,
        "POST",
        f"/v1/reservations/{held['reservation']}/{verb}",
        {"reason": "busy"} if verb == "reject" else {},
        if_match=f'"{version}"',
    )
    return found.status_code, found.json() if found.content else {}


async def test_an_offer_says_what_it_is_and_until_when_it_stands(desk: Doors) -> None:
    held = await offered(desk)

    assert (held["state"], held["version"], held["language"]) == ("pending", 1, "de")
    assert held["expires_at"] == "2026-11-23T09:00:20Z"
    assert held["tenant"] == str(NORDHOST)


async def test_accepting_in_time_makes_the_owner(desk: Doors, world: World) -> None:
    held = await offered(desk)

    status, told = await answer(desk, held, "accept")
    again, _ = await answer(desk, held, "accept")

    assert (status, told["state"], again) == (200, "accepted", 200)
    assert await world.owner(UUID(held["ticket"])) == staff_id("ines")
    events = await world.told(work_id(UUID(held["ticket"])))
    assert events.count("assignment.accepted") == 1
    await world.pass_time(HOUR)
    assert await world.owner(UUID(held["ticket"])) == staff_id("ines")


async def test_trap_24_a_late_yes_is_gone(desk: Doors, world: World) -> None:
    held = await offered(desk)
    desk.clock.advance(timedelta(seconds=20))

    before_the_timer = await answer(desk, held, "accept")
    await world.pass_time(timedelta(seconds=20))
    after_the_timer = await answer(desk, held, "accept", version=2)

    assert (before_the_timer[0], after_the_timer[0]) == (410, 410)
    assert before_the_timer[1]["detail"] == "This offer no longer stands."
    assert await world.owner(UUID(held["ticket"])) is None


async def test_trap_24_another_version_is_refused(desk: Doors) -> None:
    held = await offered(desk)

    assert (await answer(desk, held, "accept", version=7))[0] == 412
    assert (await answer(desk, held, "reject", version=7))[0] == 412


async def test_nobody_answers_for_somebody_else(desk: Doors) -> None:
    held = await offered(desk)
    absent = {"reservation": str(uuid5(SEED, "no reservation"))}

    foreign = await answer(desk, held, "accept", who="omar")

    assert foreign == await answer(desk, absent, "accept", who="omar")
    assert foreign == await answer(desk, held, "accept", who="yuki")
    assert foreign[0] == 404
    assert (await answer(desk, held, "reject", who="omar"))[0] == 404


async def test_trap_23_a_no_keeps_the_place_and_passes_the_person_over(
    desk: Doors, world: World
) -> None:
    held = await offered(desk)

    status, _ = await answer(desk, held, "reject")
    await world.sweep()

    work = await world.work(UUID(held["ticket"]))
    assert status == 204
    assert (work["state"], work["waiting_since"]) == ("waiting", NOW)
    assert (await world.person("ines")).units == 0
    assert (await world.told(work_id(UUID(held["ticket"]))))[-1] == "assignment.rejected"
    assert (await answer(desk, held, "reject", version=2))[0] == 410
    await world.pass_time(timedelta(minutes=31))
    assert (await world.work(UUID(held["ticket"])))["state"] == "offered"


async def test_a_no_needs_a_reason(desk: Doors) -> None:
    held = await offered(desk)

    found = await desk.ask("ines", "POST", f"/v1/reservations/{held['reservation']}/reject", {})

    assert found.status_code == 422


async def test_an_answer_ends_the_row_of_missed_offers(desk: Doors, world: World) -> None:
    await offered(desk, "one")
    await world.pass_time(timedelta(seconds=20))
    held = await offered(desk, "two")
    await answer(desk, held, "reject")
    desk.clock.instant = world.now

    await offered(desk, "three")
    await world.pass_time(timedelta(seconds=20))

    assert (await world.person("ines")).presence is Presence.AVAILABLE


async def test_the_owner_hands_over_with_a_note(desk: Doors, world: World) -> None:
    ticket = await owned(desk)
    await world.join("omar")

    done = await desk.ask(
        "ines",
        "POST",
        f"/v1/work/{ticket}/transfer",
        {"to": str(staff_id("omar")), "note": "She waits for the invoice."},
    )

    assert done.json() == {"owner": str(staff_id("omar")), "manual_over_capacity": False}
    assert ((await world.person("ines")).units, (await world.person("omar")).units) == (0, 30)
    (held,) = (await desk.get("omar", "/v1/me/work"))["reservations"]
    assert held["note"] == "She waits for the invoice."
    assert (await world.told(work_id(ticket)))[-1] == "assignment.transferred"
    assert "invoice" not in str(await world.rows("SELECT payload, headers FROM outbox"))


@pytest.mark.parametrize(
    ("who", "join", "slug"),
    [
        ("omar", {"tenants": [PAGORA]}, "not-permitted"),
        ("omar", {"languages": {}}, "language"),
        ("omar", {"until": None}, "off-shift"),
        ("omar", {"capacity": {Meter.CHAT: 1}}, "channel"),
    ],
)
async def test_a_hand_over_keeps_the_hard_rules(
    desk: Doors, world: World, who: str, join: dict[str, Any], slug: str
) -> None:
    ticket = await owned(desk)
    await world.join(who, **join)

    done = await desk.ask("ruth", "POST", f"/v1/work/{ticket}/transfer", {"to": str(staff_id(who))})

    assert (done.status_code, done.json()["type"].rsplit("/")[-1]) == (409, slug)
    assert await world.owner(ticket) == staff_id("ines")


async def test_only_a_lead_goes_over_capacity_and_the_event_says_so(
    desk: Doors, world: World
) -> None:
    ticket = await owned(desk)
    await world.join("omar", capacity={Meter.MAIL: 1})
    await world.rows("UPDATE people SET units = 60 WHERE id = $1", staff_id("omar"))
    path, to = f"/v1/work/{ticket}/transfer", {"to": str(staff_id("omar"))}

    owner = await desk.ask("ines", "POST", path, to)
    lead = await desk.ask("ruth", "POST", path, to)

    assert (owner.status_code, owner.json()["type"].rsplit("/")[-1]) == (409, "full")
    assert lead.json()["manual_over_capacity"] is True
    assert (await world.person("omar")).units == 180
    (event,) = await world.rows(
        "SELECT convert_from(payload, 'UTF8') AS told FROM outbox "
        "WHERE type = 'assignment.transferred.v1'"
    )
    assert '"manual_over_capacity":true' in event["told"]


async def test_a_lead_gives_waiting_work_to_somebody_by_name(desk: Doors, world: World) -> None:
    held = await offered(desk)
    await world.join("omar")

    done = await desk.ask(
        "ruth", "POST", f"/v1/work/{held['ticket']}/transfer", {"to": str(staff_id("omar"))}
    )

    assert done.status_code == 200
    assert await world.owner(UUID(held["ticket"])) == staff_id("omar")
    assert (await world.told(work_id(UUID(held["ticket"]))))[-2:] == [
        "assignment.rescinded",
        "assignment.transferred",
    ]
    assert (await answer(desk, held, "accept"))[0] == 410
    assert (await world.person("ines")).units == 0


async def test_foreign_work_answers_as_absent_work(desk: Doors, world: World) -> None:
    ticket = await owned(desk)
    absent = uuid5(SEED, "no ticket")
    to = {"to": str(staff_id("ines"))}

    for method, path, body in (
        ("GET", "/v1/work/{}", None),
        ("POST", "/v1/work/{}/transfer", to),
        ("POST", "/v1/work/{}/release", {}),
    ):
        foreign = await desk.ask("yuki", method, path.format(ticket), body)
        nothing = await desk.ask("yuki", method, path.format(absent), body)
        assert (foreign.status_code, foreign.content) == (404, nothing.content)
    nobody = {"to": str(uuid5(SEED, "nobody"))}
    found = await desk.ask("ruth", "POST", f"/v1/work/{ticket}/transfer", nobody)
    assert found.status_code == 404


async def test_the_owner_gives_it_back_to_its_old_place(desk: Doors, world: World) -> None:
    ticket = await owned(desk)
    await world.join("omar")

    stranger = await desk.ask("omar", "POST", f"/v1/work/{ticket}/release", {})
    done = await desk.ask("ines", "POST", f"/v1/work/{ticket}/release", {"reason": "no idea"})
    await world.sweep()

    assert (stranger.status_code, done.status_code) == (409, 204)
    assert await world.owner(ticket) == staff_id("omar")
    assert (await world.work(ticket))["waiting_since"] == NOW


async def test_a_ticket_tells_who_has_it_and_why(desk: Doors, world: World) -> None:
    await world.join("omar", capacity={Meter.CHAT: 1})
    ticket = await owned(desk)

    place = await desk.get("omar", f"/v1/work/{ticket}")

    assert (place["state"], place["owner"]) == ("owned", str(staff_id("ines")))
    assert place["decision"]["rule"] == "longest-idle.1"
    assert place["decision"]["refused"] == [
        {"person": str(staff_id("omar")), "cause": "channel not enabled"}
    ]
    shown = await desk.get("omar", f"/v1/decisions/{place['decision']['id']}")
    assert shown == place["decision"]


async def test_i14_why_this_agent_is_for_those_who_may_see_the_ticket(
    desk: Doors, world: World
) -> None:
    ticket = await owned(desk)
    decision = (await desk.get("ines", f"/v1/work/{ticket}"))["decision"]["id"]

    foreign = await desk.ask("yuki", "GET", f"/v1/decisions/{decision}")
    absent = await desk.ask("yuki", "GET", f"/v1/decisions/{uuid5(SEED, 'none')}")

    assert (foreign.status_code, foreign.content) == (404, absent.content)


async def test_the_board_shows_who_waits_who_works_and_what_is_at_risk(
    desk: Doors, world: World
) -> None:
    owner = await owned(desk, "owned")
    japanese = await world.ticket("japanese", language="ja", opened_at=NOW - HOUR)
    await world.ticket("japanese too", language="ja", priority=Priority.LOW)
    await world.ticket("pagora's", tenant=PAGORA)
    await world.clock(owner, timedelta(minutes=10))
    await world.clock(japanese, timedelta(hours=2), target_s=3 * 3600)
    await world.sweep()

    board = await desk.get("ruth", "/v1/board")

    (waiting,) = board["waiting"]
    assert waiting == {
        "tenant": str(NORDHOST),
        "language": "ja",
        "count": 2,
        "oldest_since": "2026-11-23T08:00:00Z",
        "tightest_due": "2026-11-23T11:00:00Z",
    }
    (person,) = board["people"]
    assert (person["name"], person["units"], person["capacity"]) == ("Ines", 30, 120)
    assert person["shift_end"] == "2026-11-23T17:00:00Z"
    (risk,) = board["at_risk"]
    assert (risk["ticket"], risk["metric"], risk["owner"]) == (
        str(owner),
        "first_reply",
        str(staff_id("ines")),
    )
    assert [each["count"] for each in board["arrivals"]][-2:] == [1, 2]
    assert len(board["arrivals"]) == 12


async def test_a_missed_reply_leaves_the_board_once_we_answered(desk: Doors, world: World) -> None:
    ticket = await owned(desk)
    await world.clock(ticket, -HOUR, state=ClockState.BREACHED, started_at=NOW - 2 * HOUR)
    assert len((await desk.get("ruth", "/v1/board"))["at_risk"]) == 1

    await world.reply(ticket, "mail")

    assert (await desk.get("ruth", "/v1/board"))["at_risk"] == []


async def test_a_kept_promise_and_a_finished_ticket_leave_the_board(
    desk: Doors, world: World
) -> None:
    kept, solved = await owned(desk, "kept"), await owned(desk, "solved")
    for ticket in (kept, solved):
        await world.clock(ticket, timedelta(minutes=5))
    await world.clock(kept, timedelta(minutes=5), state=ClockState.MET)
    await world.ticket("solved", state=TicketState.SOLVED)
    await world.sweep()

    assert (await desk.get("ruth", "/v1/board"))["at_risk"] == []


async def test_the_board_of_one_client_is_for_who_may_see_it(desk: Doors, world: World) -> None:
    await world.ticket("japanese", language="ja")

    shown = await desk.get("ruth", f"/v1/board?tenant={NORDHOST}")
    foreign = await desk.ask("ruth", "GET", f"/v1/board?tenant={PAGORA}")
    agent = await desk.ask("ines", "GET", "/v1/board")

    assert len(shown["waiting"]) == 1
    assert (foreign.status_code, agent.status_code) == (404, 403)


async def test_an_admin_sets_how_a_clients_work_is_matched(desk: Doors, world: World) -> None:
    await desk.rights("priya", Role.ADMIN, tenants=())
    path = f"/v1/tenants/{NORDHOST}/matching"
    default = await desk.get("ruth", path)

    put = await desk.ask(
        "priya",
        "PUT",
        path,
        {
            "floors": {"mail": "C2"},
            "lower_level": True,
            "remaining_s": {"mail": 60},
            "needs": [{"category": "other", "skill": "hosting", "level": 2}],
            "steps": [{"after_s": 0}, {"after_s": 60, "level_down": 1, "drop_tier": 1}],
        },
    )
    ticket = await world.ticket("mail")
    await world.sweep()
    strict = await world.owner(ticket)
    await world.pass_time(timedelta(seconds=60))

    assert (default["version"], default["floors"]["phone"]) == (0, "C1")
    assert (put.json()["version"], put.json()["floors"]["mail"]) == (1, "C2")
    assert put.json() == await desk.get("ruth", path)
    assert strict is None
    assert await world.owner(ticket) == staff_id("ines")


@pytest.mark.parametrize(
    "wrong",
    [
        {"floors": {"mail": "B9"}},
        {"floors": {"fax": "B2"}},
        {"steps": []},
        {"steps": [{"slack": 2}]},
        {"steps": [{"level_down": 2}]},
        {"steps": [{"drop_tier": 0}]},
        {"remaining_s": {"mail": -1}},
    ],
)
async def test_a_policy_that_cannot_be_is_refused(desk: Doors, wrong: dict[str, Any]) -> None:
    await desk.rights("priya", Role.ADMIN, tenants=())

    put = await desk.ask("priya", "PUT", f"/v1/tenants/{NORDHOST}/matching", wrong)

    assert put.status_code == 422


async def test_leads_read_policies_and_do_not_write_them(desk: Doors) -> None:
    path = f"/v1/tenants/{NORDHOST}/matching"

    assert (await desk.ask("ruth", "PUT", path, {})).status_code == 403
    foreign = await desk.ask("ruth", "GET", f"/v1/tenants/{PAGORA}/matching")
    assert foreign.status_code == 404


async def test_the_whole_state_is_told_again_on_demand(desk: Doors, world: World) -> None:
    await desk.rights("priya", Role.ADMIN, tenants=())
    ticket = await owned(desk)

    done = await desk.ask("priya", "POST", f"/v1/work/{ticket}/restate")
    absent = await desk.ask("priya", "POST", f"/v1/work/{uuid5(SEED, 'none')}/restate")
    agent = await desk.ask("ines", "POST", f"/v1/work/{ticket}/restate")

    assert (done.status_code, absent.status_code, agent.status_code) == (204, 404, 403)
    (event,) = await world.rows(
        "SELECT version, convert_from(payload, 'UTF8') AS told FROM outbox "
        "WHERE type = 'assignment.restated.v1'"
    )
    assert event["version"] == 4
    assert f'"agent":"{staff_id("ines")}","owned":true' in event["told"]
