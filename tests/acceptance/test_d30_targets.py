"""D30: targets per client, plan and priority start with the ticket and are kept or missed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from meridian.demo.platform import Json
from tests.acceptance.people import World, until

pytestmark = [pytest.mark.anyio, pytest.mark.stack, pytest.mark.xdist_group("stack")]


async def test_d30_the_first_reply_is_promised_by_the_clients_contract(world: World) -> None:
    written = await world.write("nordhost", "Hello, our server is down, we lose money each minute.")
    ticket = await world.ticket_of(written)

    async def promised() -> object:
        now = await world.ticket(ticket["id"])
        return {p["metric"]: p for p in now["promises"]}.get("first_reply")

    promise = await until("a promise of the first reply", promised)
    targets = world.tenant("nordhost").contract.targets
    wanted = {
        target.seconds
        for target in targets
        if (target.metric, target.priority) == ("first_reply", ticket["priority"])
    }
    due = datetime.fromisoformat(promise["due_at"])
    opened = datetime.fromisoformat(ticket["opened_at"])

    assert promise["target_s"] in wanted
    assert (due - opened).total_seconds() == pytest.approx(promise["target_s"], abs=0.01)


async def test_d30_an_answer_in_time_keeps_the_promise_and_counts(world: World) -> None:
    written = await world.write("nordhost", "Hello, how do I add a second domain to my plan?")
    ticket, agent = await world.owned(written)
    await world.answer(ticket, agent, "Hello Alex, open Domains and press Add. Kind regards.")

    async def kept() -> Json | None:
        now = await world.ticket(ticket["id"])
        promise = {p["metric"]: p for p in now["promises"]}.get("first_reply", {})
        return promise if promise.get("state") == "met" else None

    promise: Json = await until("a kept promise", kept)
    viewer = next(u for u in world.firm.client_users if u.tenant == "nordhost")
    # A promise counts in the month in which it falls due, which may be the next one.
    due = datetime.fromisoformat(promise["due_at"]).astimezone(
        ZoneInfo(world.tenant("nordhost").zone)
    )
    month = f"{due:%Y-%m}"
    told = await world.platform.get(
        "sla",
        f"/v1/tenants/{world.tenant('nordhost').id}/attainment",
        await world.platform.person(viewer.email),
        month=month,
    )

    first = next(one for one in told["metrics"] if one["metric"] == "first_reply")
    assert first["met"] >= 1
