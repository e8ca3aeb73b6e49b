"""D08: by a signed link, without an account: state, due time, messages, who has it."""

import pytest

from meridian.demo.platform import RefusedError
from tests.acceptance.people import World, link_in

pytestmark = [pytest.mark.anyio, pytest.mark.stack, pytest.mark.xdist_group("stack")]


async def test_d08_the_link_in_the_acknowledgement_shows_the_whole_ticket(world: World) -> None:
    written = await world.write("nordhost", "Hello, since today our mail queue is stuck. Help!")
    ticket, agent = await world.owned(written)
    await world.answer(ticket, agent, "Hello Alex, we are looking at the queue right now.")
    mails = await world.mails(written.sender, least=2)
    token = link_in(mails[0]).rpartition("/")[2]

    seen = await world.platform.get("intake", f"/v1/customer/{token}")

    assert seen["reference"] == ticket["reference"]
    assert seen["messages"][0]["from_customer"]
    assert "we are looking at the queue" in seen["messages"][-1]["text"]
    assert seen["owner_first_name"] == agent.name.split()[0]
    assert seen["state"] == "pending"


async def test_d08_a_forged_link_shows_nothing(world: World) -> None:
    written = await world.write("nordhost", "Hello, since today our backups fail. Please help.")
    token = link_in((await world.mails(written.sender))[0]).rpartition("/")[2]
    forged = token[:-2] + ("aa" if token[-2:] != "aa" else "bb")

    with pytest.raises(RefusedError) as refused:
        await world.platform.get("intake", f"/v1/customer/{forged}")
    assert refused.value.status == 404
