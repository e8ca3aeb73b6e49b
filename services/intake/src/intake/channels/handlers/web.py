"""Contacts from the web form and from partners' systems, as admission takes them."""

from dataclasses import dataclass, replace
from hashlib import sha256

from contracts.vocabulary import Channel
from intake.admission.decide import decide_budget
from intake.admission.model import Admitted, Contact
from intake.channels.handlers.doors import Doors
from intake.customers.decide import identity_of
from intake.customers.model import Identity, IdentityKind
from intake.tenants.handlers import Home
from intake.tickets.model import Ticket


class NoSenderError(Exception):
    """Neither a mail address nor an international phone number: nobody could be answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote, checked by the route. `raw` is the request as it came."""

    channel: Channel
    key: str
    raw: bytes
    name: str
    mail: str | None
    phone: str | None = None
    subject: str
    text: str
    language: str | None = None
    verified: bool = False
    external_id: str = ""


async def admit(doors: Doors, home: Home, written: Written) -> Admitted:
    """One contact, one ticket.

    Raises:
        NoSenderError: there is nobody to answer.
    """
    sender = identity_of(mail=written.mail, phone=written.phone)
    if sender is None:
        raise NoSenderError
    return await doors.door.admit(await _contact(doors, home, written, sender))


async def follow_up(doors: Doors, home: Home, closed: Ticket, written: Written) -> Admitted:
    """A new ticket linked to one that is over; its customer is proven by the link."""
    sender = identity_of(mail=written.mail, phone=written.phone)
    if sender is None:
        raise NoSenderError
    contact = await _contact(doors, home, written, sender)
    return await doors.door.admit(replace(contact, follows=closed.id))


async def _contact(doors: Doors, home: Home, written: Written, sender: Identity) -> Contact:
    return Contact(
        tenant=home.tenant,
        brand=home.brand,
        channel=written.channel,
        mailbox=str(home.brand.id),
        key=written.key,
        sha=sha256(written.raw).digest(),
        raw_id=doors.new_id(),
        raw=written.raw,
        received_at=None,
        sender=sender,
        sender_name=written.name or sender.address,
        verified=written.verified,
        subject=written.subject,
        text=written.text,
        evidence=await doors.reader.gather(written.text, home.tenant.languages),
        declared_language=written.language,
        external_id=written.external_id,
        acknowledgement=decide_budget(
            sender.address, home.brand.mail_address, proven=False, secret=doors.secret
        )
        if sender.kind is IdentityKind.MAIL
        else None,
    )
