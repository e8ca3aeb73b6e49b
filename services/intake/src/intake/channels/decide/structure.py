"""The tree of a mail's parts, within limits: a bomb is refused before it costs anything.

Our own splitter and not the standard library's, which descends and copies without bounds.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from intake.channels.decide.headers import Head, base64_bytes, parameters, split_head
from intake.channels.model import Limits, Note, Why

_LONGEST_BOUNDARY = 200
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,90}")
_STARTS_EMPTY = re.compile(rb"\r?\n")


class NotReadable(Exception):
    """The mail breaks a limit or has no structure; caught by `mime.read_mail` alone."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Part:
    """One part with its header read; `parts` are those inside a multipart."""

    head: Head
    body: bytes
    media_type: str
    charset: str
    flowed: bool
    joined: bool
    disposition: str
    file_name: str
    parts: tuple["Part", ...] = ()

    @property
    def multipart(self) -> bool:
        return self.media_type.startswith("multipart/")

    @property
    def content(self) -> tuple[bytes, frozenset[Note]]:
        """The bytes without their transfer encoding."""
        encoding = self.head.text("content-transfer-encoding").lower()
        match encoding:
            case "base64":
                data = base64_bytes(self.body)
                broken = bool(self.body.strip()) and not data
            case "quoted-printable":
                data, broken = binascii.a2b_qp(self.body), False
            case "" | "7bit" | "8bit" | "binary":
                data, broken = self.body, False
            case _:
                data, broken = self.body, True
        return data, frozenset({Note.BROKEN_ENCODING} if broken else ())


@dataclass(slots=True)
class _Budget:
    """What is left of the limits while the tree is walked."""

    limits: Limits
    parts: int = 0
    headers: int = 0

    def take(self, head: Head) -> None:
        self.parts += 1
        self.headers += len(head.fields)
        if self.parts > self.limits.parts:
            raise NotReadable(Why.TOO_MANY_PARTS)
        if self.headers > self.limits.headers:
            raise NotReadable(Why.TOO_MANY_HEADERS)


def parse(raw: bytes, limits: Limits) -> Part:
    """The whole mail as a tree. Attached mails are leaves: nobody looks into them here."""
    if len(raw) > limits.size:
        raise NotReadable(Why.TOO_LARGE, f"{len(raw)} bytes")
    if not raw.strip():
        raise NotReadable(Why.EMPTY)
    return _part(raw, _Budget(limits), 0, "text/plain")


def head_of(raw: bytes, limits: Limits) -> tuple[Head, bytes]:
    """The header block and the body under it."""
    if starts := _STARTS_EMPTY.match(raw):
        return Head(()), raw[starts.end() :]
    end = _EMPTY_LINE.search(raw, 0, limits.head)
    block = raw[: end.start() + 1] if end else raw[: limits.head]
    head, text = split_head(block)
    if end and not text:
        return head, raw[end.end() :]
    if end is None and len(raw) > limits.head and b"\n" not in text:
        raise NotReadable(Why.TOO_MANY_HEADERS, "the header does not end")
    return head, raw[len(block) - len(text) :]


def walk(part: Part) -> Iterator[Part]:
    yield part
    for inner in part.parts:
        yield from walk(inner)


def _part(raw: bytes, budget: _Budget, depth: int, usual_type: str) -> Part:
    if depth > budget.limits.depth:
        raise NotReadable(Why.TOO_DEEP)
    head, body = head_of(raw, budget.limits)
    budget.take(head)
    media_type, given = parameters(head.first("content-type"))
    if not _MEDIA_TYPE.fullmatch(media_type):
        media_type = usual_type
    disposition, more = parameters(head.first("content-disposition"))
    parts: tuple[Part, ...] = ()
    if media_type.startswith("multipart/"):
        inner = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
        sections = _sections(body, given.get("boundary", ""), budget)
        parts = tuple(_part(section, budget, depth + 1, inner) for section in sections)
        body = b""
    return Part(
        head=head,
        body=body,
        media_type=media_type,
        charset=given.get("charset", ""),
        flowed=given.get("format", "").lower() == "flowed",
        joined=given.get("delsp", "").lower() == "yes",
        disposition=disposition,
        file_name=more.get("filename") or given.get("name", ""),
        parts=parts,
    )


def _sections(body: bytes, boundary: str, budget: _Budget) -> list[bytes]:
    """What stands between the boundary lines. A missing last one is forgiven, a missing first
    one is not: then nobody knows what the sender meant."""
    mark = boundary.rstrip().encode("utf-8")
    if not 0 < len(mark) <= _LONGEST_BOUNDARY:
        raise NotReadable(Why.BROKEN_STRUCTURE, "no boundary")
    line = re.compile(rb"^--" + re.escape(mark) + rb"(--)?[ \t]*\r?$", re.MULTILINE)
    marks = list(islice(line.finditer(body), budget.limits.parts + 2))
    if not marks or marks[0][1]:
        raise NotReadable(Why.BROKEN_STRUCTURE, "no part begins")
    last = next((place for place, found in enumerate(marks) if found[1]), len(marks))
    ends = [found.start() for found in marks[1:]] + [len(body)]
    return [
        _without_last_line_end(body[found.end() + 1 : end])
        for found, end in zip(marks[:last], ends[:last], strict=True)
    ]


def _without_last_line_end(section: bytes) -> bytes:
    return section.removesuffix(b"\n").removesuffix(b"\r")
