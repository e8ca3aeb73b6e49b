"""D33: warned before the breach, escalated to the lead on duty; a miss is found at its instant."""

import secrets
from dataclasses import replace
from datetime import datetime

import pytest

from chassis.clock import SystemClock
from meridian.demo.firm import Contract
from meridian.demo.platform import Json, RefusedError
from meridian.demo.seed import contract_body, tenant_body
from tests.acceptance.people import World, until

pytestmark = [pytest.mark.anyio, pytest.mark.stack, pytest.mark.xdist_group("stack")]

TARGET_S = 15


async def quick_tenant(world: World) -> tuple[str, str]:
    """A client of its own whose first reply is promised in seconds; nobody may work for it, so the
    promise is missed. Returns its id and mail address.
    """
    model = world.tenant("nordhost")
    id_, name = new_id(), f"quick-{secrets.token_hex(3)}"
    address = f"help@{name}.example"
    body = tenant_body(model)
    body |= {"slug": name, "name": name.title(), "initials": "QK", "languages": ["en"]}
    body["brands"] = [{**body["brands"][0], "id": new_id(), "mail_address": address}]
    contract = contract_body(_seconds_only(model.contract))
    token = await world.platform.service()
    await world.platform.send("PUT", "intake", f"/v1/tenants/{id_}", body, token=token)

    async def known() -> bool:
        try:
            path = f"/v1/tenants/{id_}/contract"
            await world.platform.send("PUT", "sla", path, contract, token=token)
        except RefusedError:
            return False
        return True

    await until("the new client known to sla", known)
    return id_, address


def new_id() -> str:
    return str(SystemClock().new_id())


def _seconds_only(contract: Contract) -> Contract:

    firsts = [t for t in contract.targets if t.metric == "first_reply" and not t.plan]
    return replace(contract, targets=tuple(replace(t, seconds=TARGET_S) for t in firsts))


async def test_d33_a_promise_nobody_keeps_is_warned_escalated_and_missed_at_its_instant(
    world: World,
) -> None:
    tenant, address = await quick_tenant(world)
    written = await world.write("nordhost", "Hello, is anybody there to help me today?", to=address)
    ticket = await world.ticket_of(written)
    token = await world.platform.service()

    async def missed() -> Json | None:
        now = await world.ticket(ticket["id"])
        promise = {p["metric"]: p for p in now["promises"]}.get("first_reply", {})
        return promise if promise.get("state") == "breached" else None

    promise: Json = await until("a missed promise", missed)
    clocks = await world.platform.get("sla", "/v1/clocks", token, ticket=ticket["id"])
    clock = next(one for one in clocks["items"] if one["metric"] == "first_reply")
    told = await world.platform.get("sla", "/v1/escalations", token, open="true")
    mine = [one for one in told["items"] if one["ticket"] == ticket["id"]]
    opened = datetime.fromisoformat(ticket["opened_at"])
    breached = datetime.fromisoformat(clock["breached_at"])

    assert promise["target_s"] == TARGET_S
    assert (breached - opened).total_seconds() == pytest.approx(TARGET_S, abs=0.01)
    assert mine
    assert ticket["tenant"] == tenant
