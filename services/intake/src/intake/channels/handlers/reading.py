"""A raw mail becomes what admission and tickets take: text, files, and the language's evidence."""

from dataclasses import dataclass
from hashlib import sha256

from chassis.values import MessageId, TicketId
from contracts.vocabulary import Channel
from intake.admission.decide import decide_budget
from intake.admission.model import Contact
from intake.channels.decide.addresses import address_of
from intake.channels.decide.mime import read_mail
from intake.channels.decide.quotes import split_quotes
from intake.channels.handlers.doors import Doors
from intake.channels.model import Address, Enclosure, Envelope, ReadMail, Unreadable, Verdict
from intake.channels.store.raw import Pending, RawMail
from intake.customers.model import Identity, IdentityKind
from intake.tenants.handlers import Home
from intake.tickets.handlers.customer import Incoming
from intake.tickets.model import Attachment, Text

LONGEST_HTML = 300_000
LONGEST_SUBJECT = 500
UNREADABLE_TEXT = "This mail could not be read. It is attached as it came."


@dataclass(frozen=True, slots=True)
class Item:
    """A raw mail, where it belongs, and what could be read of it."""

    pending: Pending
    raw: RawMail
    home: Home
    found: ReadMail | Unreadable

    @property
    def sha(self) -> bytes:
        return sha256(self.raw.content).digest()

    @property
    def key(self) -> str:
        """What makes it the same mail when it comes again: its Message-ID, else its content."""
        given = self.found.message_id if isinstance(self.found, ReadMail) else ""
        return given[:900] if given else f"sha256:{self.sha.hex()}"

    @property
    def sender(self) -> str:
        return self.found.sender.address if isinstance(self.found, ReadMail) else self.found.sender


def read(pending: Pending, raw: RawMail, home: Home, authserv: str) -> Item:
    envelope = Envelope(mail_from=raw.mail_from, recipient=raw.recipient)
    return Item(pending, raw, home, read_mail(raw.content, envelope, authserv=authserv))


@dataclass(frozen=True, slots=True)
class Parts:
    """The new text and what stands below it."""

    new: str
    below: str


def parts_of(mail: ReadMail) -> Parts:
    split = split_quotes(mail.text)
    if not split.new.strip():
        return Parts(mail.text.strip(), "")
    below = "\n\n".join(part for part in (split.signature, split.quoted) if part)
    return Parts(split.new, below)


async def contact_of(
    doors: Doors, item: Item, mail: ReadMail, follows: TicketId | None = None
) -> Contact:
    """A new ticket's first message. It counts from when the raw mail was stored."""
    parts = parts_of(mail)
    proven = mail.dmarc is Verdict.PASS
    mailbox, released = item.raw.mailbox, item.pending.released
    return Contact(
        tenant=item.home.tenant,
        brand=item.home.brand,
        channel=Channel.MAIL,
        mailbox=mailbox,
        key=f"q:{released}" if released else item.key,
        sha=item.sha,
        raw_id=item.raw.id,
        raw=None,
        received_at=item.pending.received_at,
        sender=Identity(IdentityKind.MAIL, mail.sender.address),
        sender_name=mail.sender.name or mail.sender.address,
        verified=proven,
        subject=mail.subject[:LONGEST_SUBJECT],
        text=parts.new,
        evidence=await doors.reader.gather(parts.new, item.home.tenant.languages),
        quoted=parts.below,
        html=_html(mail),
        external_id=mail.message_id,
        attachments=_attachments(doors, mail),
        follows=follows,
        acknowledgement=decide_budget(
            mail.sender.address, mailbox, proven=proven, secret=doors.secret
        ),
    )


async def incoming_of(
    doors: Doors, item: Item, mail: ReadMail, ticket: TicketId, *, machine: bool
) -> Incoming:
    """Another message of a known ticket."""
    parts = parts_of(mail)
    text = Text(
        text=parts.new,
        author_name=mail.sender.name or mail.sender.address,
        kind="contact",
        quoted=parts.below,
        html=_html(mail),
        from_address=mail.sender.address,
        external_id=mail.message_id,
        raw_id=item.raw.id,
        attachments=_attachments(doors, mail),
    )
    return Incoming(
        tenant=item.raw.tenant,
        ticket=ticket,
        message=MessageId(doors.new_id()),
        text=text,
        evidence=await doors.reader.gather(parts.new, item.home.tenant.languages),
        machine=machine,
        received_at=item.pending.received_at,
    )


def as_attachment(item: Item, unreadable: Unreadable) -> ReadMail:
    """A mail that cannot be read, for people: the whole of it as a file to open elsewhere."""
    envelope = Envelope(mail_from=item.raw.mail_from, recipient=item.raw.recipient)
    return ReadMail(
        envelope=envelope,
        sender=Address(address_of(unreadable.sender) or address_of(item.raw.mail_from)),
        subject=unreadable.subject,
        text=UNREADABLE_TEXT,
        enclosures=(Enclosure("mail.eml", "message/rfc822", item.raw.content),),
    )


def _html(mail: ReadMail) -> str | None:
    return mail.html if mail.html and len(mail.html) <= LONGEST_HTML else None


def _attachments(doors: Doors, mail: ReadMail) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(doors.new_id(), file.name, file.media_type, file.content)
        for file in mail.enclosures
    )
