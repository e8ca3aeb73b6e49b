"""What becomes of work when ticket, holder or time change."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Channel, Presence, TicketState
from routing.matching.decide import ownership
from routing.matching.decide.ownership import (
    Enqueue,
    GiveBack,
    Leave,
    Match,
    Release,
    Rescind,
    Resize,
    Retire,
    Situation,
    TimeOut,
    Wrap,
    settle,
)
from routing.matching.model import Outcome, Promise, Work, WorkState
from routing.people.model import Duty, Person, Rights
from tests.unit.routing.build import NOW, PAGORA, a_person, a_reservation, a_work, some_facts

HOUR = timedelta(hours=1)
OFF = a_person(presence=Presence.OFF, duty=Duty(back=NOW + 16 * HOUR))
FOREIGN = a_person(rights=Rights(roles=frozenset({"agent"}), tenants=frozenset({PAGORA})))
FINISHED = (TicketState.SOLVED, TicketState.CLOSED, TicketState.SPAM, TicketState.MERGED)


def work_in(state: TicketState, work_state: WorkState = WorkState.OWNED, **given: Any) -> Work:
    return a_work(some_facts(state=state, **given), state=work_state)


def held(state: TicketState, holder: Person | None = None, **given: Any) -> Situation:
    return Situation(
        work=work_in(state, **given),
        reservation=a_reservation(),
        holder=holder or a_person(),
    )


def test_held_work_of_an_open_ticket_is_left_alone() -> None:
    assert settle(held(TicketState.OPEN), NOW) == Leave()


def test_solved_work_is_wrapped_and_frees_its_units() -> None:
    at = held(TicketState.SOLVED)

    assert settle(at, NOW) == Wrap(a_reservation())


@pytest.mark.parametrize("state", [TicketState.CLOSED, TicketState.SPAM, TicketState.MERGED])
def test_finished_work_is_released_and_does_not_wait(state: TicketState) -> None:
    assert settle(held(state), NOW) == Release(a_reservation(), state.value, waits=False)


@pytest.mark.parametrize("state", [TicketState.PENDING, TicketState.HOLD])
def test_work_in_others_hands_keeps_a_quarter_rounded_up(state: TicketState) -> None:
    assert settle(held(state), NOW) == Resize(a_reservation(), 8)


def test_the_customers_answer_takes_the_whole_share_again() -> None:
    at = replace(held(TicketState.OPEN), reservation=a_reservation(units=8))

    assert settle(at, NOW) == Resize(a_reservation(units=8), 30)


def test_work_of_a_client_no_longer_permitted_goes_back() -> None:
    reason = "no longer permitted"

    assert settle(held(TicketState.OPEN, FOREIGN), NOW) == Release(a_reservation(), reason, True)
    gone = Situation(work=work_in(TicketState.OPEN), reservation=a_reservation(), holder=None)
    assert settle(gone, NOW) == Release(a_reservation(), reason, True)


def test_trap_28_written_work_stays_over_night_when_nothing_falls_due() -> None:
    later = Promise(NOW + 20 * HOUR, 24 * HOUR)

    assert settle(replace(held(TicketState.OPEN, OFF), promises=(later,)), NOW) == Leave()
    assert settle(held(TicketState.OPEN, OFF), NOW) == Leave()


def test_trap_28_written_work_due_before_the_next_shift_goes_back() -> None:
    sooner = Promise(NOW + HOUR, HOUR)

    answer = settle(replace(held(TicketState.OPEN, OFF), promises=(sooner,)), NOW)

    assert answer == Release(a_reservation(), "shift ended", waits=True)


def test_trap_28_live_work_goes_back_while_it_is_our_turn() -> None:
    chat: dict[str, Any] = {"channel": Channel.CHAT, "live": True}

    assert isinstance(settle(held(TicketState.OPEN, OFF, **chat), NOW), Release)
    assert isinstance(settle(held(TicketState.PENDING, OFF, **chat), NOW), Resize)


def test_whoever_is_not_rostered_again_gives_everything_back() -> None:
    gone = a_person(presence=Presence.OFF, duty=Duty())

    assert isinstance(settle(held(TicketState.PENDING, gone), NOW), Release)


def test_a_pause_keeps_what_is_owned() -> None:
    away = a_person(presence=Presence.AWAY)
    due = Promise(NOW + HOUR, HOUR)

    assert settle(replace(held(TicketState.OPEN, away), promises=(due,)), NOW) == Leave()


def offered(state: TicketState = TicketState.NEW, holder: Person | None = None) -> Situation:
    pending = a_reservation(
        state=Outcome.PENDING, automatic=False, expires_at=NOW + timedelta(seconds=20)
    )
    return Situation(
        work=work_in(state, WorkState.OFFERED), reservation=pending, holder=holder or a_person()
    )


def test_an_offer_stands_until_it_expires() -> None:
    at = offered()
    assert at.reservation is not None

    assert settle(at, NOW + timedelta(seconds=19)) == Leave()
    assert settle(at, NOW + timedelta(seconds=20)) == TimeOut(at.reservation)


@pytest.mark.parametrize("state", FINISHED)
def test_an_offer_of_a_finished_ticket_is_taken_back(state: TicketState) -> None:
    at = offered(state)
    assert at.reservation is not None

    assert settle(at, NOW) == Rescind(at.reservation, state.value, waits=False)


@pytest.mark.parametrize("holder", [OFF, FOREIGN])
def test_an_offer_to_somebody_who_left_is_taken_back_and_waits(holder: Person) -> None:
    answer = settle(offered(holder=holder), NOW)

    assert isinstance(answer, Rescind)
    assert answer.waits


def unheld(state: TicketState, work_state: WorkState, last: Person | None = None) -> Situation:
    return Situation(work=work_in(state, work_state), reservation=None, holder=last)


def test_waiting_work_looks_for_somebody() -> None:
    assert settle(unheld(TicketState.NEW, WorkState.WAITING), NOW) == Match()


@pytest.mark.parametrize("state", FINISHED)
def test_waiting_work_of_a_finished_ticket_leaves_the_queue(state: TicketState) -> None:
    assert settle(unheld(state, WorkState.WAITING), NOW) == Retire()
    assert settle(unheld(state, WorkState.DONE), NOW) == Leave()


def test_reopened_work_goes_back_to_its_owner_on_shift() -> None:
    owner = a_person()

    assert settle(unheld(TicketState.OPEN, WorkState.DONE, owner), NOW) == GiveBack(owner)


@pytest.mark.parametrize("owner", [None, OFF, FOREIGN])
def test_reopened_work_waits_when_its_owner_is_not_there(owner: Person | None) -> None:
    assert settle(unheld(TicketState.OPEN, WorkState.DONE, owner), NOW) == Enqueue()


@given(
    st.sampled_from(TicketState),
    st.sampled_from([Outcome.PENDING, Outcome.ACCEPTED, None]),
    st.sampled_from([a_person(), OFF, FOREIGN, a_person(presence=Presence.AWAY), None]),
    st.sampled_from(WorkState),
)
def test_trap_27_capacity_counts_the_same_on_every_path(
    state: TicketState, outcome: Outcome | None, holder: Person | None, work_state: WorkState
) -> None:
    """Nothing finished holds units, and only unfinished work waits: whatever the path there."""
    reservation = outcome and a_reservation(state=outcome)
    at = Situation(work=work_in(state, work_state), reservation=reservation or None, holder=holder)

    answer = settle(at, NOW)

    if state in FINISHED:
        assert isinstance(answer, Leave | Retire | Wrap | Release | Rescind)
        assert reservation is None or not isinstance(answer, Leave)
        if isinstance(answer, Release | Rescind):
            assert not answer.waits
    else:
        assert not isinstance(answer, Wrap | Retire)


def test_a_new_ticket_waits_and_a_finished_one_never_did() -> None:
    fresh = work_in(TicketState.NEW, WorkState.WAITING)

    assert ownership.follow(None, fresh) == ownership.Followed(fresh, new=True, tend=False)
    over = ownership.follow(None, work_in(TicketState.CLOSED, WorkState.WAITING))
    assert over.work.state is WorkState.DONE


def test_a_change_of_state_asks_for_care_and_other_facts_do_not() -> None:
    before = work_in(TicketState.OPEN)

    dearer = ownership.follow(before, work_in(TicketState.OPEN, plan="enterprise"))
    solved = ownership.follow(before, work_in(TicketState.SOLVED))

    assert (dearer.tend, dearer.work.facts.plan) == (False, "enterprise")
    assert solved.tend


def test_i5_a_later_event_never_moves_the_first_waiting() -> None:
    before = work_in(TicketState.OPEN)
    later = replace(before, waiting_since=NOW + HOUR)

    assert ownership.follow(before, later).work.waiting_since == before.waiting_since


def test_a_new_promise_matters_when_the_owner_is_not_there() -> None:
    owned = work_in(TicketState.OPEN)

    assert ownership.worth_a_look(owned, OFF)
    assert ownership.worth_a_look(owned, None)
    assert not ownership.worth_a_look(owned, a_person())
    assert not ownership.worth_a_look(work_in(TicketState.OPEN, WorkState.WAITING), OFF)
