"""The main job whole: a mail, its owner, its promise, its answer, solved, confirmed, closed."""

import pytest

from meridian.demo.platform import Json
from tests.acceptance.people import World, Written, link_in, until
from tests.acceptance.told import Told, told_of

pytestmark = [pytest.mark.anyio, pytest.mark.stack, pytest.mark.xdist_group("stack")]

QUESTION = "Guten Tag, unser Zertifikat ist seit heute abgelaufen. Können Sie es bitte erneuern?"
ANSWER = "Guten Tag, das Zertifikat ist erneuert und gilt bis zum nächsten Jahr."

LINES = [
    ["ticket.opened.v1", "ticket.classified.v1", "clock.started.v1", "clock.met.v1"],
    ["ticket.classified.v1", "assignment.offered.v1", "assignment.accepted.v1"],
    ["assignment.accepted.v1", "message.sent.v1", "ticket.solved.v1", "assignment.wrapped.v1"],
    ["ticket.solved.v1", "ticket.confirmed.v1", "ticket.closed.v1"],
]
"""What must follow on what; two lines are not ordered between each other."""


async def closed(world: World) -> tuple[Written, Json]:
    written = await world.write("nordhost", QUESTION)
    ticket, agent = await world.owned(written)
    await world.answer(ticket, agent, ANSWER, then="solve")
    mails = await world.mails(written.sender, least=3)
    link = link_in(mails[-1]).rpartition("/")[2]
    await world.platform.send("POST", "intake", f"/v1/customer/{link}/confirm", {})

    async def is_closed() -> Json | None:
        now = await world.ticket(ticket["id"])
        return now if now["state"] == "closed" else None

    return written, await until("its end", is_closed)


async def test_flow_a_mail_becomes_an_owned_measured_answered_closed_ticket(world: World) -> None:
    written, ticket = await closed(world)

    async def all_told() -> list[Told] | None:
        found = await told_of(world.platform.config.kafka_bootstrap, ticket["id"])
        types = {told.type for told in found}
        return found if types.issuperset(type_ for line in LINES for type_ in line) else None

    told: list[Told] = await until("every step of the flow on Kafka", all_told)
    first = {type_: one.at for one in reversed(told) for type_ in [one.type]}

    for line in LINES:
        assert [first[type_] for type_ in line] == sorted(first[type_] for type_ in line), line
    assert [one.type for one in told].count("ticket.opened.v1") == 1
    assert [one.type for one in told].count("assignment.accepted.v1") == 1
    assert [one.type for one in told].count("clock.breached.v1") == 0
    mails = await world.mails(written.sender)
    assert [ticket["reference"] in mail["subject"] + mail["text"] for mail in mails] == [True] * 3
    assert sum(ANSWER in mail["text"] for mail in mails) == 1


async def test_flow_the_answer_keeps_every_promise(world: World) -> None:
    _, ticket = await closed(world)
    token = await world.platform.service()

    async def judged() -> list[Json] | None:
        found = await world.platform.get("sla", "/v1/clocks", token, ticket=ticket["id"])
        return found["items"] if all(clock["ended_at"] for clock in found["items"]) else None

    clocks: list[Json] = await until("a verdict on each promise", judged)

    kept = {clock["metric"] for clock in clocks if clock["state"] == "met"}
    assert kept == {"first_reply", "resolution"}
    assert all(clock["ended_at"] < clock["due_at"] for clock in clocks if clock["due_at"])
