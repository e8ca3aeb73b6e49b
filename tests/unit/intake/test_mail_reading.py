"""What customers really send is read rightly: text, names, charsets, files."""

import base64

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
