"""What leaves to customers, by a real SMTP server on the other side."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.clock import SystemClock
from chassis.effects import Done, Effect, Failed
from chassis.tenancy import scope
from contracts.sla_clock import ClockFacts
from contracts.vocabulary import ClockState, Metric
from intake.replies.translate import MAIL
from intake.tickets.handlers import customer, others, work
from intake.tickets.handlers.work import Writing
from intake.tickets.model import Then
from tests.component.intake.conftest import World
from tests.component.intake.offices import Office, an_office, subject_of, text_of
from tests.component.intake.post import mail

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


@pytest.fixture
async def office(world: World) -> AsyncIterator[Office]:
    async with an_office(world) as office:
        yield office


def clock_facts(ticket: UUID, due_at: datetime, **changes: Any) -> ClockFacts:
    values: dict[str, Any] = {
        "ticket": ticket, "metric": Metric.FIRST_REPLY, "cycle": 1, "contract": UUID(int=1),
        "contract_version": 1, "calendar_version": 1, "target_s": 3600, "elapsed_s": 0,
        "started_at": SystemClock().now(), "due_at": due_at, "state": ClockState.RUNNING,
        "at": SystemClock().now(),
    }  # fmt: skip
    return ClockFacts(**{**values, **changes})


async def test_the_acknowledgement_waits_for_the_due_time_and_names_it_in_the_customers_zone(
    office: Office,
) -> None:
    await office.post.deliver(mail())
    assert await office.effects.sweep() == 0
    who = await office.doing()
    due = datetime(2031, 11, 24, 13, 30, tzinfo=UTC)

    async with office.world.database.transaction(scope(who.tenant)) as tx:
        facts = clock_facts(who.ticket, due)
        await others.note_promise(tx, who.tenant, UUID(int=5), facts)
        await others.let_acknowledgement_go(tx, who.tenant, facts)
    await office.effects.sweep()

    (letter,) = office.sink.got
    assert "Montag, 24. November 2031, 14:30 (GMT+1)" in text_of(letter)
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["In-Reply-To"] == "<first@customer.example>"
    assert "Anmeldung" not in subject_of(letter) + text_of(letter)
    assert "no-reply" not in letter.as_string().lower()
    (stored,) = await office.world.rows(
        "SELECT kind, delivery FROM messages WHERE kind <> 'contact'"
    )
    assert stored == {"kind": "acknowledgement", "delivery": "sent"}


async def test_without_a_due_time_the_acknowledgement_goes_after_five_seconds(
    office: Office,
) -> None:
    await office.post.deliver(mail())
    (held,) = await office.world.rows("SELECT due_at - created_at AS wait FROM effects")

    await office.leave()

    assert held["wait"] > timedelta(seconds=4.9)  # type: ignore[operator]
    assert len(office.sink.got) == 1
    assert "NH-1001" in subject_of(office.sink.got[0])


async def test_an_answer_leaves_signed_quoting_and_is_answerable(office: Office) -> None:
    await office.post.deliver(mail())
    await office.leave()

    await office.answer("Please sign in again.")
    await office.leave()

    answer = office.sink.got[-1]
    assert subject_of(answer) == "Re: Anmeldung [NH-1001]"
    assert "Inês\nNordhost Support" in text_of(answer)
    assert "> Ich kann mich seit gestern nicht anmelden." in text_of(answer)
    assert answer["Auto-Submitted"] is None
    assert "+nh-1001-" in answer["Reply-To"]

    await office.post.deliver(
        mail("Danke!", Message_ID="<2@x>", In_Reply_To=answer["Message-ID"], Subject="Re: x")
    )
    (ticket,) = await office.world.rows("SELECT state FROM tickets")
    assert ticket["state"] == "open"


async def test_d07_a_note_never_leaves(office: Office) -> None:
    await office.post.deliver(mail())
    await office.leave()
    who = await office.doing()

    async with office.world.database.transaction(scope(who.tenant)) as tx:
        await work.note(tx, who, Writing(office.post.doors.new_id(), "Angry again.", None))  # type: ignore[arg-type]
    await office.answer("Hello.")
    await office.leave()

    assert "Angry again." not in "".join(text_of(letter) for letter in office.sink.got)


async def test_d10_solved_asks_reminds_and_closes(office: Office) -> None:
    await office.post.deliver(mail())
    await office.leave()

    await office.answer("Done.", Then.SOLVE)
    await office.leave()
    await office.hours_pass(49)
    await office.hours_pass(48)

    kinds = await office.world.rows(
        "SELECT kind FROM messages WHERE author_kind <> 'customer' ORDER BY received_at"
    )
    assert [row["kind"] for row in kinds] == [
        "acknowledgement", "reply", "solved", "reminder", "closed",
    ]  # fmt: skip
    (ticket,) = await office.world.rows("SELECT state FROM tickets")
    assert ticket["state"] == "closed"
    types = [row["type"] for row in await office.world.rows("SELECT type FROM outbox ORDER BY id")]
    assert types[-2:] == ["ticket.solved.v1", "ticket.closed.v1"]
    assert await office.world.count("timers") == 0


async def test_confirming_ends_the_deadlines(office: Office) -> None:
    await office.post.deliver(mail())
    await office.answer("Done.", Then.SOLVE)
    who = await office.doing()

    async with office.world.database.transaction(scope(who.tenant)) as tx:
        await customer.confirm(tx, who.tenant, who.ticket)

    assert await office.world.count("timers") == 0
    types = [row["type"] for row in await office.world.rows("SELECT type FROM outbox ORDER BY id")]
    assert types[-2:] == ["ticket.confirmed.v1", "ticket.closed.v1"]


async def test_a_mail_after_solved_reopens_in_silence(office: Office) -> None:
    await office.post.deliver(mail())
    await office.answer("Done.", Then.SOLVE)
    await office.leave()
    letters = len(office.sink.got)
    solved = next(each for each in office.sink.got if "gelöst" in subject_of(each).lower())

    await office.post.deliver(mail("Nein.", Message_ID="<3@x>", In_Reply_To=solved["Message-ID"]))
    await office.leave()

    (ticket,) = await office.world.rows("SELECT state, cycle FROM tickets")
    assert ticket == {"state": "open", "cycle": 2}
    assert len(office.sink.got) == letters
    assert await office.world.count("timers") == 0


async def test_a_permanent_refusal_is_a_failed_delivery(office: Office) -> None:
    await office.post.deliver(mail())
    await office.leave()
    office.sink.refuse = "550 5.1.1 no such user"

    await office.answer("Hello.")
    await office.leave()

    (sent,) = await office.world.rows("SELECT delivery FROM messages WHERE kind = 'reply'")
    assert sent["delivery"] == "failed"
    told = await office.world.rows("SELECT 1 FROM outbox WHERE type = 'message.delivery-failed.v1'")
    assert len(told) == 1


async def test_a_passing_refusal_is_tried_again(office: Office) -> None:
    await office.post.deliver(mail())
    office.sink.refuse = "451 later"
    await office.leave()
    office.sink.refuse = ""
    await office.leave()

    (effect,) = await office.world.rows("SELECT state, attempts FROM effects")
    assert effect == {"state": "done", "attempts": 2}


async def test_a_server_that_is_down_loses_nothing(office: Office) -> None:
    await office.post.deliver(mail())
    office.performer._port = 1

    await office.leave()
    office.performer._port = office.sink.port
    await office.leave()

    assert len(office.sink.got) == 1


async def test_c10_an_unknown_outcome_is_sent_once_more_with_the_same_id(office: Office) -> None:
    await office.post.deliver(mail())
    office.sink.drop_after_data = True

    await office.leave()
    (unknown,) = await office.world.rows("SELECT state FROM effects")
    await office.leave()
    await office.leave()

    assert unknown["state"] == "unknown"
    (done,) = await office.world.rows("SELECT state FROM effects")
    assert done["state"] == "done"
    assert len({letter["Message-ID"] for letter in office.sink.got}) == 1
    assert len(office.sink.got) == 2


async def test_c10_twice_unknown_is_never_sent_a_third_time(office: Office) -> None:
    effect = Effect(UUID(int=1), UUID(int=2), MAIL, "k", attempts=2)

    outcome = await office.performer.look_up(effect)

    assert outcome == Failed("nobody knows whether it left, twice")
    assert not isinstance(outcome, Done)


async def test_trap_35_two_of_our_mailboxes_fall_silent(office: Office) -> None:
    """Nordhost's mailbox writes to Pagora's: whatever leaves is delivered back to us."""
    start = mail(
        "Is anybody there today?", From="support@nordhost.example", To="care@pagora.example"
    )
    await office.post.deliver(start, "care@pagora.example", mail_from="support@nordhost.example")
    exchanged = 0
    for _ in range(6):
        await office.leave()
        letters, office.sink.got = office.sink.got, []
        exchanged += len(letters)
        for letter in letters:
            await office.post.deliver(letter.as_bytes(), letter["To"], mail_from=letter["Reply-To"])

    assert exchanged <= 2
    assert office.sink.got == []


async def test_s15_a_hostile_subject_reaches_no_header(office: Office) -> None:
    await office.post.deliver(
        mail().replace(
            b"Subject: Anmeldung", b"Subject: =?utf-8?q?hi=0D=0ABcc=3A_victim=40x=2Eexample?="
        )
    )
    await office.answer("Hello.")
    await office.leave()

    for letter in office.sink.got:
        assert letter["Bcc"] is None
