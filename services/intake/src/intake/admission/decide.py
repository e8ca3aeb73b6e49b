"""What a contact becomes: customer, ticket, first message and class, decided in one go."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from chassis.values import TicketId, first_version
from contracts.vocabulary import AuthorKind, Channel, TicketState, WaitingOn
from intake.admission.model import Admission, Budget, Contact, Ids, Known
from intake.customers.model import Customer
from intake.tenants.decide import plan_of_strangers, priority_for
from intake.tickets.decide.conversation import opened
from intake.tickets.decide.life_cycle import Moment
from intake.tickets.model import Message, Ticket
from intake.understanding.decide.language import decide_language
from intake.understanding.decide.topics import decide_topic
from intake.understanding.model import UNKNOWN, Language, Setting, Topic

LIVE = frozenset({Channel.CHAT, Channel.TELEGRAM})
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class _Reading:
    language: Language
    topic: Topic
    customer: Customer
    at: datetime


def decide_admission(contact: Contact, known: Known, ids: Ids, epoch: int = 0) -> Admission:
    """A new ticket of a known or new customer, classified; counted from the server's time.

    A contact whose raw input was stored earlier counts from then.
    """
    at = Moment(contact.received_at or known.at, epoch)
    prior = known.customer.language if known.customer else contact.declared_language
    language = decide_language(contact.evidence, Setting(contact.tenant.languages, prior))
    topic = decide_topic(f"{contact.subject}\n{contact.text}", language.tag)
    customer = known.customer or _newcomer(contact, ids, language, epoch)
    message = Message(
        id=ids.message,
        author=AuthorKind.CUSTOMER,
        author_id=customer.id,
        public=True,
        received_at=at.now,
        language=language.tag,
        machine=contact.machine,
    )
    reading = _Reading(language, topic, customer, at.now)
    blank = _blank(contact, reading, ids.ticket, f"{contact.tenant.initials}-{known.number}")
    start, rest = opened(blank, message, at)
    return Admission(
        contact=contact,
        customer=customer,
        customer_is_new=known.customer is None,
        opened=start,
        rest=rest,
        message=ids.message,
        topic=topic,
        acknowledgement=ids.acknowledgement if contact.acknowledgement else None,
    )


def decide_budget(address: str, mailbox: str, *, proven: bool, secret: bytes) -> Budget:
    """How often an address may be answered automatically.

    A proven sender gets one for each ticket, but two within ten minutes at most, so that a loop
    ends; anybody else one an hour and five a day over all client companies.
    """
    if proven:
        digest = _digest(secret, "proven", mailbox, address)
        return Budget(digest, timedelta(), timedelta(minutes=10), 2)
    digest = _digest(secret, "anybody", address)
    return Budget(digest, timedelta(hours=1), timedelta(days=1), 5)


def _digest(secret: bytes, *parts: str) -> bytes:
    return hmac.new(secret, "\n".join(parts).encode(), sha256).digest()


def _newcomer(contact: Contact, ids: Ids, language: Language, epoch: int) -> Customer:
    known = language.tag != UNKNOWN
    return Customer(
        tenant=contact.tenant.id,
        id=ids.customer,
        name=contact.sender_name[:LONGEST_NAME],
        plan=plan_of_strangers(contact.tenant).id,
        locale=language.tag if known else contact.tenant.default_language,
        zone=contact.tenant.zone,
        version=first_version(epoch),
    )


def _blank(contact: Contact, reading: _Reading, ticket: TicketId, reference: str) -> Ticket:
    topic = reading.topic
    return Ticket(
        tenant=contact.tenant.id,
        id=ticket,
        reference=reference,
        brand=contact.brand.id,
        customer=reading.customer.id,
        channel=contact.channel,
        plan=reading.customer.plan,
        language=reading.language.tag,
        language_confidence=reading.language.confidence,
        category=topic.category,
        damage=topic.damage,
        priority=priority_for(contact.tenant, topic.damage, reading.customer.plan),
        state=TicketState.NEW,
        waiting_on=WaitingOn.US,
        opened_at=reading.at,
        live=contact.channel in LIVE,
        follows=contact.follows,
    )
