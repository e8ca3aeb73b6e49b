"""Everything a letter is composed from, and what follows when it has left or cannot."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.db import Transaction
from chassis.effects import Effect
from chassis.links import Links
from chassis.values import MessageId
from intake.channels.decide.recipients import reply_address
from intake.channels.model import ReplyKey
from intake.outreach import handlers as outreach
from intake.outreach.decide import read_contents, still_meant
from intake.outreach.model import Contents, Why
from intake.replies.decide.compose import compose_answer, compose_letter
from intake.replies.decide.told import Ways, compose_told
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

SURVEY_PURPOSE = "survey"
SURVEY_TTL = timedelta(days=7)

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
    """The customer has no mail address, the ticket is gone, or nobody asks any more."""


_GONE = "the ticket is gone"
_NO_ADDRESS = "the customer has no mail address"
_OVERTAKEN = "the ticket is open again"
_WHY = {_GONE: Why.TICKET_GONE, _NO_ADDRESS: Why.NO_ADDRESS, _OVERTAKEN: Why.OVERTAKEN}


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
    link = ticket_link(desk.links, desk.public_url, matter.ticket.tenant, matter.ticket.id)
    if "outreach" in effect.payload:
        contents = await _contents(tx, effect, matter)
        return compose_told(
            contents, _ways(contents, matter, desk, link), thread, writer=_writer(matter),
            language=matter.language, texts=desk.texts, stamp=stamp,
        )  # fmt: skip
    letter, values = _letter(matter, Notice(effect.payload["notice"]), now)
    return compose_letter(
        letter, replace(values, link=link), thread, writer=_writer(matter),
        language=matter.language, texts=desk.texts, stamp=stamp,
    )  # fmt: skip


async def note_sent(tx: Transaction, effect: Effect, text: str, now: datetime) -> None:
    """It left: noted on the answer, or put into the conversation as the platform's letter."""
    if "message" in effect.payload:
        await letters.note_sent(tx, effect.tenant, MessageId(effect.id), now)
        return
    await letters.save_notice(tx, _written(effect, text, "sent", now))
    if "outreach" in effect.payload:
        await outreach.note_left(tx, effect.tenant, effect.id, now)


async def note_failed(tx: Transaction, effect: Effect, reason: str, now: datetime) -> None:
    """It can never arrive: colleagues see it on the message, others hear of it."""
    if "outreach" in effect.payload:
        why = _WHY.get(reason, Why.UNDELIVERABLE)
        await outreach.note_lost(tx, effect.tenant, effect.id, why, now)
        if why is not Why.UNDELIVERABLE:
            return
    if "message" not in effect.payload:
        await letters.save_notice(tx, _written(effect, "", "waiting", now))
    named = (effect.tenant, UUID(effect.payload["ticket"]))
    await said_by_customer.note_undelivered(tx, named, MessageId(effect.id), reason)


def kind_of(effect: Effect) -> str:
    """Which letter it is: a notice, what another service had us tell, or a colleague's reply."""
    named = effect.payload.get("notice") or effect.payload.get("outreach") or "reply"
    return str(named)


def _written(effect: Effect, text: str, delivery: str, now: datetime) -> letters.Notified:
    return letters.Notified(
        tenant=effect.tenant,
        ticket=UUID(effect.payload["ticket"]),
        id=MessageId(effect.id),
        kind=kind_of(effect),
        text=text,
        delivery=delivery,
        at=now,
    )


async def _matter(tx: Transaction, effect: Effect) -> Matter:
    so_far = await letters.correspondence(tx, effect.tenant, UUID(effect.payload["ticket"]))
    settings = await tenants.tenant(tx, effect.tenant)
    if so_far is None or settings is None:
        raise NobodyToWriteTo(_GONE)
    if not so_far.addresses:
        raise NobodyToWriteTo(_NO_ADDRESS)
    wrote_from = so_far.newest.from_address if so_far.newest else ""
    return Matter(
        tenant=settings,
        brand=settings.brand(so_far.ticket.brand) or settings.brands[0],
        address=wrote_from if wrote_from in so_far.addresses else so_far.addresses[0],
        so_far=so_far,
    )


async def _contents(tx: Transaction, effect: Effect, matter: Matter) -> Contents:
    asked = await outreach.outreach(tx, effect.tenant, effect.id)
    contents = read_contents(asked.template, asked.values) if asked else Why.TICKET_GONE
    if isinstance(contents, Why):
        raise NobodyToWriteTo(_GONE)
    if not still_meant(contents.template, matter.ticket.state):
        raise NobodyToWriteTo(_OVERTAKEN)
    return contents


def _ways(contents: Contents, matter: Matter, desk: Desk, link: str) -> Ways:
    survey = ""
    if contents.survey:
        claims = {"t": str(matter.tenant.id), "s": str(contents.survey)}
        token = desk.links.sign(SURVEY_PURPOSE, claims, SURVEY_TTL)
        survey = f"{desk.public_url.rstrip('/')}/s/{token}"
    contacts = [contact.address for contact in matter.tenant.published_contacts]
    return Ways(ticket=link, survey=survey, contacts=contacts)


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
