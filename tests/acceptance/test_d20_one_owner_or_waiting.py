"""D20: every ticket has exactly one owner or is visibly waiting; assignment is automatic."""

import asyncio

import pytest

from tests.acceptance.people import World

pytestmark = [pytest.mark.anyio, pytest.mark.stack, pytest.mark.xdist_group("stack")]


async def test_d20_twenty_at_once_each_get_one_owner_on_shift(world: World) -> None:
    texts = [f"Hello, server web-{n:02} is slow since this morning." for n in range(20)]
    written = await asyncio.gather(*(world.write("nordhost", text) for text in texts))

    owned = await asyncio.gather(*(world.owned(one) for one in written))

    token = await world.platform.service()
    for ticket, agent in owned:
        place = await world.platform.get("routing", f"/v1/work/{ticket['id']}", token)
        assert place["owner"] == str(agent.id)
        assert "nordhost" in agent.tenants
        assert place["decision"]["chosen"] == str(agent.id)


async def test_d20_nobody_holds_more_than_they_can(world: World) -> None:
    lead = world.lead("nordhost")
    board = await world.platform.get(
        "routing", "/v1/board", await world.platform.person(lead.email)
    )

    assert board["people"]
    assert all(0 <= person["units"] <= person["capacity"] for person in board["people"])


async def test_d20_what_nobody_can_take_waits_visibly_on_the_board(world: World) -> None:
    """Klingon is served by nobody: the ticket takes the client's default language or waits."""
    written = await world.write("nordhost", "nuqneH jIQongqu' DaH mu'meywIj yIlaD Qapla' batlh")
    ticket = await world.ticket_of(written)
    token = await world.platform.service()
    place = await world.platform.get("routing", f"/v1/work/{ticket['id']}", token)

    assert place["owner"] or place["waiting_since"]
