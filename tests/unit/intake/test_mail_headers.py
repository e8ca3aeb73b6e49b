"""Headers of strangers: words decoded, senders found, dates and ids where they are some."""

from datetime import UTC, datetime

import pytest

from intake.channels.model import Address, Why
from tests.unit.intake.mails import raw, read, refused


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe_aus_Wien?=", "Grüße aus Wien"),
        ("=?UTF-8?B?R3LDvMOf?= =?UTF-8?B?ZQ==?=", "Grüße"),
        ("=?utf-8?b?w4?= =?utf-8?b?nA==?=", "Ü"),
        ("=?iso-2022-jp?b?GyRCOjRGIxsoQiAbJEI3ckJAGyhC?=", "佐藤 健太"),
        ("=?koi8-r?q?=F0=D2?= =?utf-8?q?_ok?=", "Пр ok"),
        ("before =?utf-8*en?q?in?= after", "before in after"),
        ("=?utf-8?q?broken", "=?utf-8?q?broken"),
        ("=?utf-8?b?####?=", ""),
        ("=?utf-8?b?YWJj!ZA?=", "abcd"),
        ("=?utf-8?q??=", ""),
        ("=?x-none?q?a=DFb?=", "aßb"),
        ("Gr\udcc3\udcbc\udcc3\udc9fe", "Grüße"),
        ("Gr\udcfc\udcdfe", "Grüße"),
        ("a\tb  c", "a b c"),
        ("=?utf-8?q?a=0D=0ABcc:_x=40y?=", "a Bcc: x@y"),
        ("=?utf-8?q?=E2=80=AEgnp.exe?=", "gnp.exe"),
    ],
)
def test_subjects_are_one_visible_line(header: str, text: str) -> None:
    assert read(raw(f"Subject: {header}")).subject == text


def test_folded_and_8_bit_headers_are_unfolded_and_read() -> None:
    mail = read(raw("Subject: one\r\n  two\r\n\tthree", "X-Other : spaced"))

    assert mail.subject == "one two three"
    assert mail.header("x-other") == "spaced"
    assert mail.header("x-absent") == ""
    assert mail.has("x-other")
    assert not mail.has("x-absent")


@pytest.mark.parametrize(
    ("header", "address", "name"),
    [
        ("kai@x.test", "kai@x.test", ""),
        ("Kai Ode <Kai@X.Test>", "kai@x.test", "Kai Ode"),
        ('"Ode, Kai" <kai@x.test>', "kai@x.test", "Ode, Kai"),
        (r'"Kai \"K\" Ode" <kai@x.test>', "kai@x.test", 'Kai "K" Ode'),
        ("kai@x.test (Kai Ode)", "kai@x.test", ""),
        ("Kai (the (nested) one) <kai@x.test>", "kai@x.test", "Kai"),
        ("=?utf-8?q?J=C3=BCrgen?= <j@x.test>", "j@x.test", "Jürgen"),
        ("=?utf-8?q?a_=3Cboss=40bank.test=3E?= <j@x.test>", "j@x.test", "a <boss@bank.test>"),
        ("=?utf-8?q?Foo_(Bar)?= <j@x.test>", "j@x.test", "Foo (Bar)"),
        ("Team: Kai <kai@x.test>;", "kai@x.test", "Kai"),
        ("Kai <kai@bücher.test>", "kai@xn--bcher-kva.test", "Kai"),
        ("Kai = Ode <kai@x.test>", "kai@x.test", "Kai = Ode"),
        ("Kai\x02 <kai@x.test>", "kai@x.test", "Kai"),
    ],
)
def test_the_sender_is_found_before_any_name_is_decoded(
    header: str, address: str, name: str
) -> None:
    assert read(raw(sender=header)).sender == Address(address, name)


@pytest.mark.parametrize(
    "header",
    [
        "kai@x.test)boss@bank.test",
        "Kai",
        "<>",
        "kai@",
        "@x.test",
        "ka i@x.test",
        "Kai <kai@x..test>",
        f"{'k' * 70}@x.test",
        f"kai@{'x' * 260}.test",
        "kai@[192.0.2.1]",
        "кай@x.test",
        "kai@b\u200b.test",
        "kai@" + "ü" * 63 + ".test",
        "Kai <kai@x.test",
    ],
)
def test_a_mail_without_a_usable_sender_waits_for_a_person(header: str) -> None:
    assert refused(raw(sender=header)).why is Why.NO_SENDER


@pytest.mark.parametrize(
    "headers",
    [("From: other@x.test",), ("from: kai@customer.test",)],
)
def test_a_second_sender_is_never_chosen_from(headers: tuple[str, ...]) -> None:
    assert refused(raw(*headers)).why is Why.SEVERAL_SENDERS


def test_two_mailboxes_in_one_from_are_two_senders() -> None:
    assert refused(raw(sender="a@x.test, b@x.test")).why is Why.SEVERAL_SENDERS


def test_a_machine_without_sender_can_still_be_read() -> None:
    mail = read(raw(sender="MAILER-DAEMON"), mail_from="")

    assert mail.sender == Address("")


def test_recipients_ids_and_dates_are_collected() -> None:
    mail = read(
        raw(
            "To: a@x.test, B <b@x.test>",
            "To: c@x.test",
            "Cc: undisclosed:;",
            "Reply-To: answers@x.test",
            "Message-ID: <one@x.test> extra",
            "In-Reply-To: Your mail of Monday <two@x.test>",
            "References: <three@x.test>\r\n <two@x.test>",
            "Date: Mon, 23 Nov 2026 15:07:00 +0100",
        )
    )

    assert [each.address for each in mail.to] == ["a@x.test", "b@x.test", "c@x.test"]
    assert mail.cc == ()
    assert mail.reply_to == (Address("answers@x.test"),)
    assert mail.message_id == "<one@x.test>"
    assert mail.in_reply_to == ("<two@x.test>",)
    assert mail.references == ("<three@x.test>", "<two@x.test>")
    assert mail.date == datetime(2026, 11, 23, 14, 7, tzinfo=UTC)
    assert mail.sender.domain == "customer.test"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Mon, 23 Nov 2026 15:07:00 -0000", datetime(2026, 11, 23, 15, 7, tzinfo=UTC)),
        ("yesterday", None),
        ("Mon, 99 Nov 2026 15:07:00 +0100", None),
        ("Fri, 31 Dec 9999 23:00:00 -1400", None),
        ("", None),
    ],
)
def test_a_date_is_shown_only_where_it_is_one(text: str, date: datetime | None) -> None:
    assert read(raw(f"Date: {text}")).date == date


def test_a_long_list_of_recipients_and_references_is_bounded() -> None:
    many = ", ".join(f"a{number}@x.test" for number in range(500))
    ids = " ".join(f"<{number}@x.test>" for number in range(200))

    mail = read(raw(f"To: {many}", f"References: {ids}"))

    assert len(mail.to) == 200
    assert len(mail.references) == 50
    assert mail.references[0] == "<0@x.test>"
    assert mail.references[-1] == "<199@x.test>"


def test_our_internal_headers_do_not_come_from_outside() -> None:
    mail = read(raw("X-Meridian-Agent: 1", "X-Meridian: 2", "X-Mailer: mine"))

    assert [name for name, _ in mail.headers] == ["from", "x-mailer"]
