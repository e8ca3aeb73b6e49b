"""A mail as it was read, or why it could not be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Limits:
    """What one mail may cost. `head` bounds one header block; a longer text is cut and attached."""

    size: int = 25 * 1024 * 1024
    parts: int = 200
    depth: int = 10
    headers: int = 1000
    head: int = 256 * 1024
    text: int = 300_000


LIMITS = Limits()


class Why(StrEnum):
    """Why a mail cannot be read; it is quarantined for a person to look at."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_DEEP = "too_deep"
    TOO_MANY_HEADERS = "too_many_headers"
    BROKEN_STRUCTURE = "broken_structure"
    SEVERAL_SENDERS = "several_senders"
    NO_SENDER = "no_sender"


class Note(StrEnum):
    """What reading had to make up for. The raw mail is always kept."""

    CHARACTERS_REPLACED = "characters_replaced"
    UNKNOWN_CHARSET = "unknown_charset"
    BROKEN_ENCODING = "broken_encoding"
    CUT_SHORT = "cut_short"
    TEXT_FROM_HTML = "text_from_html"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What SMTP said: the return path (empty for machines, None where nobody said) and for whom."""

    mail_from: str | None = None
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """`address` is in small letters and well-formed, or empty; `name` is one visible line."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


class Verdict(StrEnum):
    """What our own relay says of the sender's domain; `none` when it says nothing."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An attached file. `name` is harmless and for display only; the caller gives it an id."""

    name: str
    media_type: str
    content: bytes
    inline: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a mail server reports about one of our mails (RFC 3464)."""

    action: str
    status: str
    recipient: str
    diagnostic: str
    original_message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """A mail as far as it can be understood. Ids keep their angle brackets.

    `text` is everything readable, quotations included; `html` is already made harmless.
    `headers` are the remaining ones in order, names in small letters, our internal ones removed.
    `date` is the sender's own and only for display.
    """

    envelope: Envelope
    sender: Address
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    dmarc: Verdict = Verdict.NONE
    text: str = ""
    html: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    media_type: str = "text/plain"
    report: DeliveryReport | None = None
    headers: tuple[tuple[str, str], ...] = ()
    notes: frozenset[Note] = frozenset()

    def header(self, name: str) -> str:
        """The first of that name in small letters; empty when there is none."""
        return next((value for known, value in self.headers if known == name), "")

    def has(self, name: str) -> bool:
        return any(known == name for known, _ in self.headers)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """`sender` and `subject` are a best effort, so that a person recognises it in quarantine."""

    why: Why
    detail: str = ""
    sender: str = ""
    subject: str = ""
