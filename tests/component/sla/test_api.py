"""HTTP of the service: contracts, clocks, evidence, attainment, escalations, and who may see."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.testing.events import new_id
from contracts.vocabulary import TicketState
from tests.component.sla.doors import CONTRACT, Doors
from tests.component.sla.world import HOUR, MONDAY, NORDHOST, PAGORA, World

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

MINUTE = timedelta(minutes=1)


async def missed(world: World) -> Any:
    """Answered two hours late, after a pause in between."""
    life = await world.life("one").open()
    await world.known_until(MONDAY + 2 * HOUR)
    await world.sweep()
    await life.agent(MONDAY + 3 * HOUR, TicketState.PENDING)
    return life


async def test_a_contract_is_kept_with_its_holidays_as_dates(doors: Doors) -> None:
    await doors.people()

    answer = await doors.put_contract()

    shown = answer.json()
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == '"1"'
    assert (shown["version"], shown["calendar_version"]) == (1, 1)
    assert {"2026-12-24", "2026-12-25", "2027-01-06"} <= set(shown["calendar"]["holidays"])
    assert shown["calendar"]["known_until"] == "2037-01-01"
    assert shown["versions"][0]["made_by"] == "priya"


async def test_the_same_contract_again_makes_no_version_and_another_makes_the_next(
    doors: Doors,
) -> None:
    await doors.people()
    await doors.put_contract()

    again = (await doors.put_contract()).json()
    doors.clock.advance(timedelta(days=1))
    warned = await doors.put_contract(warn=[60, 75], effective_from=None)

    assert again["version"] == 1
    assert warned.status_code == 200, warned.text
    assert (warned.json()["version"], warned.json()["calendar_version"]) == (2, 1)
    assert [v["version"] for v in warned.json()["versions"]] == [1, 2]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"zone": "Europe/Atlantis"}, "no IANA time zone"),
        ({"calendar": {"week": {}}}, "no open hour"),
        ({"calendar": {"week": {"mon": [["09:00", "09:00"]]}}}, "never open"),
        ({"calendar": {"week": {"mon": [["24:30", "25:00"]]}}}, "right form"),
        ({"calendar": {"week": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}}, "overlap"),
        ({"calendar": {"week": {"moon": []}}}, "right form"),
        ({"calendar": CONTRACT["calendar"] | {"country": "XX"}}, "'XX-BY' are not known"),
        ({"warn": [75, 50]}, "rising order"),
        ({"warn": [50, 90]}, "escalate_at is one of the warnings"),
        ({"pauses": {"first_reply": ["customer"]}}, "never paused"),
        ({"attainment": {"first_reply": "1.5"}}, "above 0 and up to 1"),
        ({"targets": [CONTRACT["targets"][0], CONTRACT["targets"][0]]}, "promised twice"),
        ({"targets": [CONTRACT["targets"][0] | {"seconds": 5}]}, "between 15 seconds"),
        ({"surprise": 1}, "is not known here"),
    ],
)
async def test_a_contract_that_cannot_be_kept_is_refused_in_words(
    doors: Doors, wrong: dict[str, Any], said: str
) -> None:
    await doors.people()

    answer = await doors.put_contract(**wrong)

    assert answer.status_code == 422
    assert said in answer.text
    assert (await doors.ask("priya", "GET", f"/v1/tenants/{NORDHOST}/contract")).status_code == 404


async def test_a_version_may_not_reach_back_nor_take_another_name(doors: Doors) -> None:
    await doors.people()
    await doors.put_contract()

    back = await doors.put_contract(warn=[75], effective_from="2026-10-15T00:00:00Z")
    earlier = await doors.put_contract(warn=[75], effective_from="2026-09-15T00:00:00Z")
    renamed = await doors.put_contract(warn=[75], id=str(new_id()), effective_from=None)

    assert [a.status_code for a in (back, earlier, renamed)] == [422, 422, 422]
    assert "in the past" in back.text
    assert "after the one before it" in earlier.text
    assert "keeps its id" in renamed.text


async def test_only_admins_and_services_put_contracts(doors: Doors) -> None:
    await doors.people()

    refused = [
        (await doors.ask(name, "PUT", f"/v1/tenants/{NORDHOST}/contract", CONTRACT)).status_code
        for name in ("nora", "ines", "omar")
    ]
    by_service = await doors.ask("service", "PUT", f"/v1/tenants/{NORDHOST}/contract", CONTRACT)

    assert refused == [403, 403, 403]
    assert by_service.status_code == 200


async def test_a_preview_says_when_promises_would_fall_due(doors: Doors) -> None:
    await doors.people()
    await doors.put_contract()

    body = {"tenant": str(NORDHOST), "priority": "normal", "plan": "gold"}
    answer = await doors.ask(
        "ines", "POST", "/v1/preview-due", body | {"at": "2026-12-31T10:50:00Z"}
    )

    found = {one["metric"]: one["due_at"] for one in answer.json()["promises"]}
    assert answer.json()["contract_version"] == 1
    assert found == {
        "first_reply": "2027-01-04T08:05:00Z",
        "resolution": "2027-01-01T10:50:00Z",
    }


async def test_a_tickets_clocks_and_the_evidence_of_one(doors: Doors, world: World) -> None:
    await doors.people()
    await doors.put_contract()
    life = await missed(world)

    shown = await doors.get("ines", f"/v1/clocks?ticket={life.id}")
    first = next(c for c in shown["items"] if c["metric"] == "first_reply")
    evidence = await doors.get("nora", f"/v1/clocks/{first['id']}")

    assert (shown["coverage"], first["state"], first["target_s"]) == ("promised", "breached", 3600)
    assert first["breached_at"] == "2026-11-02T10:00:00Z"
    assert evidence["over_s"] == 7200
    assert [s["kind"] for s in evidence["timeline"]] == ["running", "over"]
    assert [f["type"] for f in evidence["facts"]] == [
        "ticket.opened.v1", "message.received.v1", "ticket.classified.v1", "message.sent.v1",
    ]  # fmt: skip
    assert [line["type"] for line in evidence["ledger"]] == [
        "started", "warned", "breached", "fulfilled",
    ]  # fmt: skip
    assert evidence["ledger"][-1]["cause"] == evidence["facts"][-1]["event"]


async def test_a_foreign_id_is_answered_as_an_absent_one_byte_for_byte(
    doors: Doors, world: World
) -> None:
    await doors.people()
    await doors.put_contract()
    life = await missed(world)
    clock = (await world.clocks(life.id))["first_reply"]["id"]
    month = "month=2026-11"

    for foreign, absent in (
        (f"/v1/clocks?ticket={life.id}", f"/v1/clocks?ticket={new_id()}"),
        (f"/v1/clocks/{clock}", f"/v1/clocks/{new_id()}"),
        (f"/v1/tenants/{NORDHOST}/contract", f"/v1/tenants/{new_id()}/contract"),
        (f"/v1/tenants/{NORDHOST}/misses?{month}", f"/v1/tenants/{new_id()}/misses?{month}"),
        (f"/v1/tenants/{NORDHOST}/attainment", f"/v1/tenants/{new_id()}/attainment"),
    ):
        mine = await doors.ask("pia", "GET", foreign)
        nobodys = await doors.ask("pia", "GET", absent)
        assert (mine.status_code, mine.content) == (404, nobodys.content)


async def test_a_month_adds_up_with_its_formula_days_and_heat(doors: Doors, world: World) -> None:
    await doors.people()
    await doors.put_contract()
    await missed(world)
    for number in range(19):
        life = await world.life(f"kept {number}").open(MONDAY + HOUR)
        await life.agent(MONDAY + HOUR + MINUTE)

    shown = await doors.get("nora", f"/v1/tenants/{NORDHOST}/attainment?month=2026-11")
    other = await doors.get("nora", f"/v1/tenants/{NORDHOST}/attainment?month=2026-10")

    first = shown["metrics"][0]
    assert (first["metric"], first["met"], first["misses"]) == ("first_reply", 19, 1)
    assert (first["target"], first["attainment"], first["holds"]) == ("0.95", "0.95", True)
    assert (first["misses_allowed"], first["budget_left"]) == (1, 0)
    assert first["formula"] == "met / (met + breached) = 19 / 20"
    assert {(d["day"], d["metric"]) for d in shown["days"]} == {
        ("2026-11-02", "first_reply"), ("2026-11-03", "resolution"),
    }  # fmt: skip
    assert shown["heat"] == [{"metric": "first_reply", "hour": 11, "language": "en", "misses": 1}]
    assert (other["metrics"][0]["attainment"], other["metrics"][0]["holds"]) == (None, None)


async def test_misses_come_newest_first_in_pages_with_their_timeline(
    doors: Doors, world: World
) -> None:
    await doors.people()
    await doors.put_contract()
    for number in range(3):
        life = await world.life(f"late {number}").open(MONDAY + number * HOUR)
        await life.agent(MONDAY + (number + 2) * HOUR)
    path = f"/v1/tenants/{NORDHOST}/misses?month=2026-11&metric=first_reply&limit=2"

    page = await doors.get("omar", path)
    rest = await doors.get("omar", f"{path}&cursor={page['next']}")

    assert [miss["reference"] for miss in page["items"] + rest["items"]] == [
        "late 2", "late 1", "late 0",
    ]  # fmt: skip
    assert rest["next"] is None
    assert page["items"][0]["over_s"] == 3600
    assert page["items"][0]["timeline"][1] == {
        "kind": "over", "start": "2026-11-02T12:00:00Z", "end": "2026-11-02T13:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize("month", ["2026-13", "november", "1999-01", "2026-11-01"])
async def test_a_month_that_is_none_is_refused(doors: Doors, month: str) -> None:
    await doors.people()
    await doors.put_contract()

    answer = await doors.ask("nora", "GET", f"/v1/tenants/{NORDHOST}/attainment?month={month}")

    assert answer.status_code == 422


async def test_a_lead_takes_an_escalation_up_once(doors: Doors, world: World) -> None:
    await doors.people()
    await doors.put_contract()
    await world.life().open()
    await world.sweep()
    listed = await doors.get("omar", "/v1/escalations?open=true")
    found = next(
        one for one in listed["items"] if one["level"] == 1 and one["metric"] == "first_reply"
    )
    path = f"/v1/escalations/{found['id']}/acknowledge"

    stale = await doors.ask("omar", "POST", path, if_match='"9"')
    first = await doors.ask("omar", "POST", path, idempotency_key="k1", if_match='"1"')
    repeated = await doors.ask("omar", "POST", path, idempotency_key="k1", if_match='"1"')
    again = await doors.ask("omar", "POST", path)

    assert stale.status_code == 412
    assert (first.status_code, first.json()["state"]) == (200, "acknowledged")
    assert (repeated.status_code, repeated.json()) == (200, first.json())
    assert again.status_code == 409


async def test_agents_clients_and_strangers_take_no_escalation_up(
    doors: Doors, world: World
) -> None:
    await doors.people()
    await doors.put_contract()
    await world.life().open()
    await world.sweep()
    found = UUID(str(await world.value("SELECT id FROM escalations LIMIT 1")))
    path = f"/v1/escalations/{found}/acknowledge"

    codes = [(await doors.ask(name, "POST", path)).status_code for name in ("ines", "nora")]
    absent = await doors.ask("omar", "POST", f"/v1/escalations/{new_id()}/acknowledge")

    assert codes == [403, 403]
    assert absent.status_code == 404


async def test_a_tenant_without_a_contract_says_so(doors: Doors, world: World) -> None:
    await doors.people()
    life = await world.life("bare", PAGORA).open()

    shown = await doors.get("pia", f"/v1/clocks?ticket={life.id}")
    report = await doors.ask("pia", "GET", f"/v1/tenants/{PAGORA}/attainment")

    assert (shown["items"], shown["coverage"]) == ([], "no_contract")
    assert report.status_code == 404


async def test_problems_are_told_in_the_readers_language(doors: Doors) -> None:
    await doors.people()
    path = f"/v1/tenants/{NORDHOST}/contract"

    answer = await doors.ask(
        "priya", "PUT", path, CONTRACT | {"warn": [90, 50]}, accept_language="ar"
    )

    assert answer.headers["content-language"] == "ar"
    assert answer.json()["detail"].startswith("لا يمكن حفظ العقد")
