"""The life cycle of a ticket, by example."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.vocabulary import AuthorKind, Damage, Priority, TicketState, WaitingOn
from intake.tickets.decide.conversation import (
    decide_answer,
    decide_delivery_failed,
    decide_note,
    decide_receive,
    opened,
    with_language,
)
from intake.tickets.decide.life_cycle import (
    Moment,
    decide_close,
    decide_confirm,
    decide_damage,
    decide_eta,
    decide_reopen,
    decide_solve,
    decide_spam,
    decide_waiting_on,
    reminder_due,
)
from intake.tickets.model import (
    Closed,
    Confirmed,
    Deadlines,
    FollowUp,
    Noted,
    Notice,
    Received,
    Refused,
    Reopened,
    Sent,
    Solved,
    Step,
    Then,
    Why,
)
from tests.unit.intake.tickets import AGENT, NOON, POLICY, a_message, a_ticket, an_answer

LATER = NOON + timedelta(hours=3)
AT = Moment(LATER)


def step(outcome: Any) -> Step:
    assert isinstance(outcome, Step), outcome
    return outcome


def kinds(outcome: Any) -> list[str]:
    return [type(change.what).__name__ for change in step(outcome).changes]


def test_opens_with_three_versions_in_one_go() -> None:
    blank = a_ticket(version=0, state=TicketState.NEW)

    start, rest = opened(blank, a_message(), AT)

    assert (start.version, start.unanswered) == (1, None)
    assert [change.after.version for change in rest.changes] == [2, 3]
    assert kinds(rest) == ["Received", "Classified"]
    assert rest.ticket.unanswered == a_message().id


def test_versions_start_again_in_a_higher_epoch() -> None:
    outcome = step(decide_note(a_ticket(), an_answer(public=False), Moment(LATER, epoch=2)))

    assert outcome.ticket.version == 2 << 40 | 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TicketState.NEW, TicketState.NEW),
        (TicketState.OPEN, TicketState.OPEN),
        (TicketState.PENDING, TicketState.OPEN),
        (TicketState.HOLD, TicketState.OPEN),
    ],
)
def test_a_customers_message_makes_it_our_turn(before: TicketState, after: TicketState) -> None:
    outcome = step(decide_receive(a_ticket(state=before), a_message(), POLICY, AT))

    assert outcome.ticket.state is after
    assert outcome.ticket.waiting_on is WaitingOn.US
    assert outcome.ticket.unanswered == a_message().id


def test_five_quick_messages_are_one_wait() -> None:
    first = step(decide_receive(a_ticket(), a_message(21), POLICY, AT)).ticket

    second = step(decide_receive(first, a_message(22), POLICY, AT)).ticket

    assert second.unanswered == a_message(21).id


@pytest.mark.parametrize("state", list(TicketState))
def test_machine_mail_changes_no_state(state: TicketState) -> None:
    before = a_ticket(state=state, waiting_on=WaitingOn.CUSTOMER)

    outcome = step(decide_receive(before, a_message(machine=True), POLICY, AT))

    assert outcome.ticket == before.after(0)
    assert kinds(outcome) == ["Received"]
    assert outcome.tell is None


def test_a_message_on_a_solved_ticket_reopens_it_in_a_new_cycle() -> None:
    solved = step(decide_solve(a_ticket(), AGENT, POLICY, Moment(NOON))).ticket

    outcome = step(decide_receive(solved, a_message(), POLICY, AT))

    assert kinds(outcome) == ["Reopened", "Received"]
    assert (outcome.ticket.state, outcome.ticket.cycle) == (TicketState.OPEN, 2)
    assert outcome.ends_deadlines
    assert outcome.ticket.solved_at is None


def test_a_message_within_the_window_reopens_a_closed_ticket() -> None:
    closed = a_ticket(state=TicketState.CLOSED, solved_at=NOON, closed_at=NOON)

    outcome = decide_receive(closed, a_message(), POLICY, Moment(NOON + timedelta(days=14)))

    assert kinds(outcome) == ["Reopened", "Received"]


def test_a_message_after_the_window_starts_a_follow_up() -> None:
    closed = a_ticket(state=TicketState.CLOSED, solved_at=NOON, closed_at=NOON)

    outcome = decide_receive(
        closed, a_message(), POLICY, Moment(NOON + timedelta(days=14, seconds=1))
    )

    assert outcome == FollowUp(closed)


def test_a_message_on_a_merged_ticket_starts_a_follow_up() -> None:
    merged = a_ticket(state=TicketState.MERGED)

    assert decide_receive(merged, a_message(), POLICY, AT) == FollowUp(merged)


def test_a_message_on_spam_leaves_it_spam() -> None:
    outcome = step(decide_receive(a_ticket(state=TicketState.SPAM), a_message(), POLICY, AT))

    assert outcome.ticket.state is TicketState.SPAM
    assert outcome.ticket.unanswered is None


@pytest.mark.parametrize(
    ("then", "state", "waiting_on"),
    [
        (Then.WAIT, TicketState.PENDING, WaitingOn.CUSTOMER),
        (Then.KEEP, TicketState.OPEN, WaitingOn.US),
    ],
)
def test_an_answer_leaves_the_ticket_as_the_agent_says(
    then: Then, state: TicketState, waiting_on: WaitingOn
) -> None:
    asked = a_ticket(state=TicketState.NEW, unanswered=a_message().id)

    outcome = step(decide_answer(asked, an_answer(), then, POLICY, AT))

    sent = outcome.changes[0].what
    assert isinstance(sent, Sent)
    assert sent.message.answers == a_message().id
    assert (outcome.ticket.state, outcome.ticket.waiting_on) == (state, waiting_on)
    assert outcome.ticket.unanswered is None


def test_answer_and_solve_tells_the_customer_and_sets_deadlines() -> None:
    outcome = step(decide_answer(a_ticket(), an_answer(), Then.SOLVE, POLICY, AT))

    assert kinds(outcome) == ["Sent", "Solved"]
    assert outcome.changes[0].after.state is TicketState.OPEN
    assert outcome.ticket.state is TicketState.SOLVED
    assert outcome.tell is Notice.SOLVED
    assert outcome.deadlines == Deadlines(LATER + timedelta(hours=48), LATER + timedelta(hours=96))


def test_an_answer_to_a_solved_ticket_keeps_it_solved() -> None:
    solved = a_ticket(state=TicketState.SOLVED)

    outcome = step(decide_answer(solved, an_answer(), Then.KEEP, POLICY, AT))

    assert outcome.ticket.state is TicketState.SOLVED
    assert decide_answer(solved, an_answer(), Then.WAIT, POLICY, AT) == Refused(Why.ALREADY_SOLVED)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (TicketState.CLOSED, Why.CLOSED),
        (TicketState.SPAM, Why.SPAM),
        (TicketState.MERGED, Why.CLOSED),
    ],
)
def test_refuses_an_answer_where_nobody_reads_it(state: TicketState, why: Why) -> None:
    outcome = decide_answer(a_ticket(state=state), an_answer(), Then.KEEP, POLICY, AT)

    assert outcome == Refused(why)


def test_a_note_changes_no_state() -> None:
    before = a_ticket(state=TicketState.CLOSED)

    outcome = step(decide_note(before, an_answer(public=False), AT))

    assert outcome.changes[0].what == Noted(an_answer(public=False))
    assert outcome.ticket == before.after(0)


def test_a_failed_delivery_shows_on_the_message_only() -> None:
    outcome = step(decide_delivery_failed(a_ticket(), an_answer(), "550 no such user", AT))

    assert outcome.ticket.state is TicketState.OPEN
    assert kinds(outcome) == ["DeliveryFailed"]


def test_solving_names_until_when_the_customer_may_object() -> None:
    outcome = step(decide_solve(a_ticket(), AGENT, POLICY, AT))

    assert outcome.changes[0].what == Solved(LATER, AGENT, LATER + timedelta(hours=96))
    assert outcome.ticket.waiting_on is WaitingOn.NOBODY


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (TicketState.SOLVED, Why.ALREADY_SOLVED),
        (TicketState.CLOSED, Why.CLOSED),
        (TicketState.SPAM, Why.SPAM),
        (TicketState.MERGED, Why.MERGED),
    ],
)
def test_refuses_work_on_a_ticket_that_is_not_active(state: TicketState, why: Why) -> None:
    done = a_ticket(state=state)

    assert decide_solve(done, AGENT, POLICY, AT) == Refused(why)
    assert decide_waiting_on(done, WaitingOn.CLIENT, "", AT) == Refused(why)
    assert decide_damage(done, Damage.BLOCKED, Priority.HIGH, AGENT, AT) == Refused(why)
    assert decide_eta(done, LATER + timedelta(1), AGENT, AT) == Refused(why)
    assert decide_spam(done, True, AT) == Refused(why)


def test_confirming_closes_and_is_not_a_time_out() -> None:
    outcome = step(decide_confirm(a_ticket(state=TicketState.SOLVED), AT))

    assert [change.what for change in outcome.changes] == [Confirmed(LATER), Closed(LATER, False)]
    assert outcome.ends_deadlines
    assert outcome.tell is None


def test_confirming_twice_changes_nothing_the_second_time() -> None:
    assert decide_confirm(a_ticket(state=TicketState.CLOSED), AT) == Refused(Why.UNCHANGED)
    assert decide_confirm(a_ticket(state=TicketState.OPEN), AT) == Refused(Why.NOT_SOLVED)


def test_time_out_closes_and_says_so() -> None:
    outcome = step(decide_close(a_ticket(state=TicketState.SOLVED, cycle=2), 2, AT))

    assert outcome.changes[0].what == Closed(LATER, True)
    assert outcome.tell is Notice.CLOSED


def test_a_deadline_of_an_earlier_cycle_closes_nothing() -> None:
    again = a_ticket(state=TicketState.SOLVED, cycle=2)

    assert decide_close(again, 1, AT) == Refused(Why.NOT_SOLVED)
    assert not reminder_due(again, 1)
    assert reminder_due(again, 2)
    assert not reminder_due(a_ticket(cycle=2), 2)


def test_only_the_customers_reopening_is_acknowledged() -> None:
    solved = a_ticket(state=TicketState.SOLVED, solved_at=NOON)

    by_customer = step(decide_reopen(solved, AuthorKind.CUSTOMER, POLICY, AT))
    by_agent = step(decide_reopen(solved, AuthorKind.AGENT, POLICY, AT))

    assert by_customer.changes[0].what == Reopened(LATER, AuthorKind.CUSTOMER)
    assert (by_customer.tell, by_agent.tell) == (Notice.REOPENED, None)


def test_refuses_to_reopen_what_is_open_or_long_closed() -> None:
    closed = a_ticket(state=TicketState.CLOSED, closed_at=NOON, solved_at=None)
    late = Moment(NOON + timedelta(days=15))

    assert decide_reopen(a_ticket(), AuthorKind.AGENT, POLICY, AT) == Refused(Why.NOT_SOLVED)
    assert decide_reopen(closed, AuthorKind.AGENT, POLICY, late) == Refused(Why.TOO_LATE)


def test_waiting_on_others_holds_and_pause_to_pause_is_one_step() -> None:
    pending = a_ticket(state=TicketState.PENDING, waiting_on=WaitingOn.CUSTOMER)

    outcome = step(decide_waiting_on(pending, WaitingOn.CLIENT, "asked Nordhost", AT))

    assert len(outcome.changes) == 1
    assert outcome.ticket.state is TicketState.HOLD


@pytest.mark.parametrize("waiting_on", [WaitingOn.US, WaitingOn.NOBODY])
def test_refuses_to_wait_on_whom_it_waits_already(waiting_on: WaitingOn) -> None:
    assert decide_waiting_on(a_ticket(), waiting_on, "", AT) == Refused(Why.UNCHANGED)


def test_another_damage_gives_another_priority() -> None:
    outcome = step(decide_damage(a_ticket(), Damage.LOSING_MONEY, Priority.URGENT, AGENT, AT))

    assert outcome.ticket.priority is Priority.URGENT
    assert decide_damage(
        outcome.ticket, Damage.LOSING_MONEY, Priority.URGENT, AGENT, AT
    ) == Refused(Why.UNCHANGED)


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (TicketState.PENDING, TicketState.OPEN),
        (TicketState.HOLD, TicketState.OPEN),
        (TicketState.NEW, TicketState.NEW),
    ],
)
def test_spam_restored_is_our_turn_again(state: TicketState, after: TicketState) -> None:
    marked = step(decide_spam(a_ticket(state=state), True, AT)).ticket

    restored = step(decide_spam(marked, False, AT)).ticket

    assert marked.state is TicketState.SPAM
    assert (restored.state, restored.waiting_on) == (after, WaitingOn.US)
    assert decide_spam(restored, False, AT) == Refused(Why.NOT_SPAM)


def test_promises_only_the_future() -> None:
    outcome = step(decide_eta(a_ticket(), LATER + timedelta(hours=1), AGENT, AT))

    assert outcome.ticket.promised_for == LATER + timedelta(hours=1)
    assert decide_eta(a_ticket(), LATER, AGENT, AT) == Refused(Why.IN_THE_PAST)


def test_a_later_message_names_a_missing_language_but_never_changes_one() -> None:
    def after(language: str, said: str, confidence: float, machine: bool = False) -> Any:
        message = a_message(language=said, machine=machine)
        step = decide_receive(a_ticket(language=language), message, POLICY, AT)
        assert isinstance(step, Step)
        return with_language(step, message, confidence, AT)

    named = after("und", "fr", 0.9)

    assert kinds(named) == ["Received", "Classified"]
    assert (named.ticket.language, named.ticket.version) == ("fr", 5)
    assert kinds(after("de", "fr", 0.99)) == ["Received"]
    assert kinds(after("und", "fr", 0.4)) == ["Received"]
    assert kinds(after("und", "und", 0.9)) == ["Received"]
    assert kinds(after("und", "fr", 0.9, machine=True)) == ["Received"]


def test_a_machines_first_message_waits_for_no_answer() -> None:
    _, rest = opened(a_ticket(version=0), a_message(machine=True), AT)

    assert rest.ticket.unanswered is None
    assert rest.changes[0].what == Received(a_message(machine=True))
