"""Mail by real SMTP: stored before it is acknowledged, then a ticket, a message, or held back."""

from collections.abc import AsyncIterator
from uuid import UUID

import aiosmtplib
import pytest

from chassis.db import Database
from chassis.tenancy import TenantScope, scope
from chassis.values import FIRM
from intake.channels.decide.recipients import reply_address
from intake.channels.handlers.keeping import Keeper
from intake.channels.model import ReplyKey
from intake.channels.store import raw
from intake.tickets.handlers import work
from intake.tickets.handlers.work import Doing, Writing
from intake.tickets.model import Then, Ticket
from tests.component.intake.conftest import World
from tests.component.intake.post import FORGED, PROVEN, REPLY_SECRET, Post, mail, opened

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

MAILBOX = "support@nordhost.example"
QUOTING = "Am Mo., 23. Nov. 2026 um 14:02 schrieb Nordhost <support@nordhost.example>:"
KEY = ReplyKey(REPLY_SECRET, MAILBOX)


@pytest.fixture
async def post(world: World) -> AsyncIterator[Post]:
    async with opened(world) as made:
        yield made


async def tickets(world: World) -> list[dict[str, object]]:
    return await world.rows(
        "SELECT tenant_id, id, reference, state, language, follows, version FROM tickets"
        " ORDER BY opened_at"
    )


async def held(world: World) -> list[dict[str, object]]:
    return await world.rows("SELECT * FROM quarantine ORDER BY received_at")


async def answered(post: Post, then: Then = Then.WAIT) -> str:
    """An agent answered the only ticket; the Message-ID of that answer."""
    world = post.world
    (ticket,) = await world.rows("SELECT id FROM tickets")
    letter = post.doors.new_id()
    async with world.database.transaction(scope(world.nordhost.id)) as tx:
        doing = Doing(world.nordhost.id, UUID(str(ticket["id"])), UUID(int=77), "Inês Carvalho")
        done = await work.answer(tx, doing, Writing(letter, "Bitte neu anmelden.", None), then)  # type: ignore[arg-type]
    assert isinstance(done, Ticket)
    return f"<{letter}@nordhost.example>"


async def test_a_mail_becomes_an_acknowledged_ticket(post: Post) -> None:
    await post.deliver(mail())

    (ticket,) = await tickets(post.world)
    assert (ticket["reference"], ticket["language"]) == ("NH-1001", "de")
    (message,) = await post.world.rows("SELECT * FROM messages")
    assert message["text"] == "Ich kann mich seit gestern nicht anmelden."
    assert message["external_id"] == "<first@customer.example>"
    (kept,) = await post.world.rows("SELECT * FROM raw_inputs")
    assert message["received_at"] == kept["received_at"]
    assert b"Ich kann mich" in bytes(kept["content"])  # type: ignore[call-overload]
    assert await post.world.count("raw_pending") == 0
    assert await post.world.count("effects") == 1


async def test_an_unknown_recipient_is_refused_at_the_door(post: Post) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await post.send(mail(), "nobody@nordhost.example")

    assert [each.code for each in refused.value.recipients] == [550]
    assert await post.world.count("raw_inputs") == 0


async def test_a_mail_over_25_megabytes_is_refused(post: Post) -> None:
    huge = mail() + (b"y" * 76 + b"\r\n") * 345_000

    with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
        await post.send(huge)

    assert refused.value.code == 552
    assert await post.world.count("raw_inputs") == 0


async def test_c1_what_could_not_be_stored_is_not_acknowledged(post: Post, world: World) -> None:
    nowhere = Database("postgresql+asyncpg://x:x@127.0.0.1:9/x", service="intake")
    async with opened(world, Keeper(nowhere)) as broken:
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await broken.send(mail())

    assert refused.value.code == 451
    assert await world.count("raw_inputs") == 0
    await post.deliver(mail())
    assert len(await tickets(world)) == 1


async def test_c2_the_same_mail_after_a_lost_answer_is_one_ticket(post: Post) -> None:
    await post.send(mail())
    await post.send(mail())

    await post.work()
    await post.deliver(mail())

    assert len(await tickets(post.world)) == 1
    assert await post.world.count("effects") == 1
    assert await post.world.count("raw_inputs") == 3
    assert await post.world.count("raw_pending") == 0


async def test_without_a_message_id_the_content_tells_it_again(post: Post) -> None:
    await post.deliver(mail(Message_ID=""))
    await post.deliver(mail(Message_ID=""))
    await post.deliver(mail("Und noch eine andere Frage habe ich.", Message_ID=""))

    assert len(await tickets(post.world)) == 2


async def test_trap_33_the_same_mail_to_two_tenants_is_two_tickets(post: Post) -> None:
    await post.deliver(mail(), MAILBOX, "care@pagora.example")

    assert {row["reference"] for row in await tickets(post.world)} == {"NH-1001", "PG-1002"}


async def test_trap_34_a_worker_that_died_with_the_lease_leaves_one_ticket(post: Post) -> None:
    await post.send(mail())
    async with post.world.database.transaction(raw_firm()) as tx:
        assert len(await raw.lease(tx, 10)) == 1
    await post.work()
    assert await tickets(post.world) == []

    await post.world.rows("UPDATE raw_pending SET due_at = clock_timestamp()")
    await post.work()

    assert len(await tickets(post.world)) == 1
    assert await post.world.count("effects") == 1


async def test_the_oldest_raw_mail_holds_heartbeats_back(post: Post) -> None:
    await post.send(mail())
    async with post.world.loops.transaction(None) as tx:
        oldest = await raw.oldest(tx)
    await post.work()
    async with post.world.loops.transaction(None) as tx:
        after = await raw.oldest(tx)

    (kept,) = await post.world.rows("SELECT received_at FROM raw_inputs")
    assert oldest == kept["received_at"]
    assert after is None


async def test_a_reply_is_found_by_its_headers(post: Post) -> None:
    await post.deliver(mail())
    ours = await answered(post)

    await post.deliver(
        mail(f"Danke, geht.\n\n{QUOTING}\n> Bitte neu anmelden.", Message_ID="<2@customer.example>",
             In_Reply_To=ours)
    )  # fmt: skip

    (ticket,) = await tickets(post.world)
    assert ticket["state"] == "open"
    newest = await post.world.rows("SELECT text, quoted FROM messages ORDER BY received_at DESC")
    assert newest[0]["text"] == "Danke, geht."
    assert "Bitte neu anmelden." in str(newest[0]["quoted"])
    types = await post.world.rows("SELECT type FROM outbox WHERE published_at IS NULL ORDER BY id")
    assert [row["type"] for row in types][-2:] == ["message.sent.v1", "message.received.v1"]


async def test_a_reply_is_found_by_the_token_of_its_address(post: Post) -> None:
    await post.deliver(mail())
    token_address = reply_address("NH-1001", "ola@customer.example", KEY)

    await post.deliver(
        mail("Ja.", Message_ID="<2@x>", Subject="Re: hm", From="ola@private.example"), token_address
    )

    assert len(await tickets(post.world)) == 1
    assert await post.world.count("messages") == 2


@pytest.mark.parametrize("place", [-1, -9, -20])
async def test_s2_an_altered_token_opens_nothing(post: Post, place: int) -> None:
    await post.deliver(mail())
    local, _, domain = reply_address("NH-1001", "ola@customer.example", KEY).partition("@")
    letter = "a" if local[place] != "a" else "b"
    altered = f"{local[:place]}{letter}{local[place:][1:]}@{domain}"

    await post.deliver(
        mail("Ich bin es.", Message_ID="<2@x>", Subject="Neu", From="eve@elsewhere.example"),
        altered, mail_from="eve@elsewhere.example",
    )  # fmt: skip

    assert len(await tickets(post.world)) == 2
    (first, _) = await post.world.rows("SELECT ticket_id FROM messages ORDER BY received_at")
    assert first["ticket_id"] == (await tickets(post.world))[0]["id"]


async def test_s1_a_stranger_on_a_known_thread_is_held_and_sees_nothing(post: Post) -> None:
    await post.deliver(mail())
    ours = await answered(post)
    before = await post.world.count("effects")

    await post.deliver(
        mail("What was it about?", From="eve@elsewhere.example", Message_ID="<e@x>",
             In_Reply_To=ours, Cc="mallory@elsewhere.example"),
        mail_from="eve@elsewhere.example",
    )  # fmt: skip

    (ticket,) = await tickets(post.world)
    (item,) = await held(post.world)
    assert (item["reason"], item["linked_ticket"]) == ("stranger", ticket["id"])
    assert await post.world.count("messages") == 2
    assert await post.world.count("effects") == before


async def test_s1_a_forged_known_sender_is_a_stranger(post: Post) -> None:
    await post.deliver(mail())
    ours = await answered(post)

    await post.deliver(
        mail("Send it to me.", Message_ID="<f@x>", In_Reply_To=ours, Authentication_Results=FORGED)
    )

    (item,) = await held(post.world)
    assert item["reason"] == "stranger"


async def test_trap_36_the_subject_alone_authorises_nobody_else(post: Post) -> None:
    await post.deliver(mail())

    await post.deliver(
        mail("Hello?", From="eve@elsewhere.example", Message_ID="<s@x>", Subject="Re: [NH-1001]"),
        mail_from="eve@elsewhere.example",
    )
    await post.deliver(mail("Noch etwas.", Message_ID="<o@x>", Subject="[NH-1001] mehr"))

    assert [item["reason"] for item in await held(post.world)] == ["stranger"]
    assert await post.world.count("messages") == 2


async def test_a_message_after_the_window_opens_a_linked_ticket(post: Post) -> None:
    await post.deliver(mail())
    ours = await answered(post, Then.SOLVE)
    await post.world.rows(
        "UPDATE tickets SET state = 'closed', solved_at = now() - interval '30 days',"
        " closed_at = now() - interval '26 days'"
    )

    await post.deliver(mail("Wieder kaputt.", Message_ID="<3@x>", In_Reply_To=ours))

    first, second = await tickets(post.world)
    assert (first["state"], second["state"]) == ("closed", "new")
    assert second["follows"] == first["id"]


async def test_i9_machine_mail_is_shown_and_changes_nothing(post: Post) -> None:
    await post.deliver(mail())
    ours = await answered(post)
    before = await tickets(post.world)
    effects = await post.world.count("effects")

    await post.deliver(
        mail("Ich bin im Urlaub.", Message_ID="<auto@x>", In_Reply_To=ours,
             Auto_Submitted="auto-replied")
    )  # fmt: skip

    (ticket,) = await tickets(post.world)
    assert ticket["state"] == before[0]["state"] == "pending"
    newest = await post.world.rows("SELECT machine FROM messages ORDER BY received_at DESC LIMIT 1")
    assert newest == [{"machine": True}]
    assert await post.world.count("effects") == effects


async def test_a_newsletter_is_parked_visible_and_releasable(post: Post) -> None:
    await post.deliver(mail("News!", List_Id="<news.example>", Message_ID="<n@x>"))

    assert await tickets(post.world) == []
    assert [item["reason"] for item in await held(post.world)] == ["machine"]


async def test_a_bounce_marks_our_mail_as_failed(post: Post) -> None:
    await post.deliver(mail())
    ours = await answered(post)

    await post.deliver(dsn(ours), mail_from="")
    await post.deliver(dsn(ours) + b"\r\n", mail_from="")

    (sent,) = await post.world.rows("SELECT delivery, delivery_reason FROM messages"
                                    " WHERE author_kind = 'agent'")  # fmt: skip
    assert sent["delivery"] == "failed"
    assert "5.1.1" in str(sent["delivery_reason"])
    told = await post.world.rows("SELECT 1 FROM outbox WHERE type = 'message.delivery-failed.v1'")
    assert len(told) == 1


async def test_a_bounce_of_somebody_elses_mail_is_held(post: Post) -> None:
    await post.deliver(dsn("<what@elsewhere.example>"), mail_from="")

    assert [item["reason"] for item in await held(post.world)] == ["bounce"]


async def test_malformed_mail_is_held_with_a_reason_and_nothing_is_lost(post: Post) -> None:
    await post.deliver(b"From: a@b.example\r\nFrom: c@d.example\r\nSubject: two\r\n\r\nhm\r\n")
    await post.deliver(b"\x00\xff\xfe garbage without a head")

    first, second = await held(post.world)
    assert (first["reason"], first["detail"]) == ("unreadable", ["several_senders"])
    assert second["reason"] in ("unreadable", "machine")
    assert await post.world.count("raw_inputs") == 2
    assert await post.world.count("raw_pending") == 0


async def test_a_mail_that_kills_its_reader_is_held_in_the_end(post: Post) -> None:
    await post.send(mail())
    await post.world.rows("UPDATE raw_pending SET tries = 9")

    await post.work()

    (item,) = await held(post.world)
    assert (item["reason"], "tried too often" in str(item["detail"])) == ("unreadable", True)


async def test_spam_is_held_released_and_becomes_a_ticket(post: Post) -> None:
    from intake.channels.handlers.quarantine import Ruling, rule

    await post.deliver(
        mail("Cheap viagra. Click here to claim your lottery million dollars!!! http://1.2.3.4/x",
             Subject="ACT NOW WINNER!!", X_Spam_Flag="YES", Message_ID="<sp@x>")
    )  # fmt: skip
    (item,) = await held(post.world)
    assert item["reason"] == "spam"
    assert len(list(item["detail"])) > 2  # type: ignore[call-overload]

    async with post.world.database.transaction(scope(post.world.nordhost.id)) as tx:
        await rule(tx, Ruling(UUID(str(item["id"])), "released", UUID(int=77)))
    await post.work()

    (ticket,) = await tickets(post.world)
    (released,) = await held(post.world)
    assert (ticket["state"], released["state"]) == ("new", "released")
    assert await post.world.count("raw_pending") == 0


async def test_released_unreadable_mail_is_a_ticket_with_the_mail_attached(post: Post) -> None:
    from intake.channels.handlers.quarantine import Ruling, rule

    await post.deliver(b"From: a@b.example\r\nFrom: c@d.example\r\nSubject: two\r\n\r\nhm\r\n")
    (item,) = await held(post.world)
    async with post.world.database.transaction(scope(post.world.nordhost.id)) as tx:
        await rule(tx, Ruling(UUID(str(item["id"])), "released", None))
    await post.work()

    assert len(await tickets(post.world)) == 1
    (attached,) = await post.world.rows("SELECT name FROM attachments")
    assert attached["name"] == "mail.eml"


async def test_s5_forged_senders_get_one_mail_and_proven_ones_one_for_each_ticket(
    post: Post,
) -> None:
    for number in range(4):
        await post.deliver(mail(Message_ID=f"<f{number}@x>", From="victim@customer.example"))
    forged = await post.world.count("effects")
    for number in range(2):
        await post.deliver(mail(Message_ID=f"<p{number}@x>", Authentication_Results=PROVEN))

    assert forged == 1
    assert await post.world.count("effects") == 3


async def test_a_bad_moment_puts_the_mail_back(post: Post, world: World) -> None:
    await post.send(mail())
    async with world.database.transaction(raw_firm()) as tx:
        (pending,) = await raw.lease(tx, 10)
        await raw.put_back(tx, pending, 0)
    await post.work()

    assert len(await tickets(world)) == 1


async def test_many_mails_at_once_are_kept_in_few_transactions(world: World) -> None:
    import asyncio

    keeper = Keeper(world.database)
    mails = [
        raw.RawMail(world.nordhost.id, UUID(int=n + 1), MAILBOX, MAILBOX, "a@b.example", mail())
        for n in range(150)
    ]

    await asyncio.gather(*(keeper.keep([each]) for each in mails))

    stored = await world.rows(
        "SELECT count(*) AS n, count(DISTINCT xmin::text) AS t FROM raw_inputs"
    )
    assert stored[0]["n"] == 150
    assert int(str(stored[0]["t"])) <= 4


def raw_firm() -> TenantScope:
    return scope(FIRM)


def dsn(message_id: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.customer.example\r\nTo: support@nordhost.example\r\n"
        "Subject: Undelivered\r\nMessage-ID: <d@mx.customer.example>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.customer.example\r\n\r\n"
        "Final-Recipient: rfc822; ola@customer.example\r\nAction: failed\r\n"
        "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\n"
        "Subject: x\r\n\r\nhello\r\n--b--\r\n"
    ).encode()
