"""Bytes from the wire to a mail that can be read. Never raises, whatever the bytes are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from intake.channels.decide.addresses import addresses
from intake.channels.decide.bodies import html_of_text, safe_html, text_of_html, unflowed
from intake.channels.decide.charsets import decode
from intake.channels.decide.file_names import file_name
from intake.channels.decide.headers import Head, header_text
from intake.channels.decide.markup import within
from intake.channels.decide.reports import delivery_report, is_report_part, message_ids
from intake.channels.decide.structure import NotReadable, Part, head_of, parse
from intake.channels.model import (
    LIMITS,
    Address,
    Enclosure,
    Envelope,
    Limits,
    Note,
    ReadMail,
    Unreadable,
    Verdict,
    Why,
)

# Headers of our own may not come from outside.
INTERNAL = re.compile(r"x-meridian(-|$)")
_MOST_REFERENCES = 50
_FIRST_BYTES = 20_000
_MOST_BYTES_A_LETTER = 4
_COMMENT = re.compile(r"\([^()]*\)")
_DMARC = re.compile(r"\s*dmarc\s*=\s*([a-z]+)")
_HEADER_FROM = re.compile(r"header\.from\s*=\s*\"?@?([^\s;\"]+)")


def read_mail(
    raw: bytes, envelope: Envelope = Envelope(), *, authserv: str = "", limits: Limits = LIMITS
) -> ReadMail | Unreadable:
    """The mail, or why a person has to look at it. `authserv` is our own relay's id."""
    try:
        root = parse(raw, limits)
    except NotReadable as refusal:
        return _unreadable(raw, refusal.why, refusal.detail)
    senders = [each for value in root.head.all("from") for each in addresses(value)]
    if len(root.head.all("from")) > 1 or len(senders) > 1:
        return _unreadable(raw, Why.SEVERAL_SENDERS)
    sender = senders[0] if senders else Address("")
    report = delivery_report(root, limits)
    if not sender.address and envelope.mail_from != "" and not report:
        return _unreadable(raw, Why.NO_SENDER)
    content = _content(root, limits)
    blocks = content.blocks
    has_html = any(block.html for block in blocks)
    return replace(
        _from_head(root.head, envelope, sender),
        dmarc=dmarc_of(root.head, sender, authserv),
        text="\n\n".join(filter(None, (block.text for block in blocks))),
        html="\n".join(block.html or html_of_text(block.text) for block in blocks)
        if has_html
        else None,
        enclosures=tuple(content.enclosures),
        media_type=root.media_type,
        report=report,
        notes=frozenset(content.notes),
    )


def dmarc_of(head: Head, sender: Address, authserv: str) -> Verdict:
    """What our own relay found; anybody else's results are worth nothing.

    Only its topmost field counts, and only for the domain that the sender claims.
    """
    for value in head.all("authentication-results") if authserv else ():
        server, *results = _without_comments(header_text(value)).lower().split(";")
        if server.split()[:1] != [authserv.lower()]:
            continue
        found = [(match[1], each) for each in results if (match := _DMARC.match(each))]
        if not found:
            return Verdict.NONE
        result, rest = found[0]
        claimed = _HEADER_FROM.search(rest)
        if claimed and claimed[1].rpartition("@")[2] != sender.domain:
            return Verdict.FAIL
        return {"pass": Verdict.PASS, "fail": Verdict.FAIL}.get(result, Verdict.NONE)
    return Verdict.NONE


def _unreadable(raw: bytes, why: Why, detail: str = "") -> Unreadable:
    """With what can be made out of the first lines, so that a person recognises it."""
    head, _ = head_of(raw[:_FIRST_BYTES], LIMITS)
    found = addresses(head.first("from"))
    return Unreadable(why, detail, found[0].address if found else "", head.text("subject"))


def _from_head(head: Head, envelope: Envelope, sender: Address) -> ReadMail:
    references = message_ids(header_text_long(head, "references"))
    return ReadMail(
        envelope=envelope,
        sender=sender,
        reply_to=addresses(head.first("reply-to")),
        to=addresses(b",".join(head.all("to"))),
        cc=addresses(b",".join(head.all("cc"))),
        subject=head.text("subject"),
        message_id=next(iter(message_ids(head.text("message-id"))), ""),
        in_reply_to=message_ids(head.text("in-reply-to")),
        references=references[:1] + references[1:][-_MOST_REFERENCES + 1 :],
        date=_date(head.text("date")),
        headers=tuple(
            (each.name, header_text(each.value))
            for each in head.fields
            if not INTERNAL.match(each.name)
        ),
    )


def header_text_long(head: Head, name: str) -> str:
    """A list of ids may be longer than a line that is shown."""
    return decode(b" ".join(head.all(name)), "").text


def _date(text: str) -> datetime | None:
    """The sender's own instant, where it is one."""
    try:
        found = parsedate_to_datetime(text)
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _without_comments(text: str) -> str:
    before = ""
    while before != text:
        before, text = text, _COMMENT.sub(" ", text)
    return text


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of the mail: its text, and its HTML when it came as such."""

    text: str
    html: str = ""
    plain: bool = True


@dataclass(slots=True)
class _Content:
    blocks: list[_Block] = field(default_factory=list)
    enclosures: list[Enclosure] = field(default_factory=list)
    notes: set[Note] = field(default_factory=set)


def _content(root: Part, limits: Limits) -> _Content:
    content = _Content()
    content.blocks = _blocks(root, content, limits)
    if any(not block.plain for block in content.blocks):
        content.notes.add(Note.TEXT_FROM_HTML)
    return content


def _blocks(part: Part, content: _Content, limits: Limits) -> list[_Block]:
    """The readable stretches of a part; everything else becomes an enclosure."""
    if part.media_type == "multipart/alternative":
        return _alternative([_blocks(each, content, limits) for each in part.parts])
    if part.multipart:
        skip = part.media_type == "multipart/report"
        return [
            block
            for each in part.parts
            if not (skip and is_report_part(each))
            for block in _blocks(each, content, limits)
        ]
    shown = part.media_type in ("text/plain", "text/html") and not part.file_name
    if not shown or part.disposition == "attachment":
        _enclose(part, content)
        return []
    return _text(part, content, limits)


def _alternative(choices: Sequence[list[_Block]]) -> list[_Block]:
    """One stretch: the text of the plain choice, the HTML of the other one."""
    text, html, plain = "", "", True
    for blocks in choices:
        html = "\n".join(block.html for block in blocks if block.html) or html
        said = "\n\n".join(block.text for block in blocks if block.text.strip())
        is_plain = all(block.plain for block in blocks)
        if said and (not text or (is_plain and not plain)):
            text, plain = said, is_plain
    return [_Block(text, html, plain)] if text or html else []


def _text(part: Part, content: _Content, limits: Limits) -> list[_Block]:
    data, notes = part.content
    is_html = part.media_type == "text/html"
    decoded = decode(_first_lines(data, limits.text * _MOST_BYTES_A_LETTER), part.charset)
    said = decoded.text[: limits.text]
    said = within(said) if is_html else said
    content.notes |= notes | decoded.notes
    if len(said) < len(decoded.text) or len(data) > limits.text * _MOST_BYTES_A_LETTER:
        content.notes.add(Note.CUT_SHORT)
        _enclose(part, content)
    if is_html:
        html = safe_html(said)
        return [_Block(text_of_html(html)[: limits.text], html, plain=False)]
    text = unflowed(said, joined=part.joined) if part.flowed else said
    return [_Block(text.strip("\n"))] if text.strip() else []


def _first_lines(data: bytes, size: int) -> bytes:
    """Cut where a line ends, so that no letter is torn."""
    if len(data) <= size:
        return data
    return data[:size].rpartition(b"\n")[0] or data[:size]


def _enclose(part: Part, content: _Content) -> None:
    data, notes = part.content
    content.notes |= notes
    number = len(content.enclosures) + 1
    inline = part.disposition == "inline" or bool(part.head.first("content-id"))
    name = file_name(part.file_name, part.media_type, number)
    content.enclosures.append(Enclosure(name, part.media_type, data, inline))
