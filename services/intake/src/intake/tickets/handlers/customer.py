"""What customers do to a ticket: write, confirm, reopen; and mail of ours that did not arrive."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from chassis.values import MessageId
from contracts.vocabulary import AuthorKind
from intake.tenants import handlers as tenants
from intake.tickets.decide import conversation as talk
from intake.tickets.decide import life_cycle
from intake.tickets.decide.life_cycle import Moment
from intake.tickets.handlers.apply import TicketAbsentError, apply, load, moment
from intake.tickets.model import FollowUp, Message, Refused, Step, Text, Ticket
from intake.tickets.store import conversation
from intake.understanding.decide.language import decide_language
from intake.understanding.model import Evidence, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A customer's message on a known ticket. `received_at` None: now."""

    tenant: UUID
    ticket: UUID
    message: MessageId
    text: Text
    evidence: Evidence
    machine: bool = False
    received_at: datetime | None = None


async def receive(tx: Transaction, incoming: Incoming) -> Ticket | FollowUp:
    """The message on its ticket; a FollowUp stores nothing: the caller opens the linked ticket."""
    ticket, policy = await load(tx, incoming.tenant, incoming.ticket)
    settings = await tenants.tenant(tx, incoming.tenant)
    if settings is None:
        raise TicketAbsentError
    at = Moment(incoming.received_at or await tenants.now(tx), tx.database.epoch)
    setting = Setting(settings.languages, None if ticket.language == "und" else ticket.language)
    language = decide_language(incoming.evidence, setting)
    message = _message(incoming, ticket, language.tag, at.now)
    outcome = talk.decide_receive(ticket, message, policy, at)
    if isinstance(outcome, FollowUp):
        return outcome
    step = talk.with_language(outcome, message, language.confidence, at)
    return await apply(tx, step, {message.id: incoming.text})


async def confirm(tx: Transaction, tenant: UUID, ticket: UUID) -> Ticket | Refused:
    found, _ = await load(tx, tenant, ticket)
    outcome = life_cycle.decide_confirm(found, await moment(tx))
    return await apply(tx, outcome) if isinstance(outcome, Step) else outcome


async def reopen(tx: Transaction, tenant: UUID, ticket: UUID) -> Ticket | Refused:
    found, policy = await load(tx, tenant, ticket)
    outcome = life_cycle.decide_reopen(found, AuthorKind.CUSTOMER, policy, await moment(tx))
    return await apply(tx, outcome) if isinstance(outcome, Step) else outcome


async def note_undelivered(
    tx: Transaction, ticket: tuple[UUID, UUID], message: MessageId, reason: str
) -> None:
    """Our mail came back: shown on the message, told once. `ticket`: its tenant and id."""
    found, _ = await load(tx, *ticket)
    at = await moment(tx)
    stored = await conversation.message(tx, found.tenant, message)
    if stored and not await conversation.note_delivery(
        tx, found.tenant, message, delivery="failed", reason=reason, at=at.now
    ):
        return
    lost = stored.message if stored else _letter(message, at.now)
    told = replace(lost, received_at=at.now)
    await apply(tx, talk.decide_delivery_failed(found, told, reason, at))


def _message(incoming: Incoming, ticket: Ticket, language: str, at: datetime) -> Message:
    return Message(
        id=incoming.message,
        author=AuthorKind.CUSTOMER,
        author_id=ticket.customer,
        public=True,
        received_at=at,
        language=language,
        machine=incoming.machine,
    )


def _letter(message: MessageId, at: datetime) -> Message:
    """A letter of the platform's own that is not yet in the conversation."""
    return Message(
        id=message, author=AuthorKind.SYSTEM, author_id=None, public=True, received_at=at
    )
