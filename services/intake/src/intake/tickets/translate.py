"""What happened to a ticket, as the events that others read. No text, no address."""

from datetime import datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

from chassis.links import Links
from contracts import ticket as events
from contracts.envelope import Draft
from contracts.ticket import MessageEvent, TicketEvent, TicketFacts
from contracts.vocabulary import AuthorKind
from intake.tickets.model import (
    Change,
    Classified,
    Closed,
    Confirmed,
    DeliveryFailed,
    EtaPromised,
    Happening,
    Message,
    Noted,
    PriorityChanged,
    Received,
    Reopened,
    Sent,
    Solved,
    SpamMarked,
    Ticket,
    WaitingOnChanged,
)

LINK_PURPOSE = "ticket"
LINK_TTL = timedelta(days=180)


def ticket_link(links: Links, public_url: str, tenant: UUID, ticket: UUID) -> str:
    """Where a customer sees the own ticket without signing in."""
    claims = {"tenant": str(tenant), "ticket": str(ticket)}
    return f"{public_url.rstrip('/')}/t/{links.sign(LINK_PURPOSE, claims, LINK_TTL)}"


def facts(ticket: Ticket) -> TicketFacts:
    return TicketFacts(
        reference=ticket.reference,
        brand=ticket.brand,
        customer=ticket.customer,
        channel=ticket.channel,
        plan=ticket.plan,
        language=ticket.language,
        language_confidence=ticket.language_confidence,
        category=ticket.category,
        damage=ticket.damage,
        priority=ticket.priority,
        state=ticket.state,
        waiting_on=ticket.waiting_on,
        opened_at=ticket.opened_at,
        cycle=ticket.cycle,
        incident=ticket.incident,
        live=ticket.live,
    )


def opened(ticket: Ticket) -> Draft[TicketEvent]:
    return _draft(ticket, events.TicketOpenedV1(ticket=facts(ticket)), ticket.opened_at)


def event_of(change: Change) -> Draft[TicketEvent]:
    """The one event that tells of a change."""
    told = facts(change.after)
    what = change.what
    if isinstance(what, Received | Sent | Noted | DeliveryFailed):
        return _draft(change.after, _message_event(what, told), what.message.received_at)
    return _draft(change.after, _state_event(what, told), what.at)


def record_of(change: Change) -> dict[str, Any] | None:
    """The line that the ticket's page shows for a change of state; None for messages."""
    match change.what:
        case Received() | Sent() | Noted():
            return None
        case DeliveryFailed(message, reason):
            return _line("delivery_failed", message.received_at, None, reason=reason)
        case Classified(at):
            return _line("classified", at, None, language=change.after.language)
        case PriorityChanged(at, by):
            after = change.after
            return _line("priority", at, by, damage=after.damage, priority=after.priority)
        case WaitingOnChanged(at, reason):
            return _line("waiting_on", at, None, on=change.after.waiting_on, reason=reason)
        case EtaPromised(at, by, promised_for):
            return _line("eta", at, by, promised_for=promised_for.isoformat())
        case Solved(at, by, until):
            return _line("solved", at, by, confirm_until=until.isoformat())
        case Confirmed(at):
            return {**_line("confirmed", at, None), "by_kind": AuthorKind.CUSTOMER}
        case Reopened(at, by):
            return {**_line("reopened", at, None), "by_kind": by}
        case Closed(at, timed_out):
            return _line("closed", at, None, timed_out=timed_out)
        case SpamMarked(at, spam):
            return _line("spam", at, None, spam=spam)
        case _:
            assert_never(change.what)


def _line(type_: str, at: datetime, by: UUID | None, **detail: object) -> dict[str, Any]:
    by_kind = AuthorKind.AGENT if by else AuthorKind.SYSTEM
    return {"type": type_, "at": at, "by_kind": by_kind, "by": by, "detail": detail}


def _message_event(
    what: Received | Sent | Noted | DeliveryFailed, told: TicketFacts
) -> MessageEvent:
    said = _message(what.message)
    match what:
        case Received(message):
            return events.MessageReceivedV1(ticket=told, machine=message.machine, **said)
        case Sent():
            return events.MessageSentV1(ticket=told, **said)
        case Noted():
            return events.MessageNotedV1(ticket=told, **said)
        case DeliveryFailed(_, reason):
            return events.MessageDeliveryFailedV1(ticket=told, reason=reason, **said)


def _state_event(what: Happening, told: TicketFacts) -> TicketEvent:
    match what:
        case Classified():
            return events.TicketClassifiedV1(ticket=told)
        case PriorityChanged(at, by):
            return events.TicketPriorityChangedV1(ticket=told, changed_at=at, changed_by=by)
        case WaitingOnChanged(at, reason):
            return events.TicketWaitingOnChangedV1(ticket=told, changed_at=at, reason=reason)
        case EtaPromised(at, by, promised_for):
            return events.TicketEtaPromisedV1(
                ticket=told, promised_for=promised_for, promised_by=by, promised_at=at
            )
        case Solved(at, by, until):
            return events.TicketSolvedV1(
                ticket=told, solved_at=at, solved_by=by, confirm_until=until
            )
        case Confirmed(at):
            return events.TicketConfirmedV1(ticket=told, confirmed_at=at)
        case Reopened(at, by):
            return events.TicketReopenedV1(ticket=told, reopened_at=at, by=by)
        case Closed(at, timed_out):
            return events.TicketClosedV1(ticket=told, closed_at=at, timed_out=timed_out)
        case SpamMarked(at, spam):
            return events.TicketMarkedSpamV1(ticket=told, spam=spam, marked_at=at)
        case _:
            raise TypeError(f"{type(what).__name__} is told as a message")


def _message(message: Message) -> dict[str, Any]:
    return {
        "message": message.id,
        "author_kind": message.author,
        "author": message.author_id,
        "public": message.public,
        "received_at": message.received_at,
        "answers": message.answers,
        "language": message.language,
    }


def _draft(ticket: Ticket, data: TicketEvent, time: datetime) -> Draft[TicketEvent]:
    return Draft(
        tenant=ticket.tenant, aggregate=ticket.id, version=ticket.version, time=time, data=data
    )
