"""Bytes to text: never raises, says what it had to make up for."""

import codecs
import re
from dataclasses import dataclass

from intake.channels.model import Note

# What mail programs call charsets that Python knows by another name.
_CALLED = {
    "ansi_x3.4-1968": "ascii",
    "unicode-1-1-utf-8": "utf-8",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gbk",
    "x-big5": "big5",
    "cn-big5": "big5",
    "ks_c_5601": "cp949",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "x-mac-cyrillic": "mac_cyrillic",
}
# The wider set that is meant by a name, as browsers read it, too.
_MEANT = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "tis-620": "cp874",
    "iso2022_jp": "iso2022_jp_ext",
}
_NAME = re.compile(r"[a-z0-9][a-z0-9._:+-]{0,39}")
# Python also has codecs that are no charsets (`idna`, `unicode_escape`, ...): only these pass.
_CHARSET = re.compile(
    r"utf-(7|8|16|32)(-[bl]e)?|iso8859-\d{1,2}|cp\d{3,4}|koi8-[rut]|euc_(jp|kr|jis_2004)"
    r"|iso2022_(jp|kr)(_ext|_[123])?|gb18030|hz|big5hkscs|johab|mac-\w+|ptcp154|utf-8-sig"
)
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    notes: frozenset[Note] = frozenset()


def decode(data: bytes, charset: str) -> Decoded:
    """The text in the charset named, else in UTF-8, else with replacement characters.

    An unknown or missing charset is UTF-8 where that fits, else Western European.
    """
    wanted = known_charset(charset)
    unknown = {Note.UNKNOWN_CHARSET} if charset.strip() and not wanted else set()
    for name in filter(None, (wanted, "utf-8")):
        try:
            return Decoded(tidy(data.decode(name)), frozenset(unknown))
        except UnicodeError:
            continue
    western = wanted in ("", "utf-8") and charset.strip().lower() not in ("utf-8", "utf8")
    text = data.decode("cp1252" if western else wanted, "replace")
    notes = unknown | {Note.UNKNOWN_CHARSET if western else Note.CHARACTERS_REPLACED}
    if western and "\ufffd" in text:
        notes.add(Note.CHARACTERS_REPLACED)
    return Decoded(tidy(text), frozenset(notes))


def known_charset(name: str) -> str:
    """The codec for a charset's name; empty for one that we do not know."""
    asked = name.strip().strip("\"'").lower()
    if not _NAME.fullmatch(asked):
        return ""
    try:
        codec = codecs.lookup(_CALLED.get(asked, asked)).name
    except LookupError:
        return ""
    meant = _MEANT.get(codec, codec)
    return meant if _CHARSET.fullmatch(meant) else ""


def tidy(text: str) -> str:
    """One kind of line end, no control characters, nothing that a database or a page refuses."""
    plain = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    return plain.encode("utf-8", "replace").decode("utf-8")
