"""Header blocks: split, decoded (RFC 2047, 8-bit), and their parameters (RFC 2231)."""

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from intake.channels.decide.charsets import decode, known_charset

LONGEST_LINE = 500
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]*)?\?([BbQq])\?([^?]*)\?=", re.ASCII)
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,80}?)(\*\d{1,3})?(\*)?\s*=\s*("(?:[^"\\]|\\.)*+"|[^;]*+)')
_QUOTED_PAIR = re.compile(r"\\(.)")
# Line ends of any alphabet, controls, and characters that hide or turn around what is read.
_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]+"
)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Field:
    """`name` in small letters; `value` unfolded but not decoded."""

    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Head:
    fields: tuple[Field, ...]

    def first(self, name: str) -> bytes:
        return next((each.value for each in self.fields if each.name == name), b"")

    def text(self, name: str) -> str:
        return header_text(self.first(name))

    def all(self, name: str) -> list[bytes]:
        return [each.value for each in self.fields if each.name == name]


def split_head(block: bytes) -> tuple[Head, bytes]:
    """The fields, and what follows the last of them when a line is none: that is text."""
    fields: list[tuple[str, list[bytes]]] = []
    position = 0
    while position < len(block):
        end = block.find(b"\n", position)
        end = len(block) if end < 0 else end + 1
        line = block[position:end].rstrip(b"\r\n")
        if fields and line[:1] in (b" ", b"\t"):
            fields[-1][1].append(line.strip())
        elif found := _FIELD.fullmatch(line):
            fields.append((found[1].decode("ascii").lower(), [found[2].strip()]))
        elif position or not line.startswith((b"From ", b">From ")):
            break
        position = end
    head = Head(tuple(Field(name, b" ".join(lines)) for name, lines in fields))
    return head, block[position:]


def header_text(value: bytes) -> str:
    """One visible line: encoded words decoded, 8-bit characters as UTF-8 or Western European."""
    return one_line(words(raw_text(value)))


def raw_text(value: bytes) -> str:
    """The value as text with its encoded words still in it."""
    return decode(value, "").text


def one_line(text: str) -> str:
    return _SPACES.sub(" ", _HIDDEN.sub(" ", text)).strip()[:LONGEST_LINE]


def words(text: str) -> str:
    """Encoded words decoded. Neighbours of one charset are joined first: some split a letter."""
    out: list[str] = []
    run: list[tuple[str, bytes]] = []
    position = 0
    for found in _WORD.finditer(text):
        between = text[position : found.start()]
        if not run or between.strip():
            out += [*_decoded(run), between]
            run = []
        run.append((found[1].lower(), _bytes_of(found[2].lower(), found[3])))
        position = found.end()
    return "".join([*out, *_decoded(run), text[position:]])


def _decoded(run: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    charset, data = "", b""
    for name, more in run:
        if name != charset and data:
            yield decode(data, charset).text
            data = b""
        charset, data = name, data + more
    if data:
        yield decode(data, charset).text


def _bytes_of(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8")
    if encoding == "q":
        return binascii.a2b_qp(data, header=True)
    return base64_bytes(data)


def base64_bytes(data: bytes) -> bytes:
    """What can be read of it: strange characters skipped, a torn end left out."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        whole = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """The value before the first semicolon in small letters, and its parameters decoded.

    The first of a name counts; parts of RFC 2231 are put together in order.
    """
    text = raw_text(value)[:20_000]
    plain: dict[str, str] = {}
    parts: dict[str, dict[int, tuple[bool, str]]] = {}
    for found in _PARAMETER.finditer(text):
        name, number, encoded, given = found[1].lower(), found[2], found[3], _unquoted(found[4])
        if number or encoded:
            place = int(number[1:]) if number else 0
            parts.setdefault(name, {}).setdefault(place, (bool(encoded), given))
        else:
            plain.setdefault(name, words(given))
    for name, pieces in parts.items():
        plain[name] = _assembled(pieces)
    return text.partition(";")[0].strip().lower(), plain


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        return _QUOTED_PAIR.sub(r"\1", value[1:].removesuffix('"'))
    return value


def _assembled(pieces: dict[int, tuple[bool, str]]) -> str:
    """`charset'language'text` in the first piece, each encoded piece percent-escaped."""
    charset, data = "", b""
    for place in sorted(pieces):
        encoded, text = pieces[place]
        if encoded and not data and not charset and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8")
    return decode(data, charset if known_charset(charset) else "").text
