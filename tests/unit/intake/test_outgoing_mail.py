"""Mail on the wire: nothing smuggled into a header, the same bytes each time (S-15)."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.replies.decide.compose import (
    compose_answer,
)
from intake.replies.decide.wire import to_bytes
from intake.replies.model import (
    Answer,
    HeaderInjection,
    Letter,
    Quotation,
)
from tests.unit.intake.outgoing import (
    AT,
    LANGUAGES,
    LETTERS,
    STAMP,
    TEXTS,
    THREAD,
    WRITER,
    answer,
    arrived,
    letter,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_arrives_as_it_was_composed(language: str, kind: Letter) -> None:
    mail = letter(kind, language)

    found = arrived(mail)

    assert found.text == mail.text
    assert found.subject == mail.subject
    assert found.sender.name == WRITER.from_name
    assert found.reply_to[0].address == THREAD.reply_to
    assert found.message_id == f"<{STAMP.id}@nordhost.example>"
    assert found.in_reply_to == (THREAD.in_reply_to,)
    assert found.references == (*THREAD.references, THREAD.in_reply_to)
    assert found.date == AT
    assert found.header("content-language") == language
    assert not found.notes


def test_the_same_mail_is_the_same_bytes() -> None:
    assert to_bytes(letter(Letter.CLOSED, "ja")) == to_bytes(letter(Letter.CLOSED, "ja"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_wire_is_ascii_with_bearable_lines_and_read_by_others(language: str) -> None:
    mail = letter(Letter.SOLVED, language)

    wire = to_bytes(mail)
    other = message_from_bytes(wire, policy=policy.default)

    assert wire.partition(b"\r\n\r\n")[0].isascii()
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert max(map(len, wire.split(b"\r\n"))) <= 998
    assert other["Subject"] == mail.subject
    assert other["From"].addresses[0].display_name == WRITER.from_name
    plain, html = other.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == mail.text + "\n"
    assert html.get_content().replace("\r\n", "\n") == mail.html
    assert [part.defects for part in other.walk()] == [[], [], []]


class Balance(HTMLParser):
    """Fails on a tag that is closed without being open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_the_html_twin_shows_words_and_nothing_else(text: str, quoted: str) -> None:
    words = Answer(text, "en", "Omar", Quotation("<b>", "Monday", quoted))

    mail = compose_answer(words, THREAD, writer=WRITER, texts=TEXTS, stamp=STAMP)
    balance = Balance()
    balance.feed(mail.html)

    assert balance.open == []
    assert not re.search(
        r"<(?!/?(?:p|br|a|bdi|blockquote|html|head|meta|body)\b|!DOCTYPE)", mail.html
    )


def test_links_end_where_the_sentence_goes_on() -> None:
    html = answer("See https://x.test/a?b=1&c=2. And (https://y.test/z)! http://").html

    assert '<a href="https://x.test/a?b=1&amp;c=2">' in html
    assert '<a href="https://y.test/z">' in html
    assert html.count("<a ") == 2


LINE_ENDS = ["\r", "\n", "\r\n", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\ud800"]
FIELDS = ["message_id", "from_name", "from_address", "reply_to", "to", "subject", "in_reply_to"]


@pytest.mark.parametrize("end", LINE_ENDS)
@pytest.mark.parametrize("field", [*FIELDS, "language"])
def test_a_line_end_in_a_header_cannot_be_made(field: str, end: str) -> None:
    """S-15."""
    with pytest.raises(HeaderInjection, match=field) as caught:
        replace(letter(Letter.CLOSED, "en"), **{field: f"x{end}Bcc: all@evil.test"})

    assert "evil" not in str(caught.value)


def test_a_line_end_in_a_reference_cannot_be_made() -> None:
    with pytest.raises(HeaderInjection, match="references"):
        replace(letter(Letter.CLOSED, "en"), references=("<a@b>", "<c\r\nBcc: x@y>"))


@pytest.mark.parametrize("field", ["to", "reply_to"])
def test_an_address_with_a_line_end_stops_composing(field: str) -> None:
    with pytest.raises(HeaderInjection):
        letter(Letter.CLOSED, "en", **{field: "a@x.test\r\nBcc: b@x.test"})


@given(st.text(max_size=120), st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_subject_or_name_gets_out_of_its_line(subject: str, name: str) -> None:
    thread = replace(THREAD, subject=subject, in_reply_to=f"<{name}>")
    words = Answer("Words", "en", "Omar", Quotation(name, "Monday", subject))
    mail = compose_answer(words, thread, writer=WRITER, texts=TEXTS, stamp=STAMP)

    found = arrived(mail)

    assert {each for each, _ in found.headers} <= {
        "content-type", "mime-version", "from", "reply-to", "to", "subject", "date", "message-id",
        "in-reply-to", "references", "content-language",
    }  # fmt: skip
    assert [each.address for each in found.to] == [THREAD.to]
    assert found.subject.startswith("Re:")


@pytest.mark.parametrize("name", ["=?utf-8?q?x?=", 'A "quoted" name', "Ein, Zwei", "名前" * 40])
def test_names_of_brands_arrive_whatever_they_are(name: str) -> None:
    mail = replace(letter(Letter.CLOSED, "en"), from_name=name)

    assert arrived(mail).sender.name == name


def test_strange_ids_of_others_are_left_out_of_our_headers() -> None:
    mail = letter(
        Letter.CLOSED,
        "en",
        in_reply_to="<ü@x>",
        references=("<a b@x>", "no id", "<ok@x>", "<ok@x>", *(f"<{n}@x>" for n in range(40))),
    )

    assert mail.in_reply_to == ""
    assert mail.references[0] == "<ok@x>"
    assert mail.references[-1] == "<39@x>"
    assert len(mail.references) == 20


def test_a_long_id_survives_the_fold() -> None:
    long = f"<{'r' * 150}@mail.test>"

    assert arrived(letter(Letter.CLOSED, "en", in_reply_to=long)).in_reply_to == (long,)
