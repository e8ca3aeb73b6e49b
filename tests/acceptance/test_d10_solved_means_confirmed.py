"""D10: the customer is told when it is solved, confirms or reopens with one click, is thanked."""

import pytest

from meridian.demo.firm import Person
from meridian.demo.platform import Json
from tests.acceptance.people import World, Written, header, link_in, until

pytestmark = [pytest.mark.anyio, pytest.mark.stack, pytest.mark.xdist_group("stack")]


async def solved(world: World) -> tuple[Written, Json, Person, str]:
    written = await world.write("nordhost", "Hello, our certificate expired. Can you renew it?")
    ticket, agent = await world.owned(written)
    text = "Hello Alex, the certificate is renewed and valid until next year."
    await world.answer(ticket, agent, text, then="solve")
    mails = await world.mails(written.sender, least=3)
    link = link_in(mails[-1]).rpartition("/")[2]
    return written, ticket, agent, link


async def state_of(world: World, ticket: Json, wanted: str) -> Json:
    async def reached() -> Json | None:
        now = await world.ticket(ticket["id"])
        return now if now["state"] == wanted else None

    found: Json = await until(f"state {wanted}", reached)
    return found


async def test_d10_confirmed_with_one_click_it_is_closed(world: World) -> None:
    _, ticket, _, link = await solved(world)
    looked = await world.platform.get("intake", f"/v1/customer/{link}")

    await world.platform.send("POST", "intake", f"/v1/customer/{link}/confirm", {})

    assert looked["state"] == "solved"
    assert (await state_of(world, ticket, "closed"))["state"] == "closed"


async def test_d10_not_solved_with_one_click_it_is_open_again(world: World) -> None:
    _, ticket, agent, link = await solved(world)

    await world.platform.send("POST", "intake", f"/v1/customer/{link}/reopen", {})

    again = await state_of(world, ticket, "open")
    assert again["cycle"] == 2
    assert again["owner"]["id"] == str(agent.id)


async def test_d10_an_answer_to_the_solved_mail_opens_it_again(world: World) -> None:
    written, ticket, _, _ = await solved(world)
    last = (await world.mails(written.sender, least=3))[-1]

    await world.write(
        "nordhost",
        "No, the old certificate is still delivered on the second server.",
        sender=written.sender,
        reply_to=header(last, "Message-ID"),
    )

    again = await state_of(world, ticket, "open")
    assert len([m for m in again["messages"] if m["author_kind"] == "customer"]) == 2
