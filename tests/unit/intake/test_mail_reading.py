"""What customers really send is read rightly: text, names, charsets, files."""

import base64
from datetime import UTC, datetime

import pytest

from intake.channels.decide.mime import read_mail
from intake.channels.model import LIMITS, Address, Envelope, Note, ReadMail, Unreadable, Why
from meridian.demo.contact import Contact
from meridian.demo.content import load_contacts, mime
from tests.unit.intake.mails import BRAND, CUSTOMER, multipart, raw, read, refused

MAILS = [each for each in load_contacts() if each.channel == "mail"]
PLAIN = [each for each in MAILS if not each.raw and not each.html_only]


def demo(contact: Contact) -> ReadMail:
    wire = mime(contact, "<one@customer.test>", "<ours@brand.test>")
    found = read_mail(wire, Envelope(contact.envelope_from, contact.to))
    assert isinstance(found, ReadMail)
    return found


@pytest.mark.parametrize("contact", PLAIN, ids=lambda each: each.key)
def test_every_authored_mail_reads_as_it_was_written(contact: Contact) -> None:
    mail = demo(contact)

    assert mail.text == contact.body
    assert mail.subject == contact.subject
    assert mail.sender == Address(contact.sender.address, contact.sender.name)
    assert mail.message_id == "<one@customer.test>"
    assert mail.in_reply_to == ("<ours@brand.test>",)
    assert [(each.name, each.media_type, each.content) for each in mail.enclosures] == [
        (each.name, each.type, each.data) for each in contact.attachments
    ]
    assert not mail.notes


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("bh-vogel-polster", "1. Moos\n 2. Schiefer\n 3. Rost"),
        ("pg-krueger-ausland", "gestern, 19:40  Restaurant  abgelehnt (05)"),
        ("pg-alotaibi-terminal", "  * الإنترنت يعمل، جرّبناه من الهاتف على الشبكة نفسها"),
    ],
)
def test_mail_in_html_alone_becomes_readable_text(key: str, said: str) -> None:
    mail = demo(next(each for each in MAILS if each.key == key))

    assert said in mail.text
    assert "<" not in mail.text
    assert mail.html
    assert "<script" not in mail.html
    assert mail.notes == {Note.TEXT_FROM_HTML}


def test_broken_mail_of_the_demo_waits_for_a_person() -> None:
    contact = next(each for each in MAILS if each.key == "bh-malformed-mime")

    found = refused(mime(contact, "<broken@scanner.test>"))

    assert (found.why, found.sender) == (
        Why.BROKEN_STRUCTURE,
        "scanner@spedition-adler.example",
    )
    assert found.subject


def test_bounce_of_the_demo_names_the_mail_that_came_back() -> None:
    mail = demo(next(each for each in MAILS if each.key == "ll-garcia-bounce"))

    assert mail.report
    assert (mail.report.action, mail.report.status) == ("failed", "5.2.2")
    assert mail.report.original_message_id == "<ours@brand.test>"
    assert mail.report.recipient == "paula.garcia@correo.test"
    assert mail.enclosures == ()


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("iso-2022-jp", "iso2022_jp", "お世話になっております"),
        ("Shift_JIS", "cp932", "①届きません"),
        ("windows-1251", "cp1251", "Доброго дня"),
        ("windows-1255", "cp1255", "שלום"),
        ("windows-1256", "cp1256", "مرحبا"),
        ("koi8-r", "koi8-r", "Здравствуйте"),
        ("koi8-u", "koi8-u", "Вітаю"),
        ("ks_c_5601-1987", "cp949", "안녕하세요"),
        ("gb2312", "gb18030", "您好，朱镕基"),
        ("Big5", "big5hkscs", "您好嗎"),
        ("iso-8859-1", "cp1252", "„Größe“ 5 €"),
        ("us-ascii", "utf-8", "Größe"),
        ("utf-8", "utf-8", "smile 😀"),
        ("UTF-16LE", "utf-16-le", "wide"),
        ("iso-8859-8-i", "iso8859-8", "שלום"),
        ("windows-31j", "cp932", "髙島屋"),
    ],
)
def test_text_is_read_in_its_own_charset(charset: str, codec: str, text: str) -> None:
    body = base64.encodebytes(text.encode(codec)).decode()

    mail = read(
        raw(
            f'Content-Type: text/plain; charset="{charset}"',
            "Content-Transfer-Encoding: base64",
            body=body,
        )
    )

    assert mail.text == text
    assert not mail.notes


@pytest.mark.parametrize(
    ("charset", "data", "text", "notes"),
    [
        ("x-unknown", "Größe".encode(), "Größe", {Note.UNKNOWN_CHARSET}),
        ("x-unknown", "Größe".encode("cp1252"), "Größe", {Note.UNKNOWN_CHARSET}),
        ("", "Größe".encode("cp1252"), "Größe", {Note.UNKNOWN_CHARSET}),
        ("utf-8", b"Gr\xf6\xdfe", "Gr\ufffd\ufffde", {Note.CHARACTERS_REPLACED}),
        ("koi8-u", "Привіт".encode(), "п÷я─п╦п╡я√я┌", set()),
        ("cp1252", "Größe \x81".encode(), "Größe ", set()),
        ("iso-8859-8", b"\xe9\xa1", "י\ufffd", {Note.CHARACTERS_REPLACED}),
        (
            "",
            b"a\x81\xff",
            "a\ufffdÿ",
            {Note.UNKNOWN_CHARSET, Note.CHARACTERS_REPLACED},
        ),
        ("idna", b"xn--abc", "xn--abc", {Note.UNKNOWN_CHARSET}),
        ("unicode_escape", rb"\x41", r"\x41", {Note.UNKNOWN_CHARSET}),
        ("no such", b"plain", "plain", {Note.UNKNOWN_CHARSET}),
        ("x" * 60, b"plain", "plain", {Note.UNKNOWN_CHARSET}),
    ],
)
def test_a_wrong_charset_is_read_as_well_as_can_be_and_said(
    charset: str, data: bytes, text: str, notes: set[Note]
) -> None:
    headers = (f'Content-Type: text/plain; charset="{charset}"',) if charset else ()

    mail = read(raw(*headers, body=data))

    assert mail.text.replace("\x81", "") == text
    assert mail.notes == notes


def test_control_characters_and_strange_line_ends_do_not_reach_the_text() -> None:
    mail = read(raw(body=b"one\rtwo\x00\x1b[31m\x0bthree\xe2\x80\xa8four\xc2\x85five\xef\xbb\xbf"))

    assert mail.text == "one\ntwo[31m\nthree\nfour\nfive"


def test_lone_surrogates_of_utf_7_are_replaced() -> None:
    mail = read(raw("Content-Type: text/plain; charset=utf-7", body=b"a +2AA- b"))

    mail.text.encode("utf-8")

    assert mail.text == "a ? b"


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


def test_plain_text_is_preferred_and_safe_html_kept_apart() -> None:
    header, body = multipart(
        "alternative",
        "Content-Type: text/plain\n\nplain words",
        "Content-Type: text/html\n\n<p onclick=x>rich <b>words</b></p>",
    )

    mail = read(raw(header, body=body))

    assert mail.text == "plain words"
    assert mail.html == "<p>rich <b>words</b></p>"


def test_html_gives_the_text_where_the_plain_part_is_empty() -> None:
    header, body = multipart(
        "alternative",
        "Content-Type: text/plain\n\n \n",
        "Content-Type: text/html\n\n<p>rich</p>",
    )

    mail = read(raw(header, body=body))

    assert mail.text == "rich"
    assert mail.notes == {Note.TEXT_FROM_HTML}


def test_the_plain_choice_wins_wherever_it_stands() -> None:
    header, body = multipart(
        "alternative",
        "Content-Type: text/html\n\n<p>rich</p>",
        "Content-Type: text/plain\n\nplain",
        "Content-Type: text/plain\n\nplainer",
    )

    assert read(raw(header, body=body)).text == "plain"


def test_an_empty_choice_says_nothing() -> None:
    header, body = multipart("alternative", "Content-Type: text/plain\n\n")

    mail = read(raw(header, body=body))

    assert (mail.text, mail.html) == ("", None)


def test_parts_side_by_side_are_read_in_order_and_escaped_among_html() -> None:
    header, body = multipart(
        "mixed",
        "Content-Type: text/plain\n\nfirst <tag>",
        "Content-Type: text/html\n\n<p>second</p>",
    )

    mail = read(raw(header, body=body))

    assert mail.text == "first <tag>\n\nsecond"
    assert mail.html == "<p>first &lt;tag&gt;</p>\n<p>second</p>"


def test_inline_pictures_become_files() -> None:
    inner = multipart(
        "related",
        "Content-Type: text/html\n\n<p>see <img src=cid:1></p>",
        "Content-Type: image/png\nContent-ID: <1>\nContent-Transfer-Encoding: base64\n\niVBORw0K",
        boundary="b2",
    )
    header, body = multipart("mixed", "\n".join((inner[0], "", inner[1])))

    mail = read(raw(header, body=body))

    assert mail.html == "<p>see </p>"
    assert [(each.name, each.inline) for each in mail.enclosures] == [("attachment-1.png", True)]


def test_an_attached_mail_is_a_file_and_not_looked_into() -> None:
    header, body = multipart(
        "mixed",
        "Content-Type: text/plain\n\nsee below",
        "Content-Type: message/rfc822\n\nFrom: a@x.test\nContent-Type: multipart/mixed\n\nbroken",
    )

    mail = read(raw(header, body=body))

    assert mail.text == "see below"
    assert mail.enclosures[0].name == "attachment-1.eml"
    assert mail.enclosures[0].content.startswith(b"From: a@x.test")


def test_parts_of_a_digest_are_mails() -> None:
    header, body = multipart("digest", "\nSubject: one\n\nhello")

    assert [each.media_type for each in read(raw(header, body=body)).enclosures] == [
        "message/rfc822"
    ]


def test_text_with_a_name_or_meant_as_a_file_is_a_file() -> None:
    header, body = multipart(
        "mixed",
        "Content-Type: text/plain; name=log.txt\n\nlines",
        "Content-Type: text/html\nContent-Disposition: attachment\n\n<p>",
        "Content-Type: text/csv\n\na;b",
        "Content-Type: nonsense\n\nstill text",
    )

    mail = read(raw(header, body=body))

    assert [each.name for each in mail.enclosures] == [
        "log.txt",
        "attachment-2.html",
        "attachment-3.csv",
    ]
    assert mail.text == "still text"


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ('filename="a b.txt"', "a b.txt"),
        ("filename=a.txt", "a.txt"),
        ("filename*=utf-8''Gr%C3%B6%C3%9Fe.png", "Größe.png"),
        ("filename*0*=utf-8''Gr%C3; filename*1*=%B6%C3%9Fe; filename*2=.png", "Größe.png"),
        ("filename*1=b.txt; filename*0=a", "ab.txt"),
        ("filename*=x-none''a.txt", "a.txt"),
        ("filename*=a%2Etxt", "a.txt"),
        ('filename="=?utf-8?q?Gr=C3=B6=C3=9Fe.png?="', "Größe.png"),
        ('filename="open.txt', "open.txt"),
        (r'filename="a\"b.txt"', "a_b.txt"),
        ('filename="first.txt"; filename="second.txt"', "first.txt"),
    ],
)
def test_names_of_files_are_read_as_mail_programs_write_them(parameter: str, name: str) -> None:
    mail = read(raw("Content-Type: image/png", f"Content-Disposition: attachment; {parameter}"))

    assert mail.enclosures[0].name == name


def test_soft_line_breaks_of_flowed_text_are_undone() -> None:
    body = "one \ntwo\n> quoted \n> more\n> \n stuffed\n-- \nKai"

    mail = read(raw("Content-Type: text/plain; format=flowed", body=body))

    assert mail.text == "one two\n> quoted more\n> \nstuffed\n-- \nKai"


def test_flowed_text_of_languages_without_blanks_is_joined_without_one() -> None:
    mail = read(raw("Content-Type: text/plain; format=flowed; delsp=yes", body="日本 \n語"))

    assert mail.text == "日本語"


@pytest.mark.parametrize(
    ("encoding", "body", "text", "notes"),
    [
        ("quoted-printable", "Gr=C3=B6=C3=9Fe=\n!", "Größe!", set()),
        ("base64", "R3LDtsOfZQ==", "Größe", set()),
        ("base64", "R3LDtsOfZQ", "Größe", set()),
        ("base64", "R3#LDt\nsOfZ-Q=x", "Größe", set()),
        ("base64", "#", "", {Note.BROKEN_ENCODING}),
        ("x-uuencode", "as it is", "as it is", {Note.BROKEN_ENCODING}),
        ("8BIT", "plain", "plain", set()),
    ],
)
def test_transfer_encodings_are_undone_as_far_as_possible(
    encoding: str, body: str, text: str, notes: set[Note]
) -> None:
    headers = ("Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")

    mail = read(raw(*headers, body=body))

    assert (mail.text, mail.notes) == (text, notes)


def test_a_very_long_text_is_cut_and_attached_whole() -> None:
    body = "word " * 200_000

    mail = read(raw(body=body))

    assert len(mail.text) == LIMITS.text
    assert Note.CUT_SHORT in mail.notes
    assert mail.enclosures[0].content == body.encode()


def test_lines_before_the_header_and_lines_that_are_none_are_forgiven() -> None:
    mailbox = b"From someone Mon Nov 23 2026\r\n" + raw("Subject: kept")
    garbled = b"From: kai@customer.test\r\nthis is no header\r\nSubject: x\r\n\r\nbody"

    assert read(mailbox).subject == "kept"
    assert read(garbled).text == "this is no header\nSubject: x\n\nbody"


def test_a_header_without_body_is_a_mail_without_words() -> None:
    mail = read(f"From: {CUSTOMER}\nSubject: only".encode())

    assert (mail.subject, mail.text) == ("only", "")


def test_a_mail_to_the_brand_keeps_its_envelope() -> None:
    assert read(raw()).envelope == Envelope(CUSTOMER, BRAND)


def test_bytes_that_are_no_mail_wait_for_a_person() -> None:
    assert refused(b"\r\nno header at all").why is Why.NO_SENDER
    assert refused(b" \r\n ").why is Why.EMPTY
    assert isinstance(read_mail(b""), Unreadable)
