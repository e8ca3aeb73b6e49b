"""Values of what goes out: authored texts, and a mail ready to leave."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.vocabulary import RemedyKind
from intake.outreach.model import Refusal

# What ends a line in some alphabet or program, and all other control characters.
UNFIT_FOR_HEADER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ONE_LINE = (
    "message_id",
    "from_name",
    "from_address",
    "reply_to",
    "to",
    "subject",
    "language",
    "in_reply_to",
)


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
    SURVEY = "survey"
    REFUND_PAID = "refund_paid"
    REFUND_DELAYED = "refund_delayed"
    REMEDY_IN_REVIEW = "remedy_in_review"
    EXTENSION_GRANTED = "extension_granted"
    GOODWILL_GRANTED = "goodwill_granted"
    REMEDY_REFUSED = "remedy_refused"
    FOLLOWUP_CONTACT = "followup_contact"


@dataclass(frozen=True, slots=True)
class LetterText:
    """Placeholders: brand, reference, due, until, previous, amount, days; status for colleagues.

    `see` stands above the link where that is not the ticket's.
    """

    subject: str
    body: str
    see: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageTexts:
    """`see` stands above the link, `human` says that a person reads every answer.

    `quote` introduces a quotation, with the placeholders at and name. `reasons` say why something
    was refused, `instead` what is offered (amount or days), `reach` where people are (contacts).
    """

    language: str
    right_to_left: bool
    greeting: str
    see: str
    human: str
    sign_off: str
    quote: str
    letters: Mapping[Letter, LetterText]
    reasons: Mapping[Refusal, str]
    instead: Mapping[RemedyKind, str]
    reach: str


@dataclass(frozen=True, slots=True)
class Texts:
    """All languages that were loaded, by their tag; English is always among them."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What the placeholders stand for; instants are already words in the reader's language.

    `link` is the customer's page of the ticket, or one that is `for_reader_only`: colleagues see
    the letter without it. `status` is what a mail server answered; `more` are whole paragraphs.
    """

    link: str = ""
    due: str = ""
    until: str = ""
    previous: str = ""
    status: str = ""
    amount: str = ""
    days: str = ""
    more: tuple[str, ...] = ()
    for_reader_only: bool = False


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


class HeaderInjection(ValueError):
    """A value that would end a header line; `field` names it, the value itself is not repeated."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} has a line break or a control character in it")
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """Ready to leave. One with a line break in a header cannot exist: `HeaderInjection`.

    Servers report to `return_path` when it does not arrive; that is the reply address too.
    `kept` is the text as the conversation keeps it.
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
    at: datetime
    automatic: bool
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    kept: str = ""

    def __post_init__(self) -> None:
        for name in _ONE_LINE:
            if UNFIT_FOR_HEADER.search(getattr(self, name)):
                raise HeaderInjection(name)
        if UNFIT_FOR_HEADER.search("".join(self.references)):
            raise HeaderInjection("references")

    @property
    def return_path(self) -> str:
        return self.reply_to
