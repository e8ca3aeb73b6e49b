"""What a mail was judged to be: its new part, who wrote it, where it belongs, for whom it is."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chassis.values import BrandId, TenantId, TicketId


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
