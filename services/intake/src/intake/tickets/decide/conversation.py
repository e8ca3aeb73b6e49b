"""What a message does to its ticket."""

from dataclasses import replace

from contracts.vocabulary import AuthorKind, TicketState, WaitingOn
from intake.tickets.decide.life_cycle import Moment, deadlines, may_reopen, reopen, solve
from intake.tickets.model import (
    ACTIVE,
    Change,
    Classified,
    DeliveryFailed,
    FollowUp,
    Message,
    Noted,
    Notice,
    Policy,
    Received,
    Refused,
    Sent,
    Step,
    Then,
    Ticket,
    Why,
)

_ANSWERABLE = ACTIVE | {TicketState.SOLVED}
_SURE = 0.5


def decide_receive(ticket: Ticket, message: Message, policy: Policy, at: Moment) -> Step | FollowUp:
    """A customer wrote on a known ticket: it is our turn again.

    Machine mail is shown and changes nothing. A solved ticket reopens; so does a closed one
    within the window; after that the message opens a linked follow-up.
    """
    if message.machine:
        return Step(changes=(Change(ticket.after(at.epoch), Received(message)),))
    if ticket.state is TicketState.MERGED:
        return FollowUp(ticket)
    if ticket.state is TicketState.SPAM:
        return Step(changes=(_received(ticket, message, at),))
    if ticket.state in (TicketState.SOLVED, TicketState.CLOSED):
        if not may_reopen(ticket, policy, at.now):
            return FollowUp(ticket)
        reopened = reopen(ticket, AuthorKind.CUSTOMER, at)
        return Step(changes=(reopened, _received(reopened.after, message, at)), ends_deadlines=True)
    return Step(changes=(_received(ticket, message, at),))


def decide_answer(
    ticket: Ticket, message: Message, then: Then, policy: Policy, at: Moment
) -> Step | Refused:
    """A person answers in public; the ticket then waits for the customer, is solved, or is kept.

    The answer names the oldest message that it answers.
    """
    if ticket.state not in _ANSWERABLE:
        return Refused(Why.SPAM if ticket.state is TicketState.SPAM else Why.CLOSED)
    if ticket.state is TicketState.SOLVED:
        if then is Then.WAIT:
            return Refused(Why.ALREADY_SOLVED)
        return Step(changes=(_sent(ticket, message, at, ticket.state),))
    if then is not Then.SOLVE:
        state = TicketState.PENDING if then is Then.WAIT else TicketState.OPEN
        return Step(changes=(_sent(ticket, message, at, state),))
    sent = _sent(ticket, message, at, TicketState.OPEN)
    return Step(
        changes=(sent, solve(sent.after, message.author_id, policy, at)),
        tell=Notice.SOLVED,
        deadlines=deadlines(policy, at.now),
    )


def decide_note(ticket: Ticket, message: Message, at: Moment) -> Step:
    """A note for colleagues; possible in every state, changes none."""
    return Step(changes=(Change(ticket.after(at.epoch), Noted(message)),))


def decide_delivery_failed(ticket: Ticket, message: Message, reason: str, at: Moment) -> Step:
    """Our mail did not arrive: the state stays, colleagues see it on the message."""
    return Step(changes=(Change(ticket.after(at.epoch), DeliveryFailed(message, reason)),))


def with_language(step: Step, message: Message, confidence: float, at: Moment) -> Step:
    """A later message may name the language of a ticket that has none; it never changes one."""
    ticket = step.ticket
    sure = message.language != "und" and confidence >= _SURE and not message.machine
    if ticket.language != "und" or not sure:
        return step
    named = ticket.after(at.epoch, language=message.language, language_confidence=confidence)
    return replace(step, changes=(*step.changes, Change(named, Classified(at.now))))


def opened(ticket: Ticket, first: Message, at: Moment) -> tuple[Ticket, Step]:
    """A new ticket as it is after being opened (version one), and its first message and class.

    `ticket` carries what was understood; the three events are one transaction.
    """
    start = replace(ticket, state=TicketState.NEW, waiting_on=WaitingOn.US).after(at.epoch)
    received = Change(
        start.after(at.epoch, unanswered=None if first.machine else first.id), Received(first)
    )
    classified = Change(received.after.after(at.epoch), Classified(at.now))
    return start, Step(changes=(received, classified))


def _received(ticket: Ticket, message: Message, at: Moment) -> Change:
    if ticket.state is TicketState.SPAM:
        return Change(ticket.after(at.epoch), Received(message))
    state = TicketState.NEW if ticket.state is TicketState.NEW else TicketState.OPEN
    after = ticket.after(
        at.epoch,
        state=state,
        waiting_on=WaitingOn.US,
        unanswered=ticket.unanswered or message.id,
    )
    return Change(after, Received(message))


def _sent(ticket: Ticket, message: Message, at: Moment, state: TicketState) -> Change:
    waiting_on = {
        TicketState.PENDING: WaitingOn.CUSTOMER,
        TicketState.SOLVED: WaitingOn.NOBODY,
    }.get(state, WaitingOn.US)
    after = ticket.after(at.epoch, state=state, waiting_on=waiting_on, unanswered=None)
    return Change(after, Sent(replace(message, answers=ticket.unanswered)))
