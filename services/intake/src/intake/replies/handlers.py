"""Everything a letter is composed from, and what follows when it has left or cannot."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from chassis.effects import Effect
from chassis.links import Links
from chassis.values import MessageId
from intake.channels.decide.recipients import reply_address
from intake.channels.model import ReplyKey
from intake.replies.decide.compose import compose_answer, compose_letter
from intake.replies.decide.when import spoken
from intake.replies.model import (
    Answer,
    Letter,
    OutgoingMail,
    Quotation,
    Stamp,
    Texts,
    Thread,
    Values,
    Writer,
)
from intake.tenants import handlers as tenants
from intake.tenants.model import Brand, Tenant
from intake.tickets.handlers import customer as said_by_customer
from intake.tickets.handlers import letters
from intake.tickets.handlers.letters import Correspondence
from intake.tickets.model import Message, Notice, Text, Ticket
from intake.tickets.translate import ticket_link

_LETTER = {
    Notice.SOLVED: Letter.SOLVED,
    Notice.REMINDER: Letter.REMINDER,
    Notice.CLOSED: Letter.CLOSED,
    Notice.REOPENED: Letter.REOPENED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every letter is written with."""

    texts: Texts
    links: Links
    public_url: str
    reply_secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What one letter is about."""

    tenant: Tenant
    brand: Brand
    address: str
    so_far: Correspondence

    @property
    def ticket(self) -> Ticket:
        return self.so_far.ticket

    @property
    def language(self) -> str:
        known = self.ticket.language
        return known if known != "und" else self.so_far.customer.language

    @property
    def zone(self) -> str:
        return self.so_far.customer.zone


class NobodyToWriteTo(Exception):
    """The customer has no mail address, or the ticket is gone."""


async def compose(tx: Transaction, desk: Desk, effect: Effect, now: datetime) -> OutgoingMail:
    """The mail of an effect, in the customer's language and zone and the brand's name.

    Raises:
        NobodyToWriteTo: it can never be sent.
    """
    matter = await _matter(tx, effect)
    stamp = Stamp(effect.id, now)
    thread = _thread(matter, desk)
    if "message" in effect.payload:
        message = await letters.letter(tx, effect.tenant, MessageId(effect.id))
        if message is None:
            raise NobodyToWriteTo("the message is gone")
        answer = _answer(matter, message.message, message.said)
        return compose_answer(answer, thread, writer=_writer(matter), texts=desk.texts, stamp=stamp)
    letter, values = _letter(matter, Notice(effect.payload["notice"]), now)
    link = ticket_link(desk.links, desk.public_url, matter.ticket.tenant, matter.ticket.id)
    return compose_letter(
        letter,
        Values(link=link, due=values.due, until=values.until, previous=values.previous),
        thread,
        writer=_writer(matter),
        language=matter.language,
        texts=desk.texts,
        stamp=stamp,
    )


async def note_sent(tx: Transaction, effect: Effect, text: str, now: datetime) -> None:
    """It left: noted on the answer, or put into the conversation as the platform's letter."""
    if "message" in effect.payload:
        await letters.note_sent(tx, effect.tenant, MessageId(effect.id), now)
        return
    await letters.save_notice(tx, _written(effect, text, "sent", now))


async def note_failed(tx: Transaction, effect: Effect, reason: str, now: datetime) -> None:
    """It can never arrive: colleagues see it on the message, others hear of it."""
    if "notice" in effect.payload:
        await letters.save_notice(tx, _written(effect, "", "failed", now))
    named = (effect.tenant, UUID(effect.payload["ticket"]))
    await said_by_customer.note_undelivered(tx, named, MessageId(effect.id), reason)


def _written(effect: Effect, text: str, delivery: str, now: datetime) -> letters.Notified:
    return letters.Notified(
        tenant=effect.tenant,
        ticket=UUID(effect.payload["ticket"]),
        id=MessageId(effect.id),
        notice=Notice(effect.payload["notice"]),
        text=text,
        delivery=delivery,
        at=now,
    )


async def _matter(tx: Transaction, effect: Effect) -> Matter:
    so_far = await letters.correspondence(tx, effect.tenant, UUID(effect.payload["ticket"]))
    settings = await tenants.tenant(tx, effect.tenant)
    if so_far is None or settings is None:
        raise NobodyToWriteTo("the ticket is gone")
    if not so_far.addresses:
        raise NobodyToWriteTo("the customer has no mail address")
    wrote_from = so_far.newest.from_address if so_far.newest else ""
    return Matter(
        tenant=settings,
        brand=settings.brand(so_far.ticket.brand) or settings.brands[0],
        address=wrote_from if wrote_from in so_far.addresses else so_far.addresses[0],
        so_far=so_far,
    )


def _letter(matter: Matter, notice: Notice, now: datetime) -> tuple[Letter, Values]:
    so_far, ticket = matter.so_far, matter.ticket
    if notice is not Notice.ACKNOWLEDGEMENT:
        until = ticket.confirm_until
        said = spoken(until, matter.zone, matter.language) if until else ""
        return _LETTER[notice], Values(until=said)
    if so_far.previous:
        return Letter.FOLLOW_UP, Values(previous=so_far.previous)
    due = so_far.first_reply_due
    if due is None or due <= now:
        return Letter.ACKNOWLEDGED, Values()
    return Letter.ACKNOWLEDGED_WITH_DUE, Values(due=spoken(due, matter.zone, matter.language))


def _thread(matter: Matter, desk: Desk) -> Thread:
    ticket, mailbox = matter.ticket, matter.brand.mail_address
    key = ReplyKey(desk.reply_secret, mailbox)
    newest = matter.so_far.newest
    last = newest.message_id if newest else ""
    return Thread(
        reference=ticket.reference,
        to=matter.address,
        reply_to=reply_address(ticket.reference, matter.address, key),
        subject=matter.so_far.subject,
        in_reply_to=last if last.startswith("<") else "",
        references=matter.so_far.references,
    )


def _writer(matter: Matter) -> Writer:
    brand = matter.brand
    return Writer(
        name=brand.name,
        from_name=brand.from_name,
        address=brand.mail_address,
        default_language=matter.tenant.default_language,
        signatures=brand.signatures,
    )


def _answer(matter: Matter, message: Message, said: Text) -> Answer:
    newest, quotation = matter.so_far.newest, None
    if newest:
        at = spoken(newest.at, matter.zone, message.language)
        quotation = Quotation(newest.name, at, newest.text)
    name = said.author_name.split()
    return Answer(
        text=said.text,
        language=message.language,
        agent=name[0] if name else matter.brand.name,
        quotation=quotation,
    )
