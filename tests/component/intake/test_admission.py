"""Contacts become tickets: once, whole, inside their tenant's walls."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from chassis.tenancy import scope
from intake.admission.decide import decide_budget
from intake.admission.handlers import ContactRefusedError, Door, DoorFullError
from intake.admission.model import Admitted, Status
from intake.customers.model import Identity, IdentityKind
from intake.tickets.model import Attachment
from tests.component.intake.conftest import World
from tests.unit.intake.contacts import a_contact

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

SECRET = b"s" * 32


async def test_one_contact_is_one_transaction_of_all_its_rows(world: World) -> None:
    contact = a_contact(
        acknowledgement=decide_budget("a@b.example", "api", proven=False, secret=SECRET),
        attachments=(Attachment(UUID(int=9), "plan.txt", "text/plain", b"hello"),),
    )

    admitted = await Door(world.database).admit(contact)

    assert admitted.status is Status.NEW
    assert admitted.reference == "NH-1001"
    events = await world.rows(
        "SELECT type, version FROM outbox WHERE published_at IS NULL ORDER BY id"
    )
    assert [(row["type"], row["version"]) for row in events] == [
        ("customer.known.v1", 1),
        ("ticket.opened.v1", 1),
        ("message.received.v1", 2),
        ("ticket.classified.v1", 3),
    ]
    (ticket,) = await world.rows("SELECT * FROM tickets")
    assert (ticket["language"], ticket["damage"], ticket["priority"]) == ("de", "blocked", "high")
    assert (ticket["plan"], ticket["version"], ticket["state"]) == ("free", 3, "new")
    (effect,) = await world.rows("SELECT key, due_at - created_at AS wait FROM effects")
    assert effect["key"] == f"acknowledgement:{admitted.ticket}:1"
    assert timedelta(seconds=4.9) < effect["wait"] < timedelta(seconds=5.1)  # type: ignore[operator]
    for table in ("raw_inputs", "messages", "attachments", "customers", "contact_keys"):
        assert await world.count(table) == 1, table


async def test_the_same_contact_again_is_the_same_ticket(world: World) -> None:
    door, contact = Door(world.database), a_contact()

    first = await door.admit(contact)
    again = await door.admit(contact)
    other = await door.admit(replace(contact, sha=b"another"))

    assert again == Admitted(Status.REPLAY, first.ticket, first.reference)
    assert other == Admitted(Status.CLASH, first.ticket, first.reference)
    assert await world.count("tickets") == 1


async def test_trap_33_the_same_key_at_two_tenants_is_two_tickets(world: World) -> None:
    door, contact = Door(world.database), a_contact()

    here = await door.admit(contact)
    there = await door.admit(
        replace(contact, tenant=world.pagora, brand=world.pagora.brands[0], raw_id=UUID(int=7))
    )

    assert (here.status, there.status) == (Status.NEW, Status.NEW)
    assert here.ticket != there.ticket
    assert await world.count("customers") == 2


async def test_a_storm_of_the_same_contacts_is_one_ticket_each(world: World) -> None:
    doors = [Door(world.database), Door(world.database)]
    sender = Identity(IdentityKind.MAIL, "hot@customer.example")
    contacts = [a_contact(sender=sender) for _ in range(30)] + [a_contact() for _ in range(30)]

    answers = await asyncio.gather(
        *(doors[n % 2].admit(contact) for contact in contacts for n in range(3))
    )

    statuses = [answer.status for answer in answers]
    assert statuses.count(Status.NEW) == 60
    assert statuses.count(Status.REPLAY) == 120
    assert await world.count("tickets") == 60
    assert await world.count("customers") == 31


async def test_a_bad_contact_fails_alone(world: World) -> None:
    door = Door(world.database)
    good = [a_contact() for _ in range(4)]
    taken = replace(a_contact(), raw_id=good[0].raw_id)
    unstorable = a_contact("half a \x00 text")

    answers = await asyncio.gather(
        *(door.admit(contact) for contact in (*good, taken, unstorable)), return_exceptions=True
    )

    assert [type(answer) for answer in answers[:4]] == [Admitted] * 4
    assert all(isinstance(answer, ContactRefusedError) for answer in answers[4:])
    assert await world.count("tickets") == 4
    assert await world.count("contact_keys") == 4


async def test_a_known_customer_keeps_plan_and_language(world: World) -> None:
    door, contact = Door(world.database), a_contact()
    await door.admit(contact)
    await world.rows("UPDATE customers SET plan = 'business', version = 2")

    await door.admit(a_contact("ok thx", sender=contact.sender))

    newest = await world.rows("SELECT plan, language FROM tickets ORDER BY opened_at DESC LIMIT 1")
    assert newest == [{"plan": "business", "language": "de"}]
    known = await world.rows("SELECT type FROM outbox WHERE type LIKE 'customer%'")
    assert len(known) == 1


async def test_s5_ten_forged_requests_are_answered_once(world: World) -> None:
    door = Door(world.database)
    victim = Identity(IdentityKind.MAIL, "victim@customer.example")
    budget = decide_budget(victim.address, "any", proven=False, secret=SECRET)

    tenants = [world.nordhost, world.pagora]
    for n in range(10):
        contact = a_contact(sender=victim, acknowledgement=budget, tenant=tenants[n % 2])
        await door.admit(contact)

    assert await world.count("tickets") == 10
    assert await world.count("effects") == 1


async def test_a_proven_sender_is_answered_for_each_ticket_until_it_looks_like_a_loop(
    world: World,
) -> None:
    door = Door(world.database)
    sender = Identity(IdentityKind.MAIL, "robot@customer.example")
    budget = decide_budget(sender.address, "support@nordhost.example", proven=True, secret=SECRET)

    for _ in range(5):
        await door.admit(a_contact(sender=sender, acknowledgement=budget))

    assert await world.count("effects") == 2


async def test_the_daily_budget_is_counted_over_any_24_hours(world: World) -> None:
    async def take() -> bool:
        (row,) = await world.rows("SELECT take_auto_mail('\\x01', '1 hour', '1 day', 5) AS taken")
        return bool(row["taken"])

    async def pass_time(hours: int) -> None:
        await world.rows(
            "UPDATE auto_mail_budget SET sent_at ="
            f" (SELECT array_agg(t - interval '{hours} hours') FROM unnest(sent_at) AS t)"
        )

    taken = []
    for _ in range(30):
        taken.append(await take())
        await pass_time(1)

    assert sum(taken[:24]) == 5
    assert sum(taken) == 10


async def test_a_full_queue_sends_away_and_keeps_what_it_has(world: World) -> None:
    import intake.admission.handlers as handlers

    door = Door(world.database)
    crowd = [asyncio.ensure_future(door.admit(a_contact())) for _ in range(60)]
    await asyncio.sleep(0)
    door._queue.extend([door._queue[-1]] * (handlers.LONGEST_QUEUE - door.waiting))

    with pytest.raises(DoorFullError):
        await door.admit(a_contact())

    answers = await asyncio.gather(*crowd)
    assert {answer.status for answer in answers} == {Status.NEW}


async def test_a_ticket_is_unseen_from_another_tenant(world: World) -> None:
    from intake.tickets.store import tickets

    admitted = await Door(world.database).admit(a_contact())
    assert admitted.ticket

    async with world.database.transaction(scope(world.pagora.id)) as tx:
        assert await tickets.ticket(tx, world.nordhost.id, admitted.ticket) is None
    async with world.database.transaction(scope(world.nordhost.id)) as tx:
        assert await tickets.ticket(tx, world.nordhost.id, admitted.ticket) is not None


async def test_the_walls_stand(world: World) -> None:
    from chassis.testing.walls import Exceptions, violations

    allowed = Exceptions(loops_windows=frozenset({"raw_pending"}))

    assert await violations(world.made.superuser_dsn, "intake", allowed) == []
