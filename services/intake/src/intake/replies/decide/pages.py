"""The HTML twin of a text of ours: paragraphs, links and quotations, nothing else."""

import re
from html import escape
from itertools import groupby

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}»”。，、）】]")
_STYLE = "font-family:system-ui,sans-serif;font-size:16px;line-height:1.5"


def page(text: str, *, language: str, right_to_left: bool) -> str:
    """A whole page with its language and direction; links stand from left to right in both."""
    direction = "rtl" if right_to_left else "ltr"
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}" dir="{direction}">\n'
        f'<head><meta charset="utf-8"></head>\n<body style="{_STYLE}">\n'
        f"{_blocks(text)}\n</body>\n</html>\n"
    )


def _blocks(text: str) -> str:
    runs = groupby(text.split("\n"), key=lambda line: line.startswith(">"))
    return "\n".join(
        f'<blockquote type="cite">\n{_blocks(_unmarked(lines))}\n</blockquote>'
        if marked
        else _paragraphs("\n".join(lines))
        for marked, lines in ((marked, list(run)) for marked, run in runs)
    )


def _unmarked(lines: list[str]) -> str:
    return "\n".join(line[1:].removeprefix(" ") for line in lines)


def _paragraphs(text: str) -> str:
    return "\n".join(
        f"<p>{'<br>'.join(_line(line) for line in paragraph.split(chr(10)))}</p>"
        for paragraph in re.split(r"\n{2,}", text.strip("\n"))
        if paragraph.strip()
    )


def _line(line: str) -> str:
    out, position = [], 0
    for found in _LINK.finditer(line):
        url = escape(found[0])
        out.append(escape(line[position : found.start()], quote=False))
        out.append(f'<a href="{url}"><bdi dir="ltr">{url}</bdi></a>')
        position = found.end()
    return "".join([*out, escape(line[position:], quote=False)])
