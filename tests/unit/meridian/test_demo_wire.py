"""The bytes of the demo's mails are what mail programs send, and they read back as written."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr

import pytest

from meridian.demo.contact import Contact
from meridian.demo.content import load_contacts
from meridian.demo.quoting import Quoted, attribution
from meridian.demo.reading import ContentError
from meridian.demo.wire import follow_up_mime, mime

CONTACTS = {contact.key: contact for contact in load_contacts()}
MAILS = [c for c in CONTACTS.values() if c.channel == "mail" and not c.same_message_as]
COMPOSED = [contact for contact in MAILS if not contact.raw]
FOLLOWED = [contact for contact in MAILS if contact.follow_up]
MONDAY = datetime(2026, 11, 23, 14, 7, tzinfo=UTC)


def header(message: Message, name: str) -> str:
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", str(message[name]))
    return str(make_header(decode_header(unfolded)))


def part(message: Message, content_type: str) -> Message:
    return next(p for p in message.walk() if p.get_content_type() == content_type)


def text_of(message: Message, content_type: str) -> str:
    found = part(message, content_type)
    data = found.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode(str(found.get_content_charset())).replace("\r\n", "\n")


def quoted(contact: Contact, at: datetime = MONDAY) -> Quoted:
    assert contact.answer
    return Quoted(
        message_id="<answer@brightline.example>",
        references=("<first@customer.test>",),
        name="Support",
        address=contact.to,
        to=f"{contact.sender.name} <{contact.sender.address}>",
        subject=f"Re: {contact.subject}",
        text=contact.answer.signed_by("Omar"),
        at=at,
    )


def follow_up_of(contact: Contact) -> Message:
    assert contact.follow_up
    wire = follow_up_mime(
        contact, contact.follow_up, quoted(contact), message_id="<next@c.test>", date=MONDAY
    )
    return message_from_bytes(wire)


@pytest.mark.parametrize("contact", MAILS, ids=lambda c: c.key)
def test_wire_lines_end_in_crlf_and_stay_under_the_limit(contact: Contact) -> None:
    wire = mime(contact, "<one@customer.test>", date=MONDAY)

    lines = wire.split(b"\r\n")

    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\r" not in wire.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 998
    assert wire.endswith(b"\r\n")


@pytest.mark.parametrize(("letter", "charset"), [("a", "utf-8"), ("ж", "windows-1251")])
def test_overlong_lines_are_encoded_and_still_read_back(letter: str, charset: str) -> None:
    contact = replace(CONTACTS["nh-savchenko-ssl"], body=letter * 1500, charset=charset)

    wire = mime(contact, "<one@customer.test>")

    assert max(map(len, wire.split(b"\r\n"))) <= 998
    assert text_of(message_from_bytes(wire), "text/plain") == contact.body + "\n"


@pytest.mark.parametrize("contact", COMPOSED, ids=lambda c: c.key)
def test_mail_reads_back_as_written(contact: Contact) -> None:
    message = message_from_bytes(mime(contact, "<one@customer.test>", date=MONDAY))

    name, address = parseaddr(str(message["From"]))
    kind = "text/html" if contact.html_only else "text/plain"

    assert header(message, "Subject") == contact.subject
    assert (str(make_header(decode_header(name))), address) == (
        contact.sender.name,
        contact.sender.address,
    )
    assert message["To"] == contact.to
    assert message["Message-ID"] == "<one@customer.test>"
    assert message["Date"] == "Mon, 23 Nov 2026 14:07:00 +0000"
    written = contact.body_html if contact.html_only else contact.body
    assert text_of(message, kind).strip() == written.strip()
    assert part(message, kind).get_content_charset() == contact.charset
    assert [defect for p in message.walk() for defect in p.defects] == []


@pytest.mark.parametrize("contact", COMPOSED, ids=lambda c: c.key)
def test_headers_are_pure_ascii_without_empty_folds(contact: Contact) -> None:
    head, _, _ = mime(contact, "<one@customer.test>").partition(b"\r\n\r\n")

    words = re.findall(rb"=\?[^?]+\?[bq]\?[^?]*\?=", head, re.IGNORECASE)

    assert head.isascii()
    assert b": \r\n" not in head
    assert max(map(len, words), default=0) <= 75


@pytest.mark.parametrize("contact", [c for c in COMPOSED if c.attachments], ids=lambda c: c.key)
def test_attachments_keep_name_type_and_bytes(contact: Contact) -> None:
    message = message_from_bytes(mime(contact, "<one@customer.test>"))

    parts = [p for p in message.walk() if p.get_content_disposition() == "attachment"]
    found = [(p.get_filename(), p.get_content_type(), p.get_payload(decode=True)) for p in parts]

    assert found == [(a.name, a.type, a.data) for a in contact.attachments]


def test_japanese_mails_come_in_old_japanese_encodings() -> None:
    seven_bit = mime(CONTACTS["nh-takahashi-dns"], "<one@customer.test>")
    shift_jis = mime(CONTACTS["cf-sato-items"], "<two@customer.test>")

    assert seven_bit.isascii()
    assert b"\x1b$B" in seven_bit
    assert b"Subject: =?iso-2022-jp?" in seven_bit
    assert b'charset="shift_jis"' in shift_jis


def test_cyrillic_mails_are_eight_bit_in_their_own_charsets() -> None:
    windows = mime(CONTACTS["nh-savchenko-ssl"], "<one@customer.test>")
    koi8 = mime(CONTACTS["nh-bondarenko-oplata"], "<two@customer.test>")

    assert "Доброго дня".encode("windows-1251") in windows
    assert "Вітаю".encode("koi8-u") in koi8


def test_html_only_mail_has_no_plain_part() -> None:
    message = message_from_bytes(mime(CONTACTS["pg-alotaibi-terminal"], "<one@customer.test>"))

    assert message.get_content_type() == "text/html"


def test_duplicate_is_the_same_mail_to_the_byte() -> None:
    first, again = CONTACTS["cf-sato-items"], CONTACTS["cf-sato-again"]

    assert mime(first, "<one@customer.test>") == mime(again, "<one@customer.test>")
    assert again.same_message_as == first.key


def test_bounce_is_a_delivery_report_about_our_answer() -> None:
    bounce = CONTACTS["ll-garcia-bounce"]

    message = message_from_bytes(mime(bounce, "<dsn@mx.test>", "<answer@brightline.example>"))

    assert bounce.envelope_from == ""
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    assert message["Message-ID"] == "<dsn@mx.test>"
    blocks = part(message, "message/delivery-status").get_payload()
    assert isinstance(blocks, list)
    assert "failed" in [block["Action"] for block in blocks if isinstance(block, Message)]
    assert "<answer@brightline.example>" in str(part(message, "text/rfc822-headers").get_payload())


def test_auto_replies_say_that_they_are_and_have_no_return_path() -> None:
    automatic = [c for c in MAILS if c.expect.kind == "auto_reply"]

    messages = [message_from_bytes(mime(c, "<a@c.test>", "<answer@b.test>")) for c in automatic]

    assert [c.envelope_from for c in automatic] == ["", ""]
    assert {str(m["Auto-Submitted"]) for m in messages} == {"auto-replied"}
    assert {str(m["In-Reply-To"]) for m in messages} == {"<answer@b.test>"}


def test_malformed_mail_really_is() -> None:
    wire = mime(CONTACTS["bh-malformed-mime"], "<broken@scanner.test>")

    message = message_from_bytes(wire)

    assert message.defects
    with pytest.raises(UnicodeDecodeError):
        wire.decode("utf-8")


def test_refuses_to_build_a_mail_for_a_web_form() -> None:
    with pytest.raises(ValueError, match="comes by web, not by mail"):
        mime(CONTACTS["nh-reyes-php"], "<one@customer.test>")


@pytest.mark.parametrize("contact", FOLLOWED, ids=lambda c: c.key)
def test_follow_up_threads_and_quotes_the_answer(contact: Contact) -> None:
    assert contact.follow_up
    assert contact.answer
    message = follow_up_of(contact)

    text = text_of(message, "text/plain")

    assert message["In-Reply-To"] == "<answer@brightline.example>"
    assert message["References"] == "<first@customer.test> <answer@brightline.example>"
    assert header(message, "Subject").endswith(f": {contact.subject}")
    assert text.startswith(contact.follow_up.body)
    mark = "" if contact.follow_up.client == "outlook" else "> "
    for line in filter(None, contact.answer.signed_by("Omar").splitlines()):
        assert f"\n{mark}{line}".rstrip() in text


def test_gmail_follow_up_brings_its_html_twin() -> None:
    message = follow_up_of(CONTACTS["tt-levi-hazmana"])

    html = text_of(message, "text/html")

    assert message.get_content_type() == "multipart/alternative"
    assert html.startswith('<div dir="rtl">')
    assert 'class="gmail_quote"' in html


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("nh-brandt-web07", "Gesendet: Montag, 23. November 2026 14:07"),
        ("nh-delacroix-facture", "Envoyé : lundi 23 novembre 2026 14:07"),
        ("bh-andersson-skruvar", "Skickat: den 23 november 2026 14:07"),
        ("bh-hoffmann-tischbein", "Am 23.11.2026 um 14:07 schrieb Support"),
        ("cf-sato-items", "2026/11/23 14:07、Support"),
        ("cf-figueiredo-reembolso", "Em seg., 23 de nov. de 2026 às 14:07, Support"),
        ("pg-alharbi-frozen", "في الاثنين، 23 نوفمبر 2026 في 2:07 م تمت كتابة"),
        ("cf-brookes-banned", "On Mon, Nov 23, 2026 at 2:07\u202fPM Support"),
        ("tt-bakker-camper", "Op ma 23 nov 2026 om 14:07 schreef Support"),
    ],
)
def test_attribution_is_written_as_the_mail_program_writes_it(key: str, line: str) -> None:
    contact = CONTACTS[key]
    assert contact.follow_up

    head = attribution(contact.follow_up.client, contact.language, quoted(contact))

    assert line in head


def test_midnight_is_twelve_on_a_twelve_hour_clock() -> None:
    contact = CONTACTS["cf-brookes-banned"]
    midnight = datetime(2026, 11, 24, 0, 5, tzinfo=UTC)

    head = attribution("gmail", "en", quoted(contact, midnight))

    assert "Tue, Nov 24, 2026 at 12:05\u202fAM" in head


def test_refuses_a_quoting_style_nobody_wrote() -> None:
    with pytest.raises(ContentError, match="no apple style in ko"):
        attribution("apple", "ko", quoted(CONTACTS["nh-brandt-web07"]))
