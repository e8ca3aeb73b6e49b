"""Policies over HTTP: versions, drafts that are refused before they can do harm, dry runs."""

import time
from datetime import timedelta
from typing import Any

import pytest

from tests.component.billing_policy.remedies.office import POLICY, Office
from tests.component.billing_policy.world import NORDHOST

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

POLICIES = f"/v1/tenants/{NORDHOST}/policy"


def with_condition(expression: str) -> dict[str, Any]:
    rule = POLICY["rules"][0] | {"conditions": [{"name": "tried", "expression": expression}]}
    return {"rules": [rule]}


async def test_a_changed_policy_is_a_new_version_and_the_same_again_is_not(
    office: Office,
) -> None:
    office.clock.advance(timedelta(minutes=1))

    same = await office.put_policy()
    changed = await office.put_policy(**with_condition("used_percent < 10"))

    assert (same.json()["version"], changed.json()["version"]) == (1, 2)
    versions = await office.get("nora", f"{POLICIES}/versions")
    assert [each["version"] for each in versions["items"]] == [1, 2]


async def test_a_version_does_not_reach_back(office: Office) -> None:
    answer = await office.put_policy(
        effective_from="2026-11-01T00:00:00Z", **with_condition("used_percent < 10")
    )

    assert answer.status_code == 422


async def test_only_managers_put_a_policy(office: Office) -> None:
    for name in ("ines", "omar", "nora"):
        assert (await office.ask(name, "PUT", POLICIES, POLICY)).status_code == 403


@pytest.mark.parametrize(
    "expression",
    [
        "used_percent <",
        "nobody_knows < 3",
        "used_percent < 1.5",
        "(" * 21 + "true" + ")" * 21,
        "true" + " && true" * 400,
        "[1, 2].all(a, [1, 2].all(b, a < b))",
        "used_percent",
    ],
)
async def test_a_condition_that_cannot_stand_is_named_and_nothing_is_kept(
    office: Office, expression: str
) -> None:
    checked = await office.ask(
        "mara", "POST", f"{POLICIES}/check", POLICY | with_condition(expression)
    )
    put = await office.put_policy(**with_condition(expression))

    assert checked.json()["ok"] is False
    assert checked.json()["errors"][0]["field"] == "rules.0.conditions.0"
    assert put.status_code == 422
    assert await office.world.value("SELECT count(*) FROM policies") == 1


async def test_a_dry_run_says_what_a_draft_would_have_made_of_the_month(office: Office) -> None:
    ticket, charge = await office.ticket(), await office.world.charge()
    made = (await office.request(ticket, charge, 4000)).json()
    draft = POLICY | with_condition("used_percent < 1")

    answer = await office.ask(
        "mara", "POST", f"{POLICIES}/dry-run", {"policy": draft, "month": "2026-11"}
    )

    run = answer.json()
    assert (run["before"], run["after"]["count"]) == ({"count": 1, "total_minor": 4000}, 0)
    assert [each["remedy"] for each in run["changed"]] == [made["id"]]
    assert await office.world.value("SELECT count(*) FROM policies") == 1


async def test_a_condition_that_stalls_is_stopped_while_the_service_answers(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing_policy.rules.handlers.trying.WALL_S", 0.5)
    monkeypatch.setattr("billing_policy.rules.handlers.trying.MODULE", "tests.component.stalling")
    began = time.monotonic()

    checked = await office.ask("mara", "POST", f"{POLICIES}/check", POLICY)

    assert time.monotonic() - began < 10
    assert checked.json()["ok"] is False
    assert "stops the engine" in checked.json()["errors"][0]["problem"]
