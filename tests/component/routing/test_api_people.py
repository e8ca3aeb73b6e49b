"""People over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import uuid5

import pytest

from contracts.vocabulary import Role
from routing.people.model import Duty
from tests.component.routing.doors import Doors
from tests.component.routing.world import NOW, World
from tests.unit.routing.build import NORDHOST, PAGORA, SEED, staff_id

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

INES = {
    "subject": "ines@brightline.example",
    "name": "Inês Carvalho",
    "initials": "IC",
    "zone": "Europe/Lisbon",
    "roles": ["agent"],
    "tenants": [str(NORDHOST)],
    "languages": [{"language": "pt", "level": "native"}, {"language": "de", "level": "C1"}],
    "skills": [{"skill": "hosting", "level": 2}],
    "capacity": {"mail": 15, "chat": 3, "voice": 1, "telegram": 2},
}


async def admin(doors: Doors) -> None:
    await doors.rights("priya", Role.ADMIN, tenants=())


async def test_an_admin_makes_a_person_and_every_service_hears_of_it(
    doors: Doors, world: World
) -> None:
    await admin(doors)

    answer = await doors.ask("priya", "PUT", f"/v1/people/{staff_id('ines')}", INES)

    shown = answer.json()
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"1"'
    assert (shown["presence"], shown["units"], shown["capacity"]["messaging"]) == ("off", 0, 2)
    assert await world.told(staff_id("ines")) == ["person.profiled"]


async def test_putting_the_same_again_tells_nobody(doors: Doors, world: World) -> None:
    await admin(doors)
    for _ in range(2):
        await doors.ask("priya", "PUT", f"/v1/people/{staff_id('ines')}", INES)

    assert await world.told(staff_id("ines")) == ["person.profiled"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Europe/Atlantis"},
        {"zone": "/etc/passwd"},
        {"roles": []},
        {"roles": ["client_admin"]},
        {"languages": [{"language": "de", "level": "fluent"}]},
        {"skills": [{"skill": "hosting", "level": 6}]},
        {"capacity": {"fax": 1}},
        {"capacity": {"mail": -1}},
        {"nickname": "Ines"},
        {"name": "In\x00es"},
    ],
)
async def test_a_profile_that_cannot_be_is_refused_with_a_reason(
    doors: Doors, wrong: dict[str, Any]
) -> None:
    await admin(doors)

    answer = await doors.ask("priya", "PUT", f"/v1/people/{staff_id('ines')}", INES | wrong)

    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_two_people_do_not_sign_in_by_one_name(doors: Doors) -> None:
    await admin(doors)
    await doors.ask("priya", "PUT", f"/v1/people/{staff_id('ines')}", INES)

    answer = await doors.ask("priya", "PUT", f"/v1/people/{staff_id('other')}", INES)

    assert answer.status_code == 409


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.MANAGER])
async def test_only_admins_change_people(doors: Doors, role: Role) -> None:
    await doors.rights("omar", role)
    rights = {"roles": ["admin"], "tenants": []}

    put = await doors.ask("omar", "PUT", f"/v1/people/{staff_id('omar')}", INES)
    changed = await doors.ask("omar", "PUT", f"/v1/people/{staff_id('omar')}/rights", rights)

    assert (put.status_code, changed.status_code) == (403, 403)


async def test_taking_a_client_away_takes_its_work_back(doors: Doors, world: World) -> None:
    await admin(doors)
    await world.join("ines", tenants=[NORDHOST, PAGORA])
    taken = await world.ticket("pagora's", tenant=PAGORA)
    kept = await world.ticket("nordhost's")
    await world.sweep()

    answer = await doors.ask(
        "priya",
        "PUT",
        f"/v1/people/{staff_id('ines')}/rights",
        {"roles": ["agent"], "tenants": [str(NORDHOST)]},
    )
    await world.pass_time(timedelta())

    assert answer.status_code == 200
    assert await world.owner(taken) is None
    assert (await world.work(taken))["state"] == "waiting"
    assert await world.owner(kept) == staff_id("ines")
    assert "person.rights-changed" in await world.told(staff_id("ines"))


async def test_rights_of_nobody_are_not_found(doors: Doors) -> None:
    await admin(doors)

    answer = await doors.ask(
        "priya", "PUT", f"/v1/people/{staff_id('x')}/rights", {"roles": ["agent"], "tenants": []}
    )

    assert answer.status_code == 404


async def test_colleagues_are_those_who_work_for_a_client_of_ones_own(
    doors: Doors, world: World
) -> None:
    await world.join("ines", tenants=[NORDHOST, PAGORA])
    await world.join("omar", tenants=[PAGORA])
    await world.join("ruth", tenants=[NORDHOST], roles=["agent", "lead"])
    await doors.rights("ines", Role.AGENT, tenants=[NORDHOST])

    shown = await doors.get("ines", "/v1/people")
    leads = await doors.get("ines", f"/v1/people?role=lead&tenant={NORDHOST}")
    foreign = await doors.get("ines", f"/v1/people?tenant={PAGORA}")
    hidden = await doors.ask("ines", "GET", f"/v1/people/{staff_id('omar')}")
    absent = await doors.ask("ines", "GET", f"/v1/people/{uuid5(SEED, 'nobody')}")

    assert [each["name"] for each in shown["items"]] == ["Ines", "Ruth"]
    assert shown["items"][0]["tenants"] == [str(NORDHOST)]
    assert [each["name"] for each in leads["items"]] == ["Ruth"]
    assert foreign["items"] == []
    assert (hidden.status_code, hidden.content) == (404, absent.content)


async def test_one_sees_oneself(doors: Doors, world: World) -> None:
    await world.join("ines")
    await doors.rights("ines", Role.AGENT)

    me = await doors.get("ines", "/v1/me")

    assert (me["id"], me["presence"]) == (str(staff_id("ines")), "available")
    assert me["shift_ends_at"] == "2026-11-23T17:00:00Z"


async def test_somebody_without_a_profile_has_no_own_page(doors: Doors) -> None:
    await doors.rights("ghost", Role.AGENT)

    assert (await doors.ask("ghost", "GET", "/v1/me")).status_code == 404


async def test_one_pauses_and_comes_back_and_work_follows(doors: Doors, world: World) -> None:
    await world.join("ines")
    await doors.rights("ines", Role.AGENT)
    away = {"state": "away", "reason": "lunch"}

    paused = await doors.ask("ines", "POST", "/v1/me/presence", away, idempotency_key="one")
    repeated = await doors.ask("ines", "POST", "/v1/me/presence", away, idempotency_key="one")
    ticket = await world.ticket("mail")
    await world.sweep()
    assert await world.owner(ticket) is None
    await doors.ask("ines", "POST", "/v1/me/presence", {"state": "available"})
    await world.sweep()

    assert (paused.json()["presence"], paused.json()["presence_reason"]) == ("away", "lunch")
    assert repeated.headers["idempotency-replayed"] == "true"
    assert await world.owner(ticket) == staff_id("ines")


async def test_nobody_is_available_outside_a_shift_or_off_within(
    doors: Doors, world: World
) -> None:
    await world.join("ines", until=None)
    await doors.rights("ines", Role.AGENT)

    early = await doors.ask("ines", "POST", "/v1/me/presence", {"state": "available"})
    await world.roster("ines", Duty(until=NOW + timedelta(hours=1)))
    off = await doors.ask("ines", "POST", "/v1/me/presence", {"state": "off"})

    assert (early.status_code, early.json()["detail"]) == (409, "You have no shift now.")
    assert off.status_code == 422


async def test_client_people_see_no_staff(doors: Doors) -> None:
    await doors.rights("katrin", Role.CLIENT_ADMIN)

    for path in ("/v1/people", "/v1/me", "/v1/board", "/v1/me/work"):
        assert (await doors.ask("katrin", "GET", path)).status_code == 403
