"""Remedies over HTTP: decided by the policy, given once, approved by a second person, refused."""

from datetime import timedelta
from uuid import UUID

import pytest

from billing_policy.remedies import handlers
from chassis.tenancy import scope
from contracts.vocabulary import TicketState
from tests.component.billing_policy.remedies.office import Office, together
from tests.component.billing_policy.world import MONDAY, NORDHOST

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


async def test_what_an_agent_may_give_is_granted_and_ordered_at_once(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()

    answer = await office.request(ticket, charge, 4000)

    made = answer.json()
    assert (answer.status_code, made["state"], made["amount_minor"]) == (201, "granted", 4000)
    assert (made["rule"], made["policy_version"]) == ("recent_refund", 1)
    assert await office.payments() == 1
    assert await office.world.told("billing-policy.remedy.v1") == [
        "remedy.requested.v1",
        "remedy.granted.v1",
    ]


async def test_a_second_click_gives_nothing_twice(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()

    answers = await together(
        *(office.request(ticket, charge, 1000, key="one-click-of-a-person") for _ in range(3))
    )

    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await office.payments() == 1
    assert await office.world.value("SELECT count(*) FROM remedies") == 1


async def test_the_panel_shows_charges_offers_and_what_was_asked(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    await office.request(ticket, charge, 1000)

    panel = await office.get("ines", f"/v1/tickets/{ticket}/remedies")

    assert [each["refundable_minor"] for each in panel["charges"]] == [9000]
    offers = {each["kind"]: each for each in panel["offers"]}
    assert (offers["extension"]["outcome"], offers["extension"]["days"]) == ("granted", 7)
    assert (offers["refund"]["outcome"], offers["refund"]["level"]) == (
        "approval_needed",
        "manager",
    )
    assert [each["state"] for each in panel["remedies"]] == ["granted"]


@pytest.mark.parametrize(
    ("given", "slug"),
    [
        ({"amount": 10001}, "over-paid"),
        ({"amount": 100, "currency": "USD"}, "wrong-currency"),
        ({"amount": 100, "days": 3}, "money-not-days"),
    ],
)
async def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(
    office: Office, given: dict[str, object], slug: str
) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()

    answer = await office.request(ticket, charge, **given)  # type: ignore[arg-type]

    assert answer.status_code == 422
    assert answer.json()["type"].endswith(slug)
    assert await office.world.value("SELECT count(*) FROM remedies") == 0
    assert await office.payments() == 0


async def test_what_no_rule_covers_comes_with_what_is_allowed_instead(office: Office) -> None:
    ticket = await office.ticket()
    charge = await office.world.charge(used_percent=80)

    made = (await office.request(ticket, charge, 1000)).json()

    assert made["state"] == "not_covered"
    assert {"key": "hardly_used", "met": False} in made["reasons"]
    assert [each["kind"] for each in made["alternatives"]] == ["extension"]
    assert await office.payments() == 0


async def test_a_second_person_of_the_level_approves_and_then_it_is_paid(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 7000)).json()
    assert (made["state"], made["approval"]["level"]) == ("approval_needed", "lead")
    assert await office.payments() == 0

    below = await office.approve(made, "ida")
    waiting = await office.get("omar", "/v1/approvals?state=open")
    answer = await office.approve(made, "omar")

    assert below.status_code == 403
    assert [each["id"] for each in waiting["items"]] == [made["id"]]
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    assert await office.payments() == 1


async def test_nobody_approves_what_they_asked_for(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 7000, by="omar")).json()

    own = await office.approve(made, "omar")
    other = await office.approve(made, "olga")

    assert (own.status_code, own.json()["type"].rsplit("/")[-1]) == (409, "own-request")
    assert other.json()["state"] == "approved"


async def test_an_approval_of_something_edited_since_is_refused(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 5000)).json()
    changed = (await office.change(made, 8000)).json()

    late = await office.approve(made, "omar")
    fresh = await office.approve(changed, "omar")

    assert (late.status_code, late.json()["type"].rsplit("/")[-1]) == (409, "decision-changed")
    assert (fresh.json()["state"], fresh.json()["amount_minor"]) == ("approved", 8000)
    assert await office.world.value("SELECT sum(amount_minor) FROM payments") == 8000


async def test_whoever_changed_it_may_not_approve_it(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 5000)).json()
    changed = (await office.change(made, 8000, by="omar")).json()

    assert (await office.approve(changed, "omar")).status_code == 409
    assert await office.payments() == 0


async def test_a_change_and_an_approval_at_once_end_in_one_of_the_two(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 5000)).json()

    answers = await together(office.change(made, 8000), office.approve(made, "omar"))

    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_two_approvals_at_once_pay_once(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 7000)).json()

    answers = await together(office.approve(made, "omar"), office.approve(made, "olga"))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await office.payments() == 1


async def test_what_nobody_approved_expires_and_frees_the_budget(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 7000)).json()
    later = MONDAY + timedelta(hours=72)

    async with office.world.database.transaction(scope(NORDHOST)) as tx:
        early = await handlers.expire(tx, UUID(made["id"]), later - timedelta(seconds=1))
        expired = await handlers.expire(tx, UUID(made["id"]), later)

    assert early is None
    assert expired is not None
    assert await office.world.value("SELECT released_at FROM budget_entries") == later


async def test_parallel_requests_never_pass_the_months_cap(office: Office) -> None:
    asked = []
    for number in range(6):
        customer = UUID(int=number + 1)
        ticket = await office.ticket(f"t{number}", customer=customer)
        charge = await office.world.charge(f"inv-{number}", customer=customer)
        asked.append(office.request(ticket, charge, 4000))

    answers = await together(*asked)

    states = sorted(answer.json()["state"] for answer in answers)
    assert states == ["granted"] * 3 + ["not_covered"] * 3
    assert await office.world.value("SELECT sum(amount_minor) FROM payments") == 12000


async def test_a_failed_payment_frees_what_it_held(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 4000)).json()

    async with office.world.database.transaction(scope(NORDHOST)) as tx:
        await handlers.payment_failed(tx, NORDHOST, UUID(made["id"]), MONDAY)

    assert await office.world.value("SELECT released_at FROM budget_entries") == MONDAY


async def test_a_manager_refuses_once_the_ticket_is_settled(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 7000)).json()
    path = f"/v1/remedies/{made['id']}/refuse"
    body = {
        "decision_sha256": made["approval"]["decision_sha256"],
        "reason": "used_up",
        "alternative": {"kind": "extension", "days": 7},
    }

    by_lead = await office.ask("omar", "POST", path, body)
    early = await office.ask("mara", "POST", path, body)
    await office.ticket(state=TicketState.SOLVED)
    answer = await office.ask("mara", "POST", path, body)

    assert by_lead.status_code == 403
    assert early.json()["type"].rsplit("/")[-1] == "ticket-not-settled"
    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    assert answer.json()["refusal"]["reason"] == "used_up"
    assert await office.payments() == 0
    letters = await office.letters()
    assert ["remedy_in_review" in letters[0], "remedy_refused" in letters[1]] == [True, True]


async def test_what_the_policy_grants_cannot_be_refused(office: Office) -> None:
    ticket = await office.ticket(state=TicketState.SOLVED)
    made = (await office.request(ticket, await office.world.charge(), 1000)).json()
    body = {"decision_sha256": "0" * 64, "reason": "misuse"}

    answer = await office.ask("mara", "POST", f"/v1/remedies/{made['id']}/refuse", body)

    assert answer.json()["type"].rsplit("/")[-1] == "not-refusable"


async def test_another_clients_people_find_nothing(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 1000)).json()

    for path in (f"/v1/tickets/{ticket}/remedies", f"/v1/remedies/{made['id']}"):
        assert (await office.ask("paul", "GET", path)).status_code == 404
    assert (await office.request(ticket, charge, 1000, by="paul")).status_code == 404


async def test_an_explanation_names_rule_version_conditions_and_caps(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 7000)).json()

    told = await office.get("ines", f"/v1/remedies/{made['id']}/explanation")

    assert (told["rule"], told["policy_version"]) == ("recent_refund", 1)
    assert {each["name"] for each in told["conditions"]} >= {"within_30_days", "hardly_used"}
    assert told["caps"][0]["remaining"] == 15000
    assert told["reproduced"] is True
