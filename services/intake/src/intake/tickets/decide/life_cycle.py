"""How a ticket changes state other than by a message."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.vocabulary import AuthorKind, Damage, Priority, TicketState, WaitingOn
from intake.tickets.model import (
    ACTIVE,
    Change,
    Closed,
    Confirmed,
    Deadlines,
    EtaPromised,
    Notice,
    Policy,
    PriorityChanged,
    Refused,
    Reopened,
    Solved,
    SpamMarked,
    Step,
    Ticket,
    WaitingOnChanged,
    Why,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a decision is made, and in which epoch versions are counted."""

    now: datetime
    epoch: int = 0


_STATE_WHILE_WAITING = {
    WaitingOn.US: TicketState.OPEN,
    WaitingOn.CUSTOMER: TicketState.PENDING,
    WaitingOn.CLIENT: TicketState.HOLD,
    WaitingOn.THIRD_PARTY: TicketState.HOLD,
}


def decide_solve(ticket: Ticket, by: UUID | None, policy: Policy, at: Moment) -> Step | Refused:
    """Solved: the customer is told and asked to confirm; it closes by itself after a reminder."""
    if refusal := not_active(ticket):
        return refusal
    return Step(
        changes=(solve(ticket, by, policy, at),),
        tell=Notice.SOLVED,
        deadlines=deadlines(policy, at.now),
    )


def decide_confirm(ticket: Ticket, at: Moment) -> Step | Refused:
    """The customer says that it is solved: that ends the ticket."""
    if ticket.state is TicketState.CLOSED:
        return Refused(Why.UNCHANGED)
    if ticket.state is not TicketState.SOLVED:
        return Refused(Why.NOT_SOLVED)
    confirmed = ticket.after(at.epoch)
    return Step(
        changes=(
            Change(confirmed, Confirmed(at.now)),
            _close(confirmed, at, timed_out=False),
        ),
        ends_deadlines=True,
    )


def decide_close(ticket: Ticket, cycle: int, at: Moment) -> Step | Refused:
    """Nobody objected in time. A deadline of an earlier cycle closes nothing."""
    if ticket.state is not TicketState.SOLVED or ticket.cycle != cycle:
        return Refused(Why.NOT_SOLVED)
    return Step(
        changes=(_close(ticket, at, timed_out=True),), tell=Notice.CLOSED, ends_deadlines=True
    )


def decide_reopen(ticket: Ticket, by: AuthorKind, policy: Policy, at: Moment) -> Step | Refused:
    """Taken up again, while the window is open; otherwise a new message starts a follow-up."""
    if ticket.state not in (TicketState.SOLVED, TicketState.CLOSED):
        return Refused(Why.NOT_SOLVED)
    if not may_reopen(ticket, policy, at.now):
        return Refused(Why.TOO_LATE)
    return Step(
        changes=(reopen(ticket, by, at),),
        tell=Notice.REOPENED if by is AuthorKind.CUSTOMER else None,
        ends_deadlines=True,
    )


def decide_waiting_on(
    ticket: Ticket, waiting_on: WaitingOn, reason: str, at: Moment
) -> Step | Refused:
    """Somebody else has the next word, or we have it again. From pause to pause is one pause."""
    if refusal := not_active(ticket):
        return refusal
    state = _STATE_WHILE_WAITING.get(waiting_on)
    if state is None or (ticket.state, ticket.waiting_on) == (state, waiting_on):
        return Refused(Why.UNCHANGED)
    after = ticket.after(at.epoch, state=state, waiting_on=waiting_on)
    return Step(changes=(Change(after, WaitingOnChanged(at.now, reason)),))


def decide_damage(
    ticket: Ticket, damage: Damage, priority: Priority, by: UUID | None, at: Moment
) -> Step | Refused:
    """Another damage, with the priority that the tenant's table gives it."""
    if refusal := not_active(ticket):
        return refusal
    if (ticket.damage, ticket.priority) == (damage, priority):
        return Refused(Why.UNCHANGED)
    after = ticket.after(at.epoch, damage=damage, priority=priority)
    return Step(changes=(Change(after, PriorityChanged(at.now, by)),))


def decide_spam(ticket: Ticket, spam: bool, at: Moment) -> Step | Refused:
    """Marked as spam it leaves everybody's queue; restored it is our turn to look at it again."""
    if not spam:
        if ticket.state is not TicketState.SPAM:
            return Refused(Why.NOT_SPAM)
        was_new = ticket.before_spam is TicketState.NEW
        before = TicketState.NEW if was_new else TicketState.OPEN
        waiting_on = WaitingOn.US
        after = ticket.after(at.epoch, state=before, waiting_on=waiting_on, before_spam=None)
        return Step(changes=(Change(after, SpamMarked(at.now, False)),))
    if refusal := not_active(ticket):
        return refusal
    after = ticket.after(
        at.epoch, state=TicketState.SPAM, waiting_on=WaitingOn.NOBODY, before_spam=ticket.state
    )
    return Step(changes=(Change(after, SpamMarked(at.now, True)),))


def decide_eta(ticket: Ticket, promised_for: datetime, by: UUID, at: Moment) -> Step | Refused:
    """A promise of when it will be done; only for the future."""
    if refusal := not_active(ticket):
        return refusal
    if promised_for <= at.now:
        return Refused(Why.IN_THE_PAST)
    after = ticket.after(at.epoch, promised_for=promised_for)
    return Step(changes=(Change(after, EtaPromised(at.now, by, promised_for)),))


def reminder_due(ticket: Ticket, cycle: int) -> bool:
    """Whether the customer is still asked to confirm; not for a cycle that has ended."""
    return ticket.state is TicketState.SOLVED and ticket.cycle == cycle


def may_reopen(ticket: Ticket, policy: Policy, now: datetime) -> bool:
    """A solved ticket always; a closed one within the window, counted from being solved."""
    if ticket.state is TicketState.SOLVED:
        return True
    since = ticket.solved_at or ticket.closed_at
    return since is not None and now <= since + policy.reopen_window


def not_active(ticket: Ticket) -> Refused | None:
    """Why nobody can work on this ticket now; None when somebody can."""
    if ticket.state in ACTIVE:
        return None
    return Refused(
        {
            TicketState.SOLVED: Why.ALREADY_SOLVED,
            TicketState.CLOSED: Why.CLOSED,
            TicketState.SPAM: Why.SPAM,
        }.get(ticket.state, Why.MERGED)
    )


def solve(ticket: Ticket, by: UUID | None, policy: Policy, at: Moment) -> Change:
    until = at.now + policy.solved_timeout
    after = ticket.after(
        at.epoch,
        state=TicketState.SOLVED,
        waiting_on=WaitingOn.NOBODY,
        unanswered=None,
        solved_at=at.now,
        confirm_until=until,
    )
    return Change(after, Solved(at.now, by, until))


def reopen(ticket: Ticket, by: AuthorKind, at: Moment) -> Change:
    after = ticket.after(
        at.epoch,
        state=TicketState.OPEN,
        waiting_on=WaitingOn.US,
        cycle=ticket.cycle + 1,
        solved_at=None,
        confirm_until=None,
        closed_at=None,
    )
    return Change(after, Reopened(at.now, by))


def deadlines(policy: Policy, solved_at: datetime) -> Deadlines:
    return Deadlines(
        remind_at=solved_at + policy.reminder, close_at=solved_at + policy.solved_timeout
    )


def _close(ticket: Ticket, at: Moment, *, timed_out: bool) -> Change:
    after = ticket.after(
        at.epoch, state=TicketState.CLOSED, waiting_on=WaitingOn.NOBODY, closed_at=at.now
    )
    return Change(after, Closed(at.now, timed_out))
