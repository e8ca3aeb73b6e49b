"""Tickets over HTTP: who sees them, who may answer, and what each refusal says."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.tenancy import scope
from tests.component.intake.conftest import World
from tests.component.intake.house import House, opened
from tests.unit.intake.contacts import NORDHOST, PAGORA

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


@pytest.fixture
async def house(world: World) -> AsyncIterator[House]:
    async with opened(world) as made:
        yield made


async def test_a_colleague_reads_the_whole_ticket(house: House) -> None:
    ticket = await house.contact(recording_url="https://x.example/1.mp3", channel="phone")

    whole = await house.got("ines", f"/v1/tickets/{ticket}")

    assert whole["ticket"]["reference"] == "NH-1001"
    assert whole["customer"]["addresses"][0].endswith("@customer.example")
    assert whole["messages"][0]["text"].endswith("https://x.example/1.mp3")
    assert whole["why"]
    assert whole["ticket"]["channel"] == "phone"


async def test_a_foreign_ticket_answers_exactly_as_an_absent_one(house: House) -> None:
    foreign = await house.contact(brand=UUID(int=4))

    seen = await house.ask("ines", "GET", f"/v1/tickets/{foreign}")
    absent = await house.ask("ines", "GET", f"/v1/tickets/{UUID(int=99)}")
    written = await house.ask("ines", "POST", f"/v1/tickets/{foreign}/notes", {"text": "x"})
    nowhere = await house.ask("ines", "POST", f"/v1/tickets/{UUID(int=99)}/notes", {"text": "x"})

    assert seen.status_code == 404
    assert (seen.content, written.content) == (absent.content, nowhere.content)


@pytest.mark.parametrize(
    ("name", "status"),
    [("ines", 200), ("lea", 200), ("omar", 403), ("viewer", 403), ("service", 403), (None, 401)],
)
async def test_only_the_owner_or_a_lead_answers(
    house: House, name: str | None, status: int
) -> None:
    ticket = await house.contact()
    await house.give(ticket, "ines")

    answer = await house.ask(name, "POST", f"/v1/tickets/{ticket}/replies", {"text": "Hallo"})

    assert answer.status_code == status


async def test_an_answer_is_stored_once_for_a_key_and_names_its_version(house: House) -> None:
    ticket = await house.contact()
    await house.give(ticket, "ines")
    path, body = f"/v1/tickets/{ticket}/replies", {"text": "Bitte neu anmelden.", "then": "wait"}

    first = await house.ask("ines", "POST", path, body, idempotency_key="k1")
    again = await house.ask("ines", "POST", path, body, idempotency_key="k1")
    other = await house.ask("ines", "POST", path, {"text": "x"}, idempotency_key="k1")

    assert (first.status_code, first.headers["etag"]) == (200, '"4"')
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert other.status_code == 422
    whole = await house.got("ines", f"/v1/tickets/{ticket}")
    assert [message["kind"] for message in whole["messages"]] == ["contact", "reply"]
    assert whole["messages"][1]["delivery"]["state"] == "waiting"
    assert whole["ticket"]["state"] == "pending"


async def test_an_answer_to_an_older_version_is_refused(house: House) -> None:
    ticket = await house.contact()
    await house.give(ticket, "ines")

    stale = await house.ask(
        "ines", "POST", f"/v1/tickets/{ticket}/replies", {"text": "x"}, if_match='"2"'
    )
    fresh = await house.ask(
        "ines", "POST", f"/v1/tickets/{ticket}/replies", {"text": "x"}, if_match='"3"'
    )

    assert (stale.status_code, fresh.status_code) == (412, 200)


async def test_d07_notes_are_for_colleagues_only(house: House) -> None:
    ticket = await house.contact()
    await house.did("omar", f"/v1/tickets/{ticket}/notes", {"text": "Difficult customer."})

    colleague = await house.got("ines", f"/v1/tickets/{ticket}")
    client = await house.ask("viewer", "GET", f"/v1/tickets/{ticket}")

    assert [message["public"] for message in colleague["messages"]] == [True, False]
    assert client.status_code == 200
    assert "Difficult" not in client.text


async def test_the_life_of_a_ticket_over_http(house: House) -> None:
    ticket = await house.contact()
    await house.give(ticket, "ines")
    at = f"/v1/tickets/{ticket}"
    later = (house.kit.clock.now() + timedelta(hours=2)).isoformat()

    await house.did("ines", f"{at}/waiting-on", {"waiting_on": "client", "reason": "asked"})
    await house.did("ines", f"{at}/priority", {"damage": "losing_money"})
    await house.did("ines", f"{at}/eta", {"promised_for": later})
    await house.did("ines", f"{at}/solve")
    await house.did("ines", f"{at}/reopen", {"reason": "not yet"})
    await house.did("lea", f"{at}/spam", {"spam": True})
    await house.did("lea", f"{at}/spam", {"spam": False})

    whole = await house.got("ines", at)
    assert [event["type"] for event in whole["events"]] == [
        "waiting_on", "priority", "eta", "solved", "reopened", "spam", "spam",
    ]  # fmt: skip
    assert (whole["ticket"]["priority"], whole["ticket"]["cycle"]) == ("urgent", 2)
    types = await house.world.rows(
        "SELECT type, version FROM outbox WHERE aggregate_id = $1 ORDER BY id", id=ticket
    )
    assert [row["version"] for row in types] == list(range(1, 11))


@pytest.mark.parametrize(
    ("path", "body", "slug"),
    [
        ("reopen", {}, "not-solved"),
        ("waiting-on", {"waiting_on": "nobody"}, "unchanged"),
        ("spam", {"spam": False}, "not-spam"),
        ("eta", {"promised_for": "2020-01-01T00:00:00Z"}, "in-the-past"),
    ],
)
async def test_what_is_not_possible_now_says_why(
    house: House, path: str, body: dict[str, Any], slug: str
) -> None:
    ticket = await house.contact()

    answer = await house.ask("lea", "POST", f"/v1/tickets/{ticket}/{path}", body)

    assert answer.status_code == 409
    assert answer.json()["type"].endswith(slug)
    assert answer.json()["next_step"]


async def test_refusals_are_told_in_arabic(house: House) -> None:
    ticket = await house.contact()

    answer = await house.ask(
        "lea", "POST", f"/v1/tickets/{ticket}/reopen", {}, accept_language="ar"
    )

    assert answer.json()["detail"] == "التذكرة لم تُحل بعد."


async def test_lists_are_narrowed_and_paged(house: House) -> None:
    made = [await house.contact() for _ in range(5)]
    await house.give(made[0], "ines")
    await house.contact(brand=UUID(int=4))

    first = await house.got("ines", "/v1/tickets?limit=2")
    second = await house.got("ines", f"/v1/tickets?limit=2&cursor={first['next']}")
    third = await house.got("ines", f"/v1/tickets?limit=2&cursor={second['next']}")

    listed = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert listed == [str(ticket) for ticket in reversed(made)]
    assert third["next"] is None
    mine = await house.got("ines", "/v1/tickets?owner=me")
    assert [item["id"] for item in mine["items"]] == [str(made[0])]
    assert mine["items"][0]["owner"]["name"] == "Ines"
    assert len((await house.got("ines", "/v1/tickets?owner=none"))["items"]) == 4
    assert len((await house.got("ines", "/v1/tickets?q=NH-1003"))["items"]) == 1
    assert len((await house.got("ines", "/v1/tickets?state=closed&state=new"))["items"]) == 5
    assert (await house.got("ines", "/v1/tickets?language=fr"))["items"] == []
    assert (await house.got("ines", f"/v1/tickets?tenant={PAGORA}"))["items"] == []


async def test_s9_attachments_open_for_the_right_people_only(house: House) -> None:
    ticket = await house.contact()
    other = await house.contact()
    (message,) = await house.world.rows(
        "SELECT id FROM messages WHERE ticket_id = $1", ticket=ticket
    )
    await house.world.rows(
        "INSERT INTO attachments VALUES ($1, $2, $3, 'x.svg', 'image/svg+xml', 5, '<svg>')",
        tenant=NORDHOST, id=UUID(int=9), message=message["id"],
    )  # fmt: skip
    path = f"/v1/tickets/{ticket}/attachments/{UUID(int=9)}"

    mine = await house.ask("ines", "GET", path)

    assert mine.content == b"<svg>"
    assert mine.headers["content-type"] == "application/octet-stream"
    assert mine.headers["content-disposition"].startswith("attachment")
    assert mine.headers["x-content-type-options"] == "nosniff"
    for name, at, status in (
        (None, path, 401),
        ("stranger", path, 404),
        ("ines", f"/v1/tickets/{other}/attachments/{UUID(int=9)}", 404),
    ):
        assert (await house.ask(name, "GET", at)).status_code == status


async def test_unknown_fields_and_wrong_json_are_refused(house: House) -> None:
    ticket = await house.contact()
    path = f"/v1/tickets/{ticket}/notes"

    unknown = await house.ask("ines", "POST", path, {"text": "x", "public": True})
    empty = await house.ask("ines", "POST", path, {"text": ""})

    assert unknown.json()["errors"] == [{"field": "public", "problem": "is not known here"}]
    assert empty.status_code == 422


async def test_quarantine_is_for_leads_and_is_decided_once(house: House) -> None:
    await house.world.rows(
        "INSERT INTO raw_inputs VALUES ($1, $2, 'mail', 'm', '', '', 'x', now())",
        tenant=NORDHOST, id=UUID(int=8),
    )  # fmt: skip
    await house.world.rows(
        "INSERT INTO quarantine (tenant_id, id, raw_id, channel, brand_id, reason, received_at)"
        " VALUES ($1, $2, $3, 'mail', $3, 'spam', now())",
        tenant=NORDHOST, id=UUID(int=7), raw=UUID(int=8),
    )  # fmt: skip

    listed = await house.got("lea", "/v1/quarantine")
    forbidden = await house.ask("ines", "GET", "/v1/quarantine")
    foreign = await house.ask("ada", "POST", f"/v1/quarantine/{UUID(int=99)}/release", {})
    discarded = await house.ask("lea", "POST", f"/v1/quarantine/{UUID(int=7)}/discard", {})
    again = await house.ask("lea", "POST", f"/v1/quarantine/{UUID(int=7)}/release", {})

    assert [item["reason"] for item in listed["items"]] == ["spam"]
    assert (forbidden.status_code, foreign.status_code) == (403, 404)
    assert (discarded.status_code, again.status_code) == (200, 409)
    assert (await house.got("lea", "/v1/quarantine"))["items"] == []
    assert len((await house.got("lea", "/v1/quarantine?state=discarded"))["items"]) == 1


async def test_a_released_assignment_frees_an_open_ticket_only(house: House) -> None:
    from intake.tickets.handlers import others

    open_, closed = await house.contact(), await house.contact()
    for ticket in (open_, closed):
        await house.give(ticket, "ines")
    await house.world.rows("UPDATE tickets SET state = 'closed' WHERE id = $1", id=closed)

    for ticket in (open_, closed):
        async with house.world.database.transaction(scope(NORDHOST)) as tx:
            await others.note_released(tx, NORDHOST, ticket, house.kit.clock.now())

    assert (await house.got("ines", f"/v1/tickets/{open_}"))["ticket"]["owner"] is None
    assert (await house.got("ines", f"/v1/tickets/{closed}"))["ticket"]["owner"]["name"] == "Ines"
