"""What colleagues do to a ticket. Each: load, decide, store."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from chassis.values import MessageId
from contracts.vocabulary import AuthorKind, Damage, WaitingOn
from intake.customers import handlers as customers
from intake.customers.model import IdentityKind
from intake.tenants import handlers as tenants
from intake.tenants.decide import priority_for
from intake.tickets.decide import conversation as talk
from intake.tickets.decide import life_cycle
from intake.tickets.handlers.apply import TicketAbsentError, apply, load, moment
from intake.tickets.model import Message, Refused, Step, Text, Then, Ticket


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does it, to which ticket."""

    tenant: UUID
    ticket: UUID
    person: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class Writing:
    """What a colleague writes."""

    message: MessageId
    text: str
    language: str | None


async def answer(tx: Transaction, who: Doing, writing: Writing, then: Then) -> Ticket | Refused:
    ticket, policy = await load(tx, who.tenant, who.ticket)
    at = await moment(tx)
    message = _message(who, writing, ticket, at.now, public=True)
    outcome = talk.decide_answer(ticket, message, then, policy, at)
    delivery = "waiting" if await _reachable(tx, ticket) else "none"
    text = Text(text=writing.text, author_name=who.name, kind="reply", delivery=delivery)
    return await _stored(tx, outcome, {message.id: text})


async def note(tx: Transaction, who: Doing, writing: Writing) -> Ticket | Refused:
    ticket, _ = await load(tx, who.tenant, who.ticket)
    at = await moment(tx)
    message = _message(who, writing, ticket, at.now, public=False)
    text = Text(text=writing.text, author_name=who.name, kind="note")
    return await _stored(tx, talk.decide_note(ticket, message, at), {message.id: text})


async def solve(tx: Transaction, who: Doing) -> Ticket | Refused:
    ticket, policy = await load(tx, who.tenant, who.ticket)
    return await _stored(tx, life_cycle.decide_solve(ticket, who.person, policy, await moment(tx)))


async def reopen(tx: Transaction, who: Doing) -> Ticket | Refused:
    ticket, policy = await load(tx, who.tenant, who.ticket)
    at = await moment(tx)
    return await _stored(tx, life_cycle.decide_reopen(ticket, AuthorKind.AGENT, policy, at))


async def wait_on(
    tx: Transaction, who: Doing, waiting_on: WaitingOn, reason: str
) -> Ticket | Refused:
    ticket, _ = await load(tx, who.tenant, who.ticket)
    at = await moment(tx)
    return await _stored(tx, life_cycle.decide_waiting_on(ticket, waiting_on, reason, at))


async def set_damage(tx: Transaction, who: Doing, damage: Damage) -> Ticket | Refused:
    ticket, _ = await load(tx, who.tenant, who.ticket)
    settings = await tenants.tenant(tx, who.tenant)
    if settings is None:
        raise TicketAbsentError
    priority = priority_for(settings, damage, ticket.plan)
    at = await moment(tx)
    return await _stored(tx, life_cycle.decide_damage(ticket, damage, priority, who.person, at))


async def mark_spam(tx: Transaction, who: Doing, *, spam: bool) -> Ticket | Refused:
    ticket, _ = await load(tx, who.tenant, who.ticket)
    return await _stored(tx, life_cycle.decide_spam(ticket, spam, await moment(tx)))


async def promise(tx: Transaction, who: Doing, promised_for: datetime) -> Ticket | Refused:
    ticket, _ = await load(tx, who.tenant, who.ticket)
    by = who.person or who.tenant
    at = await moment(tx)
    return await _stored(tx, life_cycle.decide_eta(ticket, promised_for, by, at))


async def _reachable(tx: Transaction, ticket: Ticket) -> bool:
    """Whether mail can take it to the customer; a caller without an address is called back."""
    known = await customers.identities(tx, ticket.tenant, ticket.customer)
    return any(identity.kind is IdentityKind.MAIL for identity in known)


async def _stored(
    tx: Transaction, outcome: Step | Refused, said: dict[UUID, Text] | None = None
) -> Ticket | Refused:
    return await apply(tx, outcome, said) if isinstance(outcome, Step) else outcome


def _message(
    who: Doing, writing: Writing, ticket: Ticket, at: datetime, *, public: bool
) -> Message:
    return Message(
        id=writing.message,
        author=AuthorKind.AGENT,
        author_id=who.person,
        public=public,
        received_at=at,
        language=writing.language or ticket.language,
    )
