"""Values of what goes out: authored texts, and a mail ready to leave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Letter(StrEnum):
    """What the platform writes by itself. Each is authored in every language but the note."""

    ACKNOWLEDGED = "acknowledged"
    ACKNOWLEDGED_WITH_DUE = "acknowledged_with_due"
    SOLVED = "solved_please_confirm"
    REMINDER = "reminder_before_closing"
    CLOSED = "closed"
    REOPENED = "reopened"
    FOLLOW_UP = "follow_up_linked"
    DELIVERY_PROBLEM = "delivery_problem_note"


@dataclass(frozen=True, slots=True)
class LetterText:
    """Paragraphs with the placeholders brand, reference, link, due, until and previous."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class LanguageTexts:
    """`quote` introduces a quotation: placeholders at and name."""

    language: str
    right_to_left: bool
    quote: str
    letters: Mapping[Letter, LetterText]


@dataclass(frozen=True, slots=True)
class Texts:
    """All languages that were loaded, by their tag."""

    by_language: Mapping[str, LanguageTexts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """The brand that a mail comes from. `signatures` are by language, with `{agent}` in them."""

    name: str
    from_name: str
    address: str
    default_language: str
    signatures: Mapping[str, str] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Where a mail belongs. `reply_to` is the address with the recipient's token.

    `in_reply_to` is the Message-ID of the customer's last mail, empty when it came by the form.
    """

    reference: str
    to: str
    reply_to: str
    subject: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Values:
    """What the placeholders stand for; instants are already words in the reader's language."""

    link: str = ""
    due: str = ""
    until: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """The customer's message that an answer quotes."""

    name: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a colleague wrote, and the first name that signs it."""

    text: str
    language: str
    agent: str
    quotation: Quotation | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes a mail this one: the id of its effect, and when it was written."""

    id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """Ready to leave. `return_path` is where servers report that it did not arrive.

    A header with a line break in it raises `ValueError`: nothing may ever be smuggled into one.
    """

    message_id: str
    from_name: str
    from_address: str
    reply_to: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    right_to_left: bool
    at: datetime
    automatic: bool
    in_reply_to: str = ""
    references: tuple[str, ...] = ()

    @property
    def return_path(self) -> str:
        return self.reply_to
