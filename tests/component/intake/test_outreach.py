"""What other services have us tell: once, at a decent hour, seen on the ticket, answered once."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import pytest

from chassis.clock import SystemClock
from chassis.delivery import SilentMetrics
from chassis.links import Links
from chassis.telemetry import Telemetry
from chassis.tenancy import scope
from chassis.testing.desk import Desk
from chassis.testing.events import meta, new_id, raw
from chassis.testing.suites.delivery import DeliverySuite, Told, Trial
from chassis.values import FIRM
from contracts import catalog
from contracts.catalog import Topic
from contracts.outreach import OutreachRequestedV1
from intake.admission.handlers import Door
from intake.metrics import Metrics
from intake.outreach import consumers
from intake.outreach.handlers import question_waits
from intake.tenants import handlers as tenants
from intake.tickets.handlers import customer
from intake.tickets.model import Then
from intake.tickets.translate import ticket_link
from tests.component.intake import house as houses
from tests.component.intake.conftest import World
from tests.component.intake.offices import LINKS, Office, an_office, subject_of, text_of
from tests.component.intake.post import mail
from tests.unit.intake.contacts import NORDHOST, PAGORA, a_contact, a_tenant, another_tenant

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

TENANTS = (NORDHOST, PAGORA)
SURVEY = UUID(int=900)
METRICS = Metrics(Telemetry("intake"))


def asked(about: UUID | None, named: str = "survey", **changes: Any) -> OutreachRequestedV1:
    values: dict[str, Any] = {
        "ticket": about,
        "template": named,
        "values": {"survey": str(SURVEY)},
        "dedup_key": f"{named}:1",
        "respects_quiet_hours": False,
    }
    return OutreachRequestedV1(**{**values, **changes})


def request(
    data: OutreachRequestedV1, tenant: UUID = NORDHOST, topic: Topic = catalog.FEEDBACK_OUTREACH
) -> Told:
    about = meta("outreach.requested.v1", new_id(), 1, tenant=tenant, source=topic.producer)
    return Told(topic, about, data)


async def tell(world: World, *told: Told) -> None:
    desk = Desk(world.database, consumers.subscription(METRICS), SilentMetrics())
    for each in told:
        await desk.take(raw(each.meta, each.data), topic=each.topic)


async def answers(world: World) -> list[tuple[str, dict[str, Any]]]:
    rows = await world.rows(
        "SELECT type, payload FROM outbox WHERE topic = 'intake.outreach.v1' ORDER BY id"
    )
    return [(str(row["type"]), json.loads(bytes(row["payload"]))) for row in rows]  # type: ignore[call-overload]


@pytest.fixture
async def office(world: World) -> AsyncIterator[Office]:
    async with an_office(world) as office:
        yield office


@pytest.fixture
async def solved(office: Office) -> UUID:
    """A ticket of Ola's that was answered and solved; nothing waits, nothing is in the box."""
    await office.post.deliver(mail())
    await office.answer("Done.", Then.SOLVE)
    await office.leave()
    office.sink.got.clear()
    return (await office.doing()).ticket


class TestRequests(DeliverySuite):
    @pytest.fixture
    async def trial(self, world: World) -> Trial:
        """A ticket of each client company, and one question about it."""
        tickets: dict[UUID, UUID] = {}
        door = Door(world.database)
        for tenant in (a_tenant(), another_tenant()):
            admitted = await door.admit(a_contact(tenant=tenant))
            assert admitted.ticket is not None
            tickets[tenant.id] = admitted.ticket

        def story(tenant: UUID) -> Sequence[Told]:
            return [request(asked(tickets[tenant], "remedy_in_review", values={}), tenant)]

        return Trial(
            made=world.made,
            subscription=consumers.subscription(METRICS),
            tenants=TENANTS,
            story=story,
        )


async def test_a_question_leaves_in_the_tickets_language_with_one_link_for_the_customer_only(
    office: Office, solved: UUID
) -> None:
    await tell(office.world, request(asked(solved)))
    await office.leave()

    (letter,) = office.sink.got
    links = [word for word in text_of(letter).split() if word.startswith("https://")]
    claims = Links(LINKS, clock=SystemClock()).read("survey", links[0].rpartition("/s/")[2])
    assert len(links) == 1
    assert claims == {"t": str(NORDHOST), "s": str(SURVEY)}
    assert "Wie zufrieden" in text_of(letter)
    assert "NH-1001" in subject_of(letter)
    assert letter["In-Reply-To"] == "<first@customer.example>"
    (kept,) = await office.world.rows(
        "SELECT author_kind, public, delivery, text FROM messages WHERE kind = 'survey'"
    )
    text = str(kept.pop("text"))
    assert "Wie zufrieden" in text
    assert "https" not in text
    assert kept == {"author_kind": "system", "public": True, "delivery": "sent"}


async def test_it_is_answered_once_when_it_has_left(office: Office, solved: UUID) -> None:
    asked_for = request(asked(solved))
    await tell(office.world, asked_for)
    assert await answers(office.world) == []

    await office.leave()
    await office.leave()

    ((type_, told),) = await answers(office.world)
    assert type_ == "outreach.delivered.v1"
    assert told.pop("at")
    assert told == {
        "requested_by": "feedback",
        "dedup_key": "survey:1",
        "template": "survey",
        "ticket": str(solved),
    }
    (headers,) = await office.world.rows(
        "SELECT headers->>'ce_causationid' AS cause FROM outbox WHERE topic = 'intake.outreach.v1'"
    )
    assert headers["cause"] == str(asked_for.meta.id)


async def test_the_same_request_again_is_one_mail_ever(office: Office, solved: UUID) -> None:
    await tell(office.world, request(asked(solved)), request(asked(solved)))
    await office.leave()
    await tell(office.world, request(asked(solved)))
    await office.leave()

    assert len(office.sink.got) == 1
    assert len(await answers(office.world)) == 1


async def test_another_services_key_of_the_same_name_is_another_request(
    office: Office, solved: UUID
) -> None:
    about = asked(solved, "remedy_in_review", values={})

    await tell(office.world, request(about), request(about, topic=catalog.BILLING_OUTREACH))
    await office.leave()

    assert len(office.sink.got) == 2


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"template": "horoscope"}, "unknown_template"),
        ({"values": {}}, "values_unfit"),
        ({"ticket": new_id()}, "ticket_gone"),
        ({"ticket": None}, "ticket_gone"),
    ],
)
async def test_what_cannot_be_told_is_answered_with_the_reason(
    office: Office, solved: UUID, changes: dict[str, Any], why: str
) -> None:
    await tell(office.world, request(asked(solved, **changes)))
    await office.leave()

    ((type_, told),) = await answers(office.world)
    assert (type_, told["reason"]) == ("outreach.failed.v1", why)
    assert office.sink.got == []
    assert await office.world.count("parked_events") == 0


async def test_another_clients_ticket_is_gone_like_any_other(office: Office, solved: UUID) -> None:
    await tell(office.world, request(asked(solved), tenant=PAGORA))
    await office.leave()

    ((_, told),) = await answers(office.world)
    assert told["reason"] == "ticket_gone"
    assert office.sink.got == []


async def test_who_has_no_address_is_not_written_to(office: Office, solved: UUID) -> None:
    await office.world.rows("DELETE FROM customer_identities")

    await tell(office.world, request(asked(solved)))

    ((_, told),) = await answers(office.world)
    assert told["reason"] == "no_address"


async def test_a_customer_is_reached_through_their_newest_ticket(
    office: Office, solved: UUID
) -> None:
    (row,) = await office.world.rows("SELECT customer_id FROM tickets")
    about = asked(None, "followup_contact", values={}, customer=row["customer_id"])

    await tell(office.world, request(about))
    await office.leave()

    assert "NH-1001" in subject_of(office.sink.got[0])


async def test_at_night_it_waits_for_the_customers_morning(office: Office, solved: UUID) -> None:
    await _always_quiet(office)

    await tell(office.world, request(asked(solved, respects_quiet_hours=True)))
    await office.effects.sweep()

    assert office.sink.got == []
    (held,) = await office.world.rows(
        "SELECT e.due_at > clock_timestamp() AS held, e.due_at = o.leaves_at AS known"
        " FROM effects e JOIN outreaches o ON o.id = e.id"
    )
    assert held == {"held": True, "known": True}

    await office.leave()
    assert len(office.sink.got) == 1


async def test_decision_23_a_ticket_does_not_close_while_its_question_waits(
    office: Office, solved: UUID
) -> None:
    await _always_quiet(office)
    await tell(office.world, request(asked(solved, respects_quiet_hours=True)))
    await office.world.rows("UPDATE timers SET due_at = due_at - interval '97 hours'")

    await office.timers.sweep()
    waiting = await office.world.rows("SELECT state FROM tickets")
    await office.leave()
    await office.world.rows("UPDATE timers SET due_at = due_at - interval '2 hours'")
    await office.timers.sweep()

    assert waiting == [{"state": "solved"}]
    assert await office.world.rows("SELECT state FROM tickets") == [{"state": "closed"}]
    async with office.world.database.transaction(scope(NORDHOST)) as tx:
        assert not await question_waits(tx, NORDHOST, solved)


async def test_decision_23_a_reopened_ticket_is_not_asked_about(
    office: Office, solved: UUID
) -> None:
    await tell(office.world, request(asked(solved)))
    async with office.world.database.transaction(scope(NORDHOST)) as tx:
        await customer.reopen(tx, NORDHOST, solved)
    await office.leave()

    ((type_, told),) = await answers(office.world)
    assert (type_, told["reason"]) == ("outreach.failed.v1", "overtaken")
    assert all("Wie waren wir" not in subject_of(letter) for letter in office.sink.got)
    assert await office.world.rows("SELECT 1 FROM messages WHERE kind = 'survey'") == []


async def test_a_restart_between_commit_and_sending_loses_nothing_and_sends_once(
    office: Office, solved: UUID, world: World
) -> None:
    await tell(world, request(asked(solved)))
    office.sink.drop_after_data = True
    await office.leave()

    async with an_office(world) as later:
        later.performer._port = office.sink.port
        await later.leave()
        await later.leave()

    assert len({letter["Message-ID"] for letter in office.sink.got}) == 1
    assert [type_ for type_, _ in await answers(world)] == ["outreach.delivered.v1"]


async def test_a_mailbox_that_is_gone_is_a_failed_delivery_shown_to_colleagues(
    office: Office, solved: UUID
) -> None:
    office.sink.refuse = "550 5.1.1 no such user ola@customer.example"
    await tell(office.world, request(asked(solved)))
    await office.leave()

    ((type_, told),) = await answers(office.world)
    assert (type_, told["reason"]) == ("outreach.failed.v1", "undeliverable")
    (kept,) = await office.world.rows("SELECT delivery FROM messages WHERE kind = 'survey'")
    assert kept == {"delivery": "failed"}
    lost = await office.world.rows("SELECT 1 FROM outbox WHERE type = 'message.delivery-failed.v1'")
    assert len(lost) == 1


async def test_d66_each_letter_can_be_answered_and_an_out_of_office_changes_nothing(
    office: Office, solved: UUID
) -> None:
    await tell(office.world, request(asked(solved)))
    await office.leave()
    (letter,) = office.sink.got
    back = {"In_Reply_To": letter["Message-ID"], "Subject": "Re: x"}

    await office.post.deliver(
        mail("I am away.", Message_ID="<a@x>", Auto_Submitted="auto-replied", **back)
    )
    machine = await office.world.rows("SELECT state FROM tickets")
    await office.post.deliver(mail("Noch etwas.", Message_ID="<b@x>", **back))

    assert "no-reply" not in letter.as_string().lower()
    assert "+nh-1001-" in letter["Reply-To"]
    assert machine == [{"state": "solved"}]
    assert await office.world.rows("SELECT state, cycle FROM tickets") == [
        {"state": "open", "cycle": 2}
    ]


async def test_a_refusal_says_why_what_instead_and_where_people_are(
    office: Office, solved: UUID
) -> None:
    values = {
        "reason": "outside_policy",
        "alternative_kind": "goodwill",
        "alternative_amount_minor": "1250",
        "currency": "EUR",
    }
    about = asked(solved, "remedy_refused", values=values)

    await tell(office.world, request(about, topic=catalog.BILLING_OUTREACH))
    await office.leave()

    text = text_of(office.sink.got[0])
    assert "Der Grund: Es geht über das hinaus" in text
    assert "12,50\xa0€ aus Kulanz" in text
    assert "/t/" in text


async def test_colleagues_see_what_was_told_and_customers_see_the_letter(world: World) -> None:
    async with houses.opened(world) as house:
        ticket = await house.contact()
        await tell(
            world,
            request(asked(ticket, "remedy_in_review", values={})),
            request(asked(ticket, "horoscope")),
        )
        whole = await house.got("ines", f"/v1/tickets/{ticket}")
        link = ticket_link(house.kit.links, "https://x", NORDHOST, ticket)
        page = await house.got(None, f"/v1/customer/{link.rpartition('/')[2]}")

    assert [(each["template"], each["state"], each["why"]) for each in whole["outreach"]] == [
        ("remedy_in_review", "waiting", None),
        ("horoscope", "failed", "unknown_template"),
    ]
    assert "outreach" not in page


async def test_the_letter_is_on_the_customers_page(office: Office, solved: UUID) -> None:
    await tell(office.world, request(asked(solved)))
    await office.leave()

    async with houses.opened(office.world) as house:
        link = ticket_link(house.kit.links, "https://x", NORDHOST, solved)
        page = await house.got(None, f"/v1/customer/{link.rpartition('/')[2]}")

    assert "Wie zufrieden" in page["messages"][-1]["text"]


async def _always_quiet(office: Office) -> None:
    """Quiet hours that are now, whatever the time: from this hour to the one before."""
    (row,) = await office.world.rows(
        "SELECT extract(hour FROM clock_timestamp() AT TIME ZONE c.zone)::int AS hour"
        " FROM customers c"
    )
    hour = int(str(row["hour"]))
    async with office.world.database.transaction(scope(NORDHOST, FIRM)) as tx:
        await tenants.configure(tx, a_tenant(quiet_from=hour, quiet_until=(hour + 23) % 24))
