"""Work enters, is offered, owned and let go: on a real database, with one matcher."""

from datetime import timedelta

import pytest

from chassis.tenancy import scope
from chassis.testing.events import meta
from chassis.values import TenantId
from contracts.customer import CustomerErasedV1
from contracts.envelope import Event
from contracts.vocabulary import Cefr, Channel, Presence, Priority, TicketState
from routing.matching import consumers
from routing.matching.model import work_id
from routing.matching.store import queue
from routing.people.model import Duty, Meter
from tests.component.routing.world import NOW, World, chat
from tests.unit.routing.build import NORDHOST, PAGORA, staff_id

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

HOUR = timedelta(hours=1)


async def test_a_mail_is_queued_offered_and_accepted_by_itself(world: World) -> None:
    ines = await world.join("ines")
    ticket = await world.ticket("server down")

    await world.sweep()

    assert await world.owner(ticket) == ines.id
    assert await world.told(work_id(ticket)) == [
        "assignment.queued",
        "assignment.offered",
        "assignment.accepted",
    ]
    assert (await world.person("ines")).units == 30


async def test_without_anybody_on_shift_it_waits_visibly_and_nobody_is_chosen(
    world: World,
) -> None:
    await world.join("ines", until=None)
    ticket = await world.ticket("at night")

    await world.sweep()

    work = await world.work(ticket)
    assert (work["state"], work["owner"]) == ("waiting", None)
    assert await world.reservations(ticket) == []


async def test_the_matcher_settles_nothing_for_a_client_it_has_not_heard_of(world: World) -> None:
    stranger = TenantId(staff_id("a client nobody configured"))
    await world.join("ines", tenants=[stranger])
    ticket = await world.ticket("early", tenant=stranger)

    await world.sweep()

    assert (await world.work(ticket))["state"] == "waiting"


async def test_nobody_gets_work_of_a_client_they_may_not_work_for(world: World) -> None:
    await world.join("ines", tenants=[NORDHOST])
    ticket = await world.ticket("payment", tenant=PAGORA)

    await world.sweep()

    assert await world.owner(ticket) is None


async def test_urgent_work_goes_first_then_the_longest_waiting(world: World) -> None:
    old = await world.ticket("old", opened_at=NOW - HOUR)
    new = await world.ticket("new", opened_at=NOW)
    urgent = await world.ticket("urgent", opened_at=NOW, priority=Priority.URGENT)
    await world.join("ines", capacity={Meter.MAIL: 2})

    await world.sweep()

    assert await world.owner(urgent)
    assert await world.owner(old)
    assert await world.owner(new) is None


async def test_a_freed_unit_pulls_the_oldest_at_once(world: World) -> None:
    ines = await world.join("ines", capacity={Meter.MAIL: 1})
    held = await world.ticket("held")
    await world.sweep()
    young = await world.ticket("young", opened_at=NOW + HOUR)
    old = await world.ticket("old", opened_at=NOW)

    await world.ticket("held", state=TicketState.SOLVED)
    await world.sweep()

    assert await world.owner(held) is None
    assert await world.owner(old) == ines.id
    assert await world.owner(young) is None
    assert (await world.told(work_id(held)))[-1] == "assignment.wrapped"


async def test_a_kind_nobody_can_take_does_not_hide_the_others(world: World) -> None:
    for number in range(22):
        await world.ticket(f"japanese {number}", language="ja", priority=Priority.URGENT)
    german = await world.ticket("german", priority=Priority.LOW)

    async with world.loops.transaction(None) as tx:
        seen = await queue.waiting(tx, NOW, limit=22)

    assert [item.work for item in seen][-1] == work_id(german)
    assert len(seen) == 21


async def test_a_chat_is_offered_and_waits_for_the_persons_answer(world: World) -> None:
    ines = await world.join("ines")
    ticket = await world.ticket("chat", **chat())

    await world.sweep()

    (offer,) = await world.reservations(ticket)
    assert (offer["state"], offer["person"]) == ("pending", ines.id)
    assert offer["expires_at"] == NOW + timedelta(seconds=20)
    assert (await world.work(ticket))["state"] == "offered"


async def test_trap_23_a_missed_offer_frees_its_units_and_passes_the_person_over(
    world: World,
) -> None:
    await world.join("ines")
    ticket = await world.ticket("chat", **chat())
    await world.sweep()

    await world.pass_time(timedelta(seconds=20))

    work = await world.work(ticket)
    assert (work["state"], work["waiting_since"]) == ("waiting", NOW)
    assert (await world.person("ines")).units == 0
    (offer,) = await world.reservations(ticket)
    assert (offer["state"], offer["units"]) == ("timed_out", 0)


async def test_trap_23_two_missed_offers_in_a_row_make_the_person_away(world: World) -> None:
    await world.join("ines")
    for word in ("one", "two"):
        await world.ticket(word, **chat())
        await world.sweep()
        await world.pass_time(timedelta(seconds=20))

    ines = await world.person("ines")

    assert (ines.presence, ines.presence_reason) == (Presence.AWAY, "missed offers")
    assert (await world.told(ines.id))[-1] == "person.presence-changed"


async def test_a_missed_offer_goes_to_the_next(world: World) -> None:
    await world.join("ines")
    await world.join("omar")
    ticket = await world.ticket("chat", **chat())
    await world.sweep()

    await world.pass_time(timedelta(seconds=20))

    first, second = await world.reservations(ticket)
    assert {first["person"], second["person"]} == {staff_id("ines"), staff_id("omar")}
    assert second["state"] == "pending"


async def test_work_in_the_customers_hands_holds_a_quarter(world: World) -> None:
    await world.join("ines")
    ticket = await world.ticket("mail")
    await world.sweep()

    await world.ticket("mail", state=TicketState.PENDING)
    await world.sweep()
    assert (await world.person("ines")).units == 8

    await world.ticket("mail", state=TicketState.OPEN)
    await world.sweep()
    assert (await world.person("ines")).units == 30
    assert await world.owner(ticket) == staff_id("ines")


async def test_trap_f4_work_taken_up_again_over_a_full_load_is_recorded(world: World) -> None:
    await world.join("ines", capacity={Meter.MAIL: 1})
    first = await world.ticket("first")
    await world.sweep()
    await world.ticket("first", state=TicketState.PENDING)
    await world.sweep()
    await world.rows("UPDATE people SET capacity = '{\"mail\": 2}'")
    await world.ticket("second")
    await world.sweep()
    assert (await world.person("ines")).units == 90

    await world.ticket("first", state=TicketState.OPEN)
    await world.sweep()

    (held,) = await world.reservations(first)
    assert held["over_capacity"] == "regained"
    assert (await world.person("ines")).units == 180
    recorded = await world.rows("SELECT * FROM load_changes WHERE over_capacity")
    assert [row["cause"] for row in recorded] == ["taken up again"]


async def test_a_reopened_ticket_goes_back_to_its_owner_on_shift(world: World) -> None:
    ines = await world.join("ines")
    ticket = await world.ticket("mail")
    await world.sweep()
    await world.ticket("mail", state=TicketState.SOLVED)
    await world.sweep()
    await world.join("omar")

    await world.ticket("mail", state=TicketState.OPEN)
    await world.sweep()

    assert await world.owner(ticket) == ines.id
    assert (await world.told(work_id(ticket)))[-2:] == [
        "assignment.wrapped",
        "assignment.accepted",
    ]


async def test_a_reopened_ticket_of_somebody_off_shift_waits_in_its_old_place(
    world: World,
) -> None:
    await world.join("ines")
    ticket = await world.ticket("mail")
    await world.sweep()
    await world.ticket("mail", state=TicketState.SOLVED)
    await world.sweep()
    await world.roster("ines", Duty())

    await world.ticket("mail", state=TicketState.OPEN)
    await world.sweep()

    work = await world.work(ticket)
    assert (work["state"], work["waiting_since"]) == ("waiting", NOW)


@pytest.mark.parametrize("state", [TicketState.CLOSED, TicketState.SPAM, TicketState.MERGED])
async def test_a_ticket_that_ends_otherwise_is_released(world: World, state: TicketState) -> None:
    await world.join("ines")
    ticket = await world.ticket("mail")
    await world.sweep()

    await world.ticket("mail", state=state)
    await world.sweep()

    assert (await world.told(work_id(ticket)))[-1] == "assignment.released"
    assert (await world.work(ticket))["state"] == "done"
    assert (await world.person("ines")).units == 0


async def test_a_waiting_ticket_that_is_spam_leaves_the_queue_quietly(world: World) -> None:
    ticket = await world.ticket("mail")

    await world.ticket("mail", state=TicketState.SPAM)
    await world.sweep()

    assert (await world.work(ticket))["state"] == "done"
    assert await world.told(work_id(ticket)) == ["assignment.queued"]


async def test_an_offer_of_a_ticket_solved_meanwhile_is_taken_back(world: World) -> None:
    await world.join("ines")
    ticket = await world.ticket("chat", **chat())
    await world.sweep()

    await world.ticket("chat", **chat(state=TicketState.SOLVED))
    await world.sweep()

    assert (await world.told(work_id(ticket)))[-1] == "assignment.rescinded"
    assert (await world.person("ines")).units == 0


async def test_trap_28_at_the_end_of_a_shift_live_work_goes_back_and_mail_stays(
    world: World,
) -> None:
    await world.join("ines", until=NOW + HOUR, back=NOW + 24 * HOUR)
    mail = await world.ticket("mail")
    due = await world.ticket("mail that is due")
    pending = await world.ticket("chat", **chat(channel=Channel.CHAT))
    await world.clock(due, timedelta(hours=3))
    await world.sweep()

    world.now = NOW + HOUR
    await world.roster("ines", Duty(until=None, back=NOW + 24 * HOUR))
    await world.pass_time(timedelta())

    assert await world.owner(mail) == staff_id("ines")
    assert (await world.work(due))["state"] == "waiting"
    assert (await world.work(due))["last_owner"] == staff_id("ines")
    assert (await world.work(pending))["state"] == "waiting"
    told = await world.told(work_id(due))
    assert told[3:5] == ["assignment.released", "assignment.queued"]


async def test_a_promise_made_to_somebody_off_shift_brings_the_work_back(world: World) -> None:
    await world.join("ines", back=NOW + 24 * HOUR)
    ticket = await world.ticket("mail")
    await world.sweep()
    await world.roster("ines", Duty(until=None, back=NOW + 24 * HOUR))
    await world.pass_time(timedelta())
    assert await world.owner(ticket) == staff_id("ines")

    await world.clock(ticket, 2 * HOUR)
    await world.sweep()

    assert (await world.work(ticket))["state"] == "waiting"


async def test_no_new_work_in_the_last_minutes_of_a_shift(world: World) -> None:
    await world.join("ines", until=NOW + timedelta(minutes=9))
    ticket = await world.ticket("mail")

    await world.sweep()

    assert await world.owner(ticket) is None


async def test_the_customers_last_owner_gets_the_next_ticket_too(world: World) -> None:
    ines = await world.join("ines")
    customer = staff_id("a customer")
    await world.ticket("first", customer=customer)
    await world.sweep()
    await world.join("omar")

    second = await world.ticket("second", customer=customer)
    await world.sweep()

    assert await world.owner(second) == ines.id


async def test_needs_relax_by_timer_and_the_lead_is_told_when_stuck(world: World) -> None:
    await world.join("ines", languages={"de": Cefr.B1})
    ticket = await world.ticket("mail")
    await world.clock(ticket, HOUR)
    await world.sweep()

    await world.pass_time(timedelta(seconds=120))
    assert (await world.told(work_id(ticket)))[-1] == "assignment.relaxed"

    await world.pass_time(timedelta(minutes=43))
    told = await world.told(work_id(ticket))
    assert told[-2:] == ["assignment.relaxed", "assignment.stuck"]
    (event,) = await world.rows(
        "SELECT convert_from(payload, 'UTF8')::jsonb ->> 'reasons' AS reasons FROM outbox "
        "WHERE type = 'assignment.stuck.v1'"
    )
    assert event["reasons"] == '["1 language below the level needed"]'


async def test_the_lead_is_told_once(world: World) -> None:
    ticket = await world.ticket("mail")

    await world.pass_time(timedelta(minutes=16))
    await world.sweep()

    assert (await world.told(work_id(ticket))).count("assignment.stuck") == 1


async def test_the_decision_says_why_and_names_no_other_clients_work(world: World) -> None:
    ines, _ = await world.join("ines"), await world.join("omar")
    other = await world.ticket("secret of pagora", tenant=PAGORA)
    ticket = await world.ticket("mail")

    await world.sweep()

    (decision,) = await world.rows("SELECT * FROM decisions WHERE work = $1", work_id(ticket))
    assert decision["chosen"] in (ines.id, staff_id("omar"))
    assert "idle for less time" in decision["refused"]
    assert str(other) not in decision["inputs"]
    assert str(PAGORA) not in decision["inputs"]


async def test_a_customer_to_be_forgotten_leaves_no_link(world: World) -> None:
    customer = staff_id("a customer")
    ticket = await world.ticket("mail", customer=customer)

    event = Event(meta("customer.erased.v1", customer, 2, tenant=NORDHOST), CustomerErasedV1())
    async with world.database.transaction(scope(NORDHOST)) as tx:
        await consumers.on_customer_erased(event, tx, NOW)

    assert (await world.work(ticket))["customer"] is None
