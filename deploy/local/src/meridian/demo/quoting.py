"""Quotes an answer the way a customer's mail program does, in that program's words and language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from meridian.demo.reading import ContentError, Row, demo_yaml

CLIENTS = frozenset({"gmail", "apple", "outlook"})
_RULE = "_" * 32
_GMAIL_LINE = 78


@dataclass(frozen=True, slots=True)
class Quoted:
    """The mail being answered. `at` is in the zone that the quoting program runs in."""

    message_id: str
    references: tuple[str, ...]
    name: str
    address: str
    to: str
    subject: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QuoteStyle:
    subject_prefix: str
    head: tuple[str, ...]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    ampm: tuple[str, ...]


def quote_style(client: str, language: str) -> QuoteStyle:
    try:
        return _styles()[client, language]
    except KeyError as error:
        raise ContentError(f"quotes.yaml: no {client} style in {language}") from error


@cache
def _styles() -> Mapping[tuple[str, str], QuoteStyle]:
    top = Row(demo_yaml("quotes.yaml"), "quotes.yaml")
    styles = {}
    for client in sorted(CLIENTS):
        row = top.row(client)
        for language in row:
            styles[client, language] = _style(row.row(language))
    top.finish()
    return styles


def _style(row: Row) -> QuoteStyle:
    style = QuoteStyle(
        subject_prefix=row.text("subject"),
        head=row.texts("head"),
        weekdays=row.texts("weekdays") if "weekdays" in row else ("",) * 7,
        months=row.texts("months") if "months" in row else ("",) * 12,
        ampm=row.texts("ampm") if "ampm" in row else ("", ""),
    )
    row.finish()
    if (len(style.weekdays), len(style.months), len(style.ampm)) != (7, 12, 2):
        raise ContentError(f"{row.where}: seven weekdays, twelve months, two halves of the day")
    return style


def attribution(client: str, language: str, quoted: Quoted) -> str:
    """The line or block by which the program introduces the quote."""
    style = quote_style(client, language)
    fields = _fields(style, quoted)
    head = "\n".join(line.format_map(fields) for line in style.head)
    if client == "gmail" and len(head) > _GMAIL_LINE:
        return head.replace(" <", "\n<", 1)
    return f"{_RULE}\n{head}" if client == "outlook" else head


def quote(client: str, language: str, quoted: Quoted) -> str:
    """What the program puts under a reply: Outlook copies the text, the others mark each line."""
    head = attribution(client, language, quoted)
    if client == "outlook":
        return f"{head}\n\n{quoted.text}\n"
    gap = "\n\n" if client == "gmail" else "\n> \n"
    return head + gap + "\n".join(f"> {line}".rstrip() for line in quoted.text.splitlines()) + "\n"


def _fields(style: QuoteStyle, quoted: Quoted) -> dict[str, str]:
    at = quoted.at
    return {
        "name": quoted.name,
        "address": quoted.address,
        "to": quoted.to,
        "subject": quoted.subject,
        "y": str(at.year),
        "m": str(at.month),
        "mm": f"{at.month:02}",
        "d": str(at.day),
        "dd": f"{at.day:02}",
        "H": f"{at.hour:02}",
        "M": f"{at.minute:02}",
        "h12": str(at.hour % 12 or 12),
        "ampm": style.ampm[at.hour >= 12],
        "weekday": style.weekdays[at.weekday()],
        "month": style.months[at.month - 1],
    }
