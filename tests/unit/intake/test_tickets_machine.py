"""The life cycle under any order of commands: what must hold after each of them."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.vocabulary import AuthorKind, Damage, Priority, TicketState, WaitingOn
from intake.tickets.decide import conversation, life_cycle
from intake.tickets.decide.life_cycle import Moment
from intake.tickets.model import ACTIVE, FollowUp, Refused, Step, Then, Ticket
from tests.unit.intake.tickets import AGENT, NOON, POLICY, a_message, a_ticket, an_answer


class TicketLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOON
        self.ids = 100
        self.close_at: datetime | None = None
        _, first = conversation.opened(a_ticket(version=0), self.said(), Moment(self.now))
        self.ticket: Ticket = first.ticket

    def said(self, **changes: Any) -> Any:
        self.ids += 1
        return a_message(self.ids, **changes)

    @property
    def at(self) -> Moment:
        return Moment(self.now)

    def take(self, outcome: Step | Refused | FollowUp) -> None:
        if not isinstance(outcome, Step):
            return
        versions = [change.after.version for change in outcome.changes]
        assert versions == list(
            range(self.ticket.version + 1, self.ticket.version + 1 + len(versions))
        )
        assert outcome.ticket.cycle in (self.ticket.cycle, self.ticket.cycle + 1)
        if outcome.ends_deadlines:
            self.close_at = None
        if outcome.deadlines:
            self.close_at = outcome.deadlines.close_at
        self.ticket = outcome.ticket

    @rule(hours=st.integers(1, 500))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        if self.close_at is not None and self.close_at <= self.now:
            self.take(life_cycle.decide_close(self.ticket, self.ticket.cycle, self.at))

    @rule(machine=st.booleans())
    def customer_writes(self, machine: bool) -> None:
        before = self.ticket
        message = self.said(machine=machine)
        outcome = conversation.decide_receive(before, message, POLICY, self.at)
        self.take(outcome)
        if machine:
            assert (self.ticket.state, self.ticket.waiting_on) == (before.state, before.waiting_on)
        elif isinstance(outcome, Step) and self.ticket.state is not TicketState.SPAM:
            assert self.ticket.waiting_on is WaitingOn.US

    @rule(then=st.sampled_from(Then))
    def agent_answers(self, then: Then) -> None:
        self.ids += 1
        self.take(
            conversation.decide_answer(self.ticket, an_answer(self.ids), then, POLICY, self.at)
        )

    @rule()
    def agent_solves(self) -> None:
        self.take(life_cycle.decide_solve(self.ticket, AGENT, POLICY, self.at))

    @rule()
    def customer_confirms(self) -> None:
        self.take(life_cycle.decide_confirm(self.ticket, self.at))

    @rule(by=st.sampled_from([AuthorKind.CUSTOMER, AuthorKind.AGENT]))
    def reopened(self, by: AuthorKind) -> None:
        self.take(life_cycle.decide_reopen(self.ticket, by, POLICY, self.at))

    @rule(waiting_on=st.sampled_from(WaitingOn))
    def waits(self, waiting_on: WaitingOn) -> None:
        self.take(life_cycle.decide_waiting_on(self.ticket, waiting_on, "", self.at))

    @rule(spam=st.booleans())
    def marked_spam(self, spam: bool) -> None:
        self.take(life_cycle.decide_spam(self.ticket, spam, self.at))

    @rule(damage=st.sampled_from(Damage), priority=st.sampled_from(Priority))
    def damage_set(self, damage: Damage, priority: Priority) -> None:
        self.take(life_cycle.decide_damage(self.ticket, damage, priority, AGENT, self.at))

    @invariant()
    def waiting_on_fits_the_state(self) -> None:
        fits = {
            TicketState.NEW: {WaitingOn.US},
            TicketState.OPEN: {WaitingOn.US},
            TicketState.PENDING: {WaitingOn.CUSTOMER},
            TicketState.HOLD: {WaitingOn.CLIENT, WaitingOn.THIRD_PARTY},
        }
        assert self.ticket.waiting_on in fits.get(self.ticket.state, {WaitingOn.NOBODY})

    @invariant()
    def only_what_is_solved_has_a_deadline(self) -> None:
        assert (self.close_at is not None) == (self.ticket.state is TicketState.SOLVED)

    @invariant()
    def an_active_ticket_has_no_end(self) -> None:
        if self.ticket.state in ACTIVE:
            assert self.ticket.solved_at is None
            assert self.ticket.closed_at is None


TestTicketLife = TicketLife.TestCase
TestTicketLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
