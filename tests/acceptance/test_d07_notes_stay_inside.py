"""D07: notes are seen by colleagues and never by the customer, in mail or on their page."""

import pytest

from meridian.demo.platform import RefusedError
from tests.acceptance.people import World, link_in

pytestmark = [pytest.mark.anyio, pytest.mark.stack, pytest.mark.xdist_group("stack")]

SECRET = "PSU in rack B14 swapped, customer must not read this"


async def test_d07_a_note_is_for_colleagues_only(world: World) -> None:
    written = await world.write("nordhost", "Hello, my server web-07 does not answer any more.")
    ticket, agent = await world.owned(written)
    token = await world.platform.person(agent.email)
    path = f"/v1/tickets/{ticket['id']}"

    await world.platform.send("POST", "intake", f"{path}/notes", {"text": SECRET}, token=token)
    await world.answer(ticket, agent, "Hello Alex, your server is back. Kind regards, support.")
    mails = await world.mails(written.sender, least=2)
    page = link_in(mails[0]).rpartition("/")[2]
    seen = await world.platform.get("intake", f"/v1/customer/{page}")
    inside = await world.ticket(ticket["id"], token)

    assert any(SECRET in message["text"] for message in inside["messages"])
    assert all(SECRET not in mail["text"] + (mail["html"] or "") for mail in mails)
    assert SECRET not in str(seen)


async def test_d07_a_client_person_does_not_read_notes_of_another_client(world: World) -> None:
    written = await world.write("nordhost", "Hello, my server web-09 does not answer any more.")
    ticket, _ = await world.owned(written)
    stranger = next(user for user in world.firm.client_users if user.tenant == "pagora")

    with pytest.raises(RefusedError) as refused:
        await world.ticket(ticket["id"], await world.platform.person(stranger.email))
    assert refused.value.status in (403, 404)
