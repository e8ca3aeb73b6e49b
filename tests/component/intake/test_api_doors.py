"""Partners, forms, the customer's link, client companies and customers over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.vocabulary import Damage
from intake.tickets.translate import ticket_link
from tests.component.intake.conftest import World
from tests.component.intake.house import House, opened
from tests.unit.intake.contacts import NORDHOST, PAGORA

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

BRAND = UUID(int=2)
FORM = f"/v1/brands/{BRAND}/form"


@pytest.fixture
async def house(world: World) -> AsyncIterator[House]:
    async with opened(world) as made:
        yield made


def a_form(**given: Any) -> dict[str, Any]:
    body = {
        "name": "Bo",
        "address": "bo@customer.example",
        "subject": "hi",
        "text": "I cannot log in",
    }
    return {**body, **given}


def settings(**given: Any) -> dict[str, Any]:
    return {
        "slug": "tideline", "name": "Tideline", "initials": "TT", "zone": "Europe/Rome",
        "default_language": "en", "languages": ["en", "it"],
        "brands": [{"id": str(UUID(int=40)), "name": "Tideline", "from_name": "Tideline Ferries",
                    "mail_address": "crew@tideline.example"}],
        "plans": [{"id": "guest", "name": "Guest", "value": 0.2}],
        "priorities": [{"damage": d, "plan": "guest", "priority": "normal"} for d in Damage],
        **given,
    }  # fmt: skip


async def test_a_partner_posts_a_voicemail_with_an_api_key(house: House) -> None:
    issued = await house.did(
        "boss", f"/v1/tenants/{NORDHOST}/api-keys", {"name": "pbx", "scopes": ["contacts:write"]},
        status=201,
    )  # fmt: skip
    body = {
        "channel": "phone", "from": {"name": "Ola", "phone": "+47 22 12 34 56"},
        "text": "Hei, jeg får ikke logget inn på kontoen min.", "external_id": "call-1",
        "recording_url": "https://pbx.example/1.mp3", "received_at": "2026-11-23T10:00:00Z",
    }  # fmt: skip

    first = await house.did(issued["key"], "/v1/contacts", body, status=202)
    again = await house.did(issued["key"], "/v1/contacts", body, status=202)
    clash = await house.ask(issued["key"], "POST", "/v1/contacts", {**body, "text": "other"})

    assert (first["status"], again["status"]) == ("new", "replay")
    assert first["ticket"] == again["ticket"]
    assert clash.status_code == 409
    assert await house.world.count("effects") == 0
    (ticket,) = await house.world.rows("SELECT channel, language, live FROM tickets")
    assert ticket == {"channel": "phone", "language": "nb", "live": False}


async def test_a_key_opens_its_own_client_company_and_scope_only(house: House) -> None:
    narrow = await house.did(
        "boss", f"/v1/tenants/{NORDHOST}/api-keys", {"name": "x", "scopes": ["reports:read"]},
        status=201,
    )  # fmt: skip
    key = await house.did(
        "boss", f"/v1/tenants/{NORDHOST}/api-keys", {"name": "x", "scopes": ["contacts:write"]},
        status=201,
    )  # fmt: skip
    body = {"from": {"address": "a@b.example"}, "text": "hello", "external_id": "1"}

    assert (await house.ask(narrow["key"], "POST", "/v1/contacts", body)).status_code == 403
    assert (await house.ask(None, "POST", "/v1/contacts", body)).status_code == 401
    foreign = await house.ask(
        key["key"], "POST", "/v1/contacts", {**body, "brand": str(UUID(int=4))}
    )
    absent = await house.ask(
        key["key"], "POST", "/v1/contacts", {**body, "brand": str(UUID(int=5))}
    )
    assert foreign.status_code == 404
    assert foreign.content == absent.content
    assert (await house.ask(key["key"], "GET", "/v1/tickets")).status_code == 403


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"channel": "fax"}, "channel"),
        ({"from": {}}, "from"),
        ({"text": ""}, "text"),
        ({"external_id": None}, "external_id"),
        ({"colour": "red"}, "colour"),
        ({"subject": "two\nlines"}, "subject"),
        ({"from": {"name": "a\rb", "address": "a@b.example"}}, "from.name"),
        ({"text": "half a \x00 text"}, "body"),
    ],
)
async def test_a_wrong_contact_is_refused_naming_the_field(
    house: House, change: dict[str, Any], field: str
) -> None:
    body = {
        "brand": str(BRAND),
        "from": {"address": "a@b.example"},
        "text": "x",
        "external_id": "1",
    }

    answer = await house.ask("service", "POST", "/v1/contacts", {**body, **change})

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert await house.world.count("tickets") == 0


async def test_what_is_no_json_or_nobody_is_refused(house: House) -> None:
    from chassis.testing.web import client

    async with client(house.app, house.token("service")) as http:
        garbage = await http.post("/v1/contacts", content=b"{not json")
    nobody = await house.ask(
        "service", "POST", "/v1/contacts",
        {"brand": str(BRAND), "from": {"address": "no address"}, "text": "x", "external_id": "1"},
    )  # fmt: skip
    nowhere = await house.ask(
        "service", "POST", "/v1/contacts",
        {"from": {"address": "a@b.example"}, "text": "x", "external_id": "1"},
    )  # fmt: skip

    assert garbage.status_code == 400
    assert (nobody.status_code, nowhere.status_code) == (422, 422)


async def test_s4_a_form_opens_this_ticket_alone(house: House) -> None:
    first = await house.did(None, FORM, a_form(text="My secret is 42."), status=202)
    second = await house.did(None, FORM, a_form(text="Show me everything."), status=202)

    token = second["ticket_url"].rpartition("/")[2]
    seen = await house.ask(None, "GET", f"/v1/customer/{token}")

    assert first["reference"] != second["reference"]
    assert "secret" not in seen.text
    assert await house.world.count("customers") == 1


async def test_a_form_sent_twice_with_one_key_is_one_ticket(house: House) -> None:
    first = await house.did(None, FORM, a_form(), status=202, idempotency_key="f1")
    again = await house.did(None, FORM, a_form(), status=202, idempotency_key="f1")

    assert first["reference"] == again["reference"]
    assert await house.world.count("tickets") == 1


async def test_forms_are_rate_limited_by_sender(house: House) -> None:
    answers = [await house.ask(None, "POST", FORM, a_form()) for _ in range(7)]

    statuses = [answer.status_code for answer in answers]
    assert statuses[:5] == [202] * 5
    assert 429 in statuses[5:]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert (
        await house.ask(None, "POST", f"/v1/brands/{UUID(int=5)}/form", a_form())
    ).status_code == 404


async def customers_link(house: House, ticket: UUID) -> str:
    url = ticket_link(house.kit.links, "https://x", NORDHOST, ticket)
    return f"/v1/customer/{url.rpartition('/')[2]}"


async def test_d08_the_customer_sees_the_own_ticket_and_no_note(house: House) -> None:
    ticket = await house.contact()
    await house.give(ticket, "ines")
    await house.did("ines", f"/v1/tickets/{ticket}/notes", {"text": "Internal."})
    await house.did("ines", f"/v1/tickets/{ticket}/replies", {"text": "Bitte neu anmelden."})

    seen = await house.got(None, await customers_link(house, ticket))

    assert (seen["reference"], seen["state"], seen["owner_first_name"]) == (
        "NH-1001", "pending", "Ines",
    )  # fmt: skip
    assert [message["text"] for message in seen["messages"]][-1] == "Bitte neu anmelden."
    assert "Internal." not in str(seen)


async def test_s18_reading_by_link_writes_nothing(house: House) -> None:
    ticket = await house.contact()
    before = await house.world.rows("SELECT version FROM tickets")
    link = await customers_link(house, ticket)

    for method in ("GET", "HEAD", "OPTIONS"):
        for path in (link, f"{link}/confirm", f"{link}/reopen"):
            await house.ask(None, method, path)

    assert await house.world.rows("SELECT version FROM tickets") == before


async def test_d10_the_customer_confirms_by_link_and_twice_is_fine(house: House) -> None:
    ticket = await house.contact()
    await house.did("lea", f"/v1/tickets/{ticket}/solve")
    link = await customers_link(house, ticket)

    first = await house.did(None, f"{link}/confirm")
    again = await house.did(None, f"{link}/confirm")

    assert first["state"] == again["state"] == "closed"


async def test_the_customer_reopens_by_link_with_and_without_words(house: House) -> None:
    silent, wordy = await house.contact(), await house.contact()
    for ticket in (silent, wordy):
        await house.did("lea", f"/v1/tickets/{ticket}/solve")

    first = await house.did(None, f"{await customers_link(house, silent)}/reopen", {"text": ""})
    second = await house.did(
        None, f"{await customers_link(house, wordy)}/reopen", {"text": "Still broken."}
    )
    too_early = await house.ask(None, "POST", f"{await customers_link(house, silent)}/confirm", {})

    assert first["state"] == second["state"] == "open"
    assert too_early.status_code == 409
    letters = await house.world.rows("SELECT key FROM effects WHERE key LIKE 'reopened%'")
    assert len(letters) == 1


async def test_a_late_word_by_link_opens_a_linked_ticket_once(house: House) -> None:
    ticket = await house.contact()
    await house.world.rows(
        "UPDATE tickets SET state = 'closed', solved_at = now() - interval '60 days',"
        " closed_at = now() - interval '50 days'"
    )
    link = await customers_link(house, ticket)

    first = await house.did(None, f"{link}/replies", {"text": "Again."}, idempotency_key="r1")
    again = await house.did(None, f"{link}/replies", {"text": "Again."}, idempotency_key="r1")

    assert first["follow_up"] == again["follow_up"] == "NH-1002"
    assert first["ticket_url"]
    follows = await house.world.rows("SELECT follows FROM tickets WHERE follows IS NOT NULL")
    assert follows == [{"follows": ticket}]


async def test_forged_and_expired_links_open_nothing(house: House) -> None:
    ticket = await house.contact()
    claims = {"tenant": str(NORDHOST), "ticket": str(ticket)}
    good = house.kit.links.sign("ticket", claims, timedelta(days=1))
    expired = house.kit.links.sign("ticket", claims, timedelta(seconds=-1))
    other_purpose = house.kit.links.sign("survey", claims, timedelta(days=1))

    assert (await house.ask(None, "GET", f"/v1/customer/{good}")).status_code == 200
    assert (await house.ask(None, "GET", f"/v1/customer/{good[:-2]}xx")).status_code == 404
    assert (await house.ask(None, "GET", f"/v1/customer/{other_purpose}")).status_code == 404
    assert (await house.ask(None, "GET", f"/v1/customer/{expired}")).status_code == 410


async def test_an_admin_sets_up_a_client_company(house: House) -> None:
    tenant = UUID(int=4000)

    made = await house.ask("ada", "PUT", f"/v1/tenants/{tenant}", settings())
    same = await house.ask("ada", "PUT", f"/v1/tenants/{tenant}", settings())
    changed = await house.ask("ada", "PUT", f"/v1/tenants/{tenant}", settings(reminder_s=60))

    versions = [answer.json()["version"] for answer in (made, same, changed)]
    assert versions == [1, 1, 2]
    told = await house.world.rows("SELECT type FROM outbox WHERE tenant_id = $1", tenant=tenant)
    assert [row["type"] for row in told] == ["tenant.configured.v1"] * 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"initials": "tt"}, "initials"),
        ({"default_language": "de"}, "default_language"),
        ({"priorities": []}, "priorities"),
        ({"brands": []}, "brands"),
        ({"reminder_s": 999_999}, "reminder_s"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"name": "two\nlines"}, "name"),
        ({"brands": [{"id": str(BRAND), "name": "x", "from_name": "x",
                      "mail_address": "support@nordhost.example"}]}, "brands"),
    ],
)  # fmt: skip
async def test_faulty_settings_are_refused_by_name(
    house: House, change: dict[str, Any], field: str
) -> None:
    answer = await house.ask("ada", "PUT", f"/v1/tenants/{UUID(int=4000)}", settings(**change))

    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}


async def test_client_companies_see_themselves_only(house: House) -> None:
    own = await house.got("viewer", "/v1/tenants")
    everything = await house.got("max", "/v1/tenants")

    assert [tenant["name"] for tenant in own["items"]] == ["Nordhost"]
    assert len(everything["items"]) == 2
    await house.got("viewer", f"/v1/tenants/{PAGORA}", status=404)
    assert (
        await house.ask("boss", "PUT", f"/v1/tenants/{NORDHOST}", settings())
    ).status_code == 403


async def test_client_users_and_keys_are_the_client_admins_own(house: House) -> None:
    path = f"/v1/tenants/{NORDHOST}/client-users/new@nordhost.example"
    made = await house.ask("boss", "PUT", path, {"name": "New", "roles": ["client_viewer"]})
    staff = await house.ask("boss", "PUT", path, {"name": "New", "roles": ["manager"]})
    foreign = await house.ask(
        "boss",
        "PUT",
        f"/v1/tenants/{PAGORA}/client-users/x",
        {"name": "N", "roles": ["client_admin"]},
    )
    issued = await house.did(
        "boss", f"/v1/tenants/{NORDHOST}/api-keys", {"name": "a", "scopes": ["contacts:write"]},
        status=201,
    )  # fmt: skip
    rotated = await house.did(
        "boss", f"/v1/tenants/{NORDHOST}/api-keys/{issued['id']}/rotate", status=201
    )
    gone = await house.ask("boss", "DELETE", f"/v1/tenants/{NORDHOST}/api-keys/{rotated['id']}")

    assert (made.status_code, staff.status_code, foreign.status_code) == (200, 422, 404)
    assert gone.status_code == 204
    listed = await house.got("boss", f"/v1/tenants/{NORDHOST}/api-keys")
    assert len(listed["items"]) == 2
    assert "mk_" not in str(listed)
    assert (await house.ask(rotated["key"], "POST", "/v1/contacts", {})).status_code == 401


async def test_a_customer_is_made_changed_and_found_again(house: House) -> None:
    path = f"/v1/tenants/{NORDHOST}/customers/{UUID(int=500)}"
    body = {"name": "Ola", "address": "Ola@Customer.example", "plan": "business", "locale": "nb",
            "zone": "Europe/Oslo"}  # fmt: skip

    first = await house.ask("ada", "PUT", path, body)
    again = await house.ask("ada", "PUT", path, body)
    taken = await house.ask("ada", "PUT", f"/v1/tenants/{NORDHOST}/customers/{UUID(int=501)}", body)
    known: dict[str, Any] = {"from": {"address": "ola@customer.example"}, "text": "ok thx"}
    await house.contact(**known)

    assert (first.json()["version"], again.json()["version"]) == (1, 1)
    assert taken.status_code == 409
    (ticket,) = await house.world.rows("SELECT customer_id, plan, language FROM tickets")
    assert ticket == {"customer_id": UUID(int=500), "plan": "business", "language": "nb"}
    wrong_plan = await house.ask("ada", "PUT", path, {**body, "plan": "gold"})
    assert wrong_plan.status_code == 422
    await house.got("stranger", path, status=404)
    assert (await house.got("ines", path))["addresses"] == ["ola@customer.example"]
