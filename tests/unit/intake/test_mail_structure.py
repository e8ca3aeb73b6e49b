"""Whatever arrives: never an exception, never more than the limits, the same tree as others see."""

import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.channels.decide.mime import read_mail
from intake.channels.decide.structure import Part, parse, walk
from intake.channels.model import LIMITS, Limits, ReadMail, Unreadable, Why
from meridian.demo.content import load_contacts, mime
from tests.unit.intake.mails import multipart, raw, read, refused

CRLF = compat32.clone(linesep="\r\n")
WIRES = [
    mime(each, "<one@customer.test>", "<two@brand.test>")
    for each in load_contacts()
    if each.channel == "mail"
]
# The goal is 2 s (measured: 0.02 to 1.0); the rest is for a busy machine and for coverage.
MOST_CPU_SECONDS = 5.0


def nested(depth: int) -> bytes:
    inner = "Content-Type: text/plain\n\ndeep"
    for level in range(depth):
        header, body = multipart("mixed", inner, boundary=f"b{level}")
        inner = f"{header}\n\n{body}"
    return raw(inner.partition("\n\n")[0], body=inner.partition("\n\n")[2])


def test_ten_levels_are_read_and_eleven_are_refused() -> None:
    assert read(nested(10)).text == "deep"
    assert refused(nested(11)).why is Why.TOO_DEEP


def test_more_parts_than_allowed_are_refused_before_they_are_built() -> None:
    fits = multipart("mixed", *["\nx"] * (LIMITS.parts - 1))
    too_many = multipart("mixed", *["\nx"] * LIMITS.parts)

    assert read(raw(fits[0], body=fits[1])).text.count("x") == LIMITS.parts - 1
    assert refused(raw(too_many[0], body=too_many[1])).why is Why.TOO_MANY_PARTS


def test_parts_count_over_all_levels() -> None:
    header, body = multipart("mixed", *["\nx"] * 120, boundary="inner")
    outer = multipart("mixed", f"{header}\n\n{body}", f"{header}\n\n{body}")

    last = multipart("mixed", "\nx", f"{header}\n\n{body}", *["\nx"] * 90)

    assert refused(raw(outer[0], body=outer[1])).why is Why.TOO_MANY_PARTS
    assert refused(raw(last[0], body=last[1])).why is Why.TOO_MANY_PARTS


def test_a_thousand_headers_are_read_and_more_are_refused() -> None:
    fits = ["X-A: 1"] * (LIMITS.headers - 1)

    assert read(raw(*fits)).has("x-a")
    assert refused(raw(*fits, "X-A: 1")).why is Why.TOO_MANY_HEADERS


def test_a_header_that_does_not_end_is_refused() -> None:
    found = refused(raw("X-Long: " + "a" * LIMITS.head))

    assert found.why is Why.TOO_MANY_HEADERS
    assert found.sender == "kai@customer.test"


def test_a_long_text_without_any_header_is_no_endless_header() -> None:
    assert refused(b"word\n" * 100_000).why is Why.NO_SENDER


def test_a_header_block_of_the_longest_size_still_ends() -> None:
    fields = [f"X-A: {'a' * 900}" for _ in range(250)]

    assert read(raw(*fields)).text == "Hello"


def test_more_bytes_than_allowed_are_refused_with_their_number() -> None:
    found = read_mail(raw(body=b"x" * 100), limits=Limits(size=100))

    assert isinstance(found, Unreadable)
    assert (found.why, found.detail) == (Why.TOO_LARGE, "127 bytes")


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Content-Type: multipart/mixed", "--b\n\nx\n--b--"),
        ('Content-Type: multipart/mixed; boundary=""', "--\n\nx\n----"),
        (f"Content-Type: multipart/mixed; boundary={'b' * 201}", f"--{'b' * 201}\n\nx"),
        ("Content-Type: multipart/mixed; boundary=b", "no mark"),
        ("Content-Type: multipart/mixed; boundary=b", "--b--\n\nx"),
        ("Content-Type: multipart/mixed; boundary=b", "x --b\n\nx"),
        ("Content-Type: multipart/mixed; boundary=b", "--bb\n\nx"),
    ],
)
def test_a_multipart_nobody_can_divide_waits_for_a_person(header: str, body: str) -> None:
    assert refused(raw(header, body=body)).why is Why.BROKEN_STRUCTURE


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("--b\n\none\n--b\n\ntwo\n--b--\n", "one\n\ntwo"),
        ("--b\n\none\n--b\n\ntwo", "one\n\ntwo"),
        ("--b  \n\none\n--b--\t\n--b\n\nnever", "one"),
        ("--b\n--b\n\ntwo\n--b--", "two"),
        ("preamble\n--b\n\n--bb\n--b--", "--bb"),
    ],
)
def test_boundaries_are_whole_lines_and_the_last_may_be_missing(body: str, texts: str) -> None:
    assert read(raw("Content-Type: multipart/mixed; boundary=b", body=body)).text == texts


def test_lines_ended_by_newline_alone_divide_too() -> None:
    data = (
        b"From: kai@customer.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n"
    )

    assert read(data).text == "x"


def bomb_parts() -> bytes:
    return raw("Content-Type: multipart/mixed; boundary=b", body=b"--b\n\n" * 5_000_000)


def bomb_depth() -> bytes:
    header = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    return b"From: kai@customer.test\n" + header * 500_000


def bomb_of_attached_mails() -> bytes:
    return b"From: kai@customer.test\n" + b"Content-Type: message/rfc822\n\n" * 800_000


def bomb_headers() -> bytes:
    return b"From: kai@customer.test\n" + b"A: b\n" * 5_000_000


def bomb_folded_header() -> bytes:
    return b"From: kai@customer.test\nSubject: a" + b"\n b" * 80_000 + b"\n\nx"


def bomb_parameters() -> bytes:
    return raw("Content-Type: text/plain" + '; a*0*="' * 25_000)


def bomb_encoded_words() -> bytes:
    return raw("Subject: " + "=?utf-8?q?=C3?= " * 15_000)


def bomb_addresses() -> bytes:
    return raw("To: " + "(" * 100_000 + '"' * 99_999)


def bomb_html(item: str) -> Callable[[], bytes]:
    return lambda: raw("Content-Type: text/html", body=item.encode() * (20_000_000 // len(item)))


def bomb_flowed() -> bytes:
    return raw("Content-Type: text/plain; format=flowed", body=b"a \n" * 7_000_000)


@pytest.mark.parametrize(
    "bomb",
    [
        bomb_parts,
        bomb_depth,
        bomb_of_attached_mails,
        bomb_headers,
        bomb_folded_header,
        bomb_parameters,
        bomb_encoded_words,
        bomb_addresses,
        bomb_flowed,
        *map(bomb_html, ("<div>", "<ul><li>", "<blockquote>", "<b><p>", "<table><tr><td>x")),
        *map(bomb_html, ("<", "<!--", '<a x="', "<a b=c ", "&am", "a<br>\n", "<div><b></div>")),
    ],
)
def test_bombs_cost_little(bomb: Callable[[], bytes]) -> None:
    data = bomb()
    assert len(data) < LIMITS.size
    started = time.process_time()

    found = read_mail(data)

    spent = time.process_time() - started
    assert spent < MOST_CPU_SECONDS
    assert isinstance(found, ReadMail | Unreadable)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(WIRES)))
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, len(data) - 1))
        match draw(st.integers(0, 3)):
            case 0:
                data[place] = draw(st.integers(0, 255))
            case 1:
                del data[place : place + draw(st.integers(1, 200))]
            case 2:
                data[place:place] = draw(st.binary(max_size=40))
            case _:
                data[place:place] = data[: draw(st.integers(1, 400))]
        if not data:
            return b""
    return bytes(data)


@given(mutated())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_mail_never_raises(data: bytes) -> None:
    found = read_mail(data, authserv="mx.brand.test")

    assert_storable(found)


HEADERS = st.sampled_from(
    [
        b"From: a@x.test", b"From", b": x", b"Subject: =?utf-8?b?", b"Subject: =?utf-7?q?+2AA-?=",
        b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: multipart/report; boundary=b",
        b"Content-Type: multipart/alternative; boundary=b", b"Content-Type: text/html",
        b"Content-Type: message/delivery-status", b"Content-Type: text/plain; charset=\xff",
        b"Content-Type: text/plain; charset=utf-16; format=flowed; delsp=yes",
        b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Disposition: attachment; filename*0*='';filename*9=\\/..", b" folded", b"\t",
        b"Authentication-Results: mx; dmarc=pass header.from=x", b"Authentication-Results: mx",
        b"Authentication-Results:", b"Date: 0", b"To: <>,(((", b"Action: failed", b"", b"--b",
        b"--b--",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(HEADERS, st.binary(max_size=60)), max_size=40))
@settings(max_examples=600, deadline=None)
def test_lines_in_any_order_never_raise(lines: list[bytes]) -> None:
    assert_storable(read_mail(b"\r\n".join(lines), authserv="mx"))


def assert_storable(found: ReadMail | Unreadable) -> None:
    """A database takes it: no NUL, no half characters; a header line stays one line."""
    if isinstance(found, Unreadable):
        found.subject.encode("utf-8")
        return
    words = [found.text, found.html or "", found.subject, found.sender.name]
    words += [value for _, value in found.headers]
    words += [each.name for each in found.enclosures]
    for word in words:
        assert "\0" not in word
        word.encode("utf-8")
    for word in words[2:]:
        assert word.splitlines() in ([], [word])
    assert all("/" not in each.name and each.name for each in found.enclosures)


CONTENT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=80)


@st.composite
def trees(draw: st.DrawFn, depth: int = 0) -> Message:
    if depth < 3 and draw(st.booleans()):
        subtype = draw(st.sampled_from(["mixed", "alternative", "related", "digest"]))
        whole = MIMEMultipart(subtype, boundary=f"=_{depth}_{draw(st.integers(0, 9))}")
        for _ in range(draw(st.integers(1, 3))):
            whole.attach(draw(trees(depth + 1)))
        return whole
    if draw(st.booleans()):
        charset = draw(st.sampled_from(["utf-8", "utf-8", "us-ascii"]))
        text = draw(CONTENT)
        return MIMEText(
            text if text.isascii() else f"ü{text}", "plain", charset if text.isascii() else "utf-8"
        )
    part = MIMEBase("application", "octet-stream")
    part["Content-Transfer-Encoding"] = "8bit"
    part.set_payload(draw(CONTENT).encode("utf-8").decode("ascii", "surrogateescape"))
    part.add_header("Content-Disposition", "attachment", filename="a.bin")
    return part


def leaves_of_others(data: bytes) -> Iterator[tuple[str, bytes]]:
    for part in message_from_bytes(data).walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            yield part.get_content_type(), payload


def leaves(data: bytes) -> Iterator[tuple[str, bytes]]:
    found: list[Part] = [part for part in walk(parse(data, LIMITS)) if not part.multipart]
    return ((part.media_type, part.content[0]) for part in found)


@given(trees())
@settings(max_examples=300, deadline=None)
def test_another_parser_sees_the_same_parts(tree: Message) -> None:
    data = tree.as_bytes(policy=CRLF)

    assert list(leaves(data)) == list(leaves_of_others(data))


@pytest.mark.parametrize(
    "data", [each for each in WIRES if b"=_scan4" not in each and b"message/" not in each]
)
def test_another_parser_sees_the_same_parts_of_authored_mail(data: bytes) -> None:
    assert list(leaves(data)) == list(leaves_of_others(data))
