"""What is new in a text, what was quoted, and the signature. Nothing is ever lost.

Own patterns and no library: the one at hand leaves seven of our languages quoted, and its
expressions take 9 s for 12 kB of `On On On` and 3 s for 4 kB of empty lines.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from intake.channels.decide.quote_words import (
    DEVICES,
    FORWARD,
    INTRODUCTIONS,
    LABEL,
    LABELS,
    RULE,
    SEPARATOR,
)
from intake.channels.model import Kind, Piece, Split

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MARKS = re.compile(r"[\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_COLON = re.compile("[:：]")
_MARKED = re.compile(r"\s*>")
_WHEN = re.compile(r"\d.*\d")
_TIME_OR_ADDRESS = re.compile(r"@|\d\s?[:.h٫]\s?\d\d|\d{4}")
_LONGEST_INTRODUCTION = 400
_LONGEST_SEPARATOR = 120
_LINES_OF_INTRODUCTION = 3
_LONGEST_SIGNATURE = 15
_HEADER_BLOCK = 9
_LONGEST_LABEL = 40


def split_quotes(text: str) -> Split:
    """New, quoted and signature, in order. A text that only forwards is new as a whole."""
    lines = _LINE.findall(text)
    plain = [_plain(line) for line in lines]
    marked = _marked(plain)
    begin = _copied_from(plain, marked)
    kinds = [
        Kind.QUOTED if marked[place] or place >= begin else Kind.NEW for place in range(len(lines))
    ]
    nothing_new = not any(plain[place] for place in _of(kinds, Kind.NEW))
    if nothing_new and begin < len(lines):
        kinds = [Kind.NEW] * len(lines)
    for place in _signature(plain, kinds):
        kinds[place] = Kind.SIGNATURE
    return Split(
        tuple(
            Piece(kind, "".join(line for _, line in run))
            for kind, run in groupby(zip(kinds, lines, strict=True), key=lambda each: each[0])
        )
    )


def _plain(line: str) -> str:
    """As it is compared: small letters, usual blanks, no direction marks."""
    return " ".join(_MARKS.sub("", line).split()).lower()


def _of(kinds: Sequence[Kind], kind: Kind) -> list[int]:
    return [place for place, each in enumerate(kinds) if each is kind]


def _marked(plain: Sequence[str]) -> list[bool]:
    """Lines behind a `>`, the empty ones among them, and the words that introduce them."""
    marked = [bool(_MARKED.match(line)) for line in plain]
    before = -1
    for place in [place for place, mark in enumerate(marked) if mark]:
        between = range(before + 1, place)
        if before >= 0 and not any(plain[each] for each in between):
            for each in between:
                marked[each] = True
        elif (begin := _introduced_from(plain, place, before)) < place:
            for each in range(begin, place):
                marked[each] = True
        before = place
    return marked


def _introduced_from(plain: Sequence[str], place: int, floor: int) -> int:
    """Where the words begin that introduce the quotation at `place`; `place` if there are none."""
    last = place - 1
    while last > floor and not plain[last]:
        last -= 1
    if last <= floor:
        return place
    begin = _introduction_to(plain, last, floor)
    if begin is None and plain[last].endswith((":", "：")) and "@" in plain[last]:
        return last if _WHEN.search(plain[last]) else place
    return place if begin is None else begin


def _introduction_to(plain: Sequence[str], last: int, floor: int) -> int | None:
    """Where an introduction begins that ends in the line `last`; the shortest one."""
    if not plain[last].endswith((":", "：")):
        return None
    for begin in range(last, max(floor, last - _LINES_OF_INTRODUCTION), -1):
        if not plain[begin]:
            return None
        if _introduces(" ".join(plain[begin : last + 1])):
            wrapped = plain[begin].startswith("<") and begin - 1 > floor and plain[begin - 1]
            return begin - 1 if wrapped else begin
    return None


def _introduces(line: str) -> bool:
    """Whether the line says who wrote when, as mail programs do."""
    return (
        len(line) <= _LONGEST_INTRODUCTION
        and _WHEN.search(line) is not None
        and _TIME_OR_ADDRESS.search(line) is not None
        and any(pattern.fullmatch(line) for pattern in INTRODUCTIONS)
    )


def _copied_from(plain: Sequence[str], marked: Sequence[bool]) -> int:
    """The first line of a mail that was copied below without marks; the end if there is none."""
    for place, line in enumerate(plain):
        if not line or marked[place]:
            continue
        if _separates(line) or _header_block(plain, place):
            return _with_rule(plain, place)
        begin = _introduction_to(plain, place, -1)
        if begin is not None and any(plain[place + 1 :]):
            return begin
    return len(plain)


def _separates(line: str) -> bool:
    return len(line) <= _LONGEST_SEPARATOR and bool(
        SEPARATOR.fullmatch(line) or FORWARD.fullmatch(line)
    )


def _with_rule(plain: Sequence[str], place: int) -> int:
    """A line drawn right above belongs to what was copied."""
    above = place - 1
    while above >= 0 and not plain[above]:
        above -= 1
    return above if above >= 0 and RULE.fullmatch(plain[above]) else place


def _header_block(plain: Sequence[str], place: int) -> bool:
    """From, then two of when, to whom and about what, in any of our languages."""
    if _label(plain[place]) != "from":
        return False
    below = {_label(line) for line in plain[place + 1 : place + _HEADER_BLOCK]}
    return len(below & {"sent", "to", "subject"}) >= 2


def _label(line: str) -> str:
    found = LABEL.fullmatch(line) if _COLON.search(line, 0, _LONGEST_LABEL) else None
    return LABELS.get(found[1].replace(" ", ""), "") if found else ""


def _signature(plain: Sequence[str], kinds: Sequence[Kind]) -> list[int]:
    """The lines under `-- `, or a telephone's own line, at the end of what is new."""
    new = _of(kinds, Kind.NEW)
    if not new:
        return []
    end = new[-1] + 1
    begin = end
    while begin > 0 and kinds[begin - 1] is Kind.NEW:
        begin -= 1
    for place in range(max(begin, end - _LONGEST_SIGNATURE), end):
        rest = [line for line in plain[place + 1 : end] if line]
        device = len(rest) <= 1 and any(each.fullmatch(plain[place]) for each in DEVICES)
        if (plain[place] == "--" and rest) or device:
            earlier = any(plain[each] for each in new if each < place)
            return list(range(place, end)) if earlier else []
    return []
