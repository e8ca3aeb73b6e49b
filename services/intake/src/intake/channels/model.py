"""Values of a mail: as it was read, and what it was judged to be."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chassis.values import BrandId, TenantId, TicketId


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


class Kind(StrEnum):
    NEW = "new"
    QUOTED = "quoted"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Split:
    """A text in pieces; put together in order they are the text again, to the character."""

    pieces: tuple[Piece, ...]

    @property
    def whole(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def new(self) -> str:
        return self._of(Kind.NEW)

    @property
    def quoted(self) -> str:
        return self._of(Kind.QUOTED)

    @property
    def signature(self) -> str:
        return self._of(Kind.SIGNATURE)

    def _of(self, kind: Kind) -> str:
        found = (piece.text.strip("\n") for piece in self.pieces if piece.kind is kind)
        return "\n\n".join(text for text in found if text.strip()).rstrip()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody wrote it, as far as a machine can tell."""


@dataclass(frozen=True, slots=True)
class AutoReply:
    """A machine answered by itself. `because` names the sign, never its text."""

    because: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """One of our mails did not arrive. `original_message_id` is empty where nobody says which."""

    original_message_id: str
    status: str = ""
    recipient: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class MailingList:
    because: str


MachineKind = Person | AutoReply | Bounce | MailingList


@dataclass(frozen=True, slots=True)
class AutomaticMail:
    """One that already left, for the breaker's memory."""

    at: datetime
    mailbox: str
    address: str
    ticket: TicketId


@dataclass(frozen=True, slots=True)
class Answerable:
    """To whom an automatic mail would go, about which ticket, from which mailbox."""

    mailbox: str
    address: str
    ticket: TicketId
    proven: bool


@dataclass(frozen=True, slots=True)
class Allowed:
    pass


@dataclass(frozen=True, slots=True)
class Withheld:
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A ticket of this tenant that the mail may belong to.

    `message_ids` are those known on it, ours and the customers'. `participants` are the addresses
    that wrote on it or were written to. `ended` is one that a mail cannot reopen any more.
    """

    ticket: TicketId
    reference: str
    message_ids: frozenset[str] = frozenset()
    participants: frozenset[str] = frozenset()
    ended: bool = False


@dataclass(frozen=True, slots=True)
class NewTicket:
    pass


@dataclass(frozen=True, slots=True)
class Reply:
    """`because` is headers, token or subject."""

    ticket: TicketId
    because: str


@dataclass(frozen=True, slots=True)
class LinkedQuarantined:
    """A stranger on a known thread: a ticket of its own that reveals nothing of the other."""

    ticket: TicketId
    because: str


@dataclass(frozen=True, slots=True)
class FollowUpTicket:
    """It belongs to a ticket that is over: a new one, linked to it."""

    ticket: TicketId
    because: str


Threaded = NewTicket | Reply | LinkedQuarantined | FollowUpTicket


@dataclass(frozen=True, slots=True)
class Spam:
    """`reasons` are words of our own, with the points that each gave."""

    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotSpam:
    score: float = 0.0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address that mail is taken for."""

    tenant: TenantId
    brand: BrandId
    address: str


@dataclass(frozen=True, slots=True)
class BrandRecipient:
    mailbox: Mailbox


@dataclass(frozen=True, slots=True)
class ReplyRecipient:
    """Written to the reply address of a mail of ours; the token is not checked yet."""

    mailbox: Mailbox
    token: str


@dataclass(frozen=True, slots=True)
class UnknownRecipient:
    """Refused at the door."""


Recipient = BrandRecipient | ReplyRecipient | UnknownRecipient


@dataclass(frozen=True, slots=True)
class ReplyKey:
    """What reply tokens are made with: the secret, and the mailbox that they are good for."""

    secret: bytes = field(repr=False)
    mailbox: str
