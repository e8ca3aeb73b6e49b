"""Offers and their answers."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Channel, Presence, TicketState
from routing.matching.decide import offers
from routing.matching.model import Outcome, Reservation, WorkState
from routing.people.model import Meter
from tests.unit.routing.build import (
    NOW,
    a_client,
    a_person,
    a_reservation,
    a_work,
    some_facts,
    staff_id,
)

SOON = NOW + timedelta(seconds=15)


def a_pending(**given: Any) -> Reservation:
    values: dict[str, Any] = {
        "state": Outcome.PENDING,
        "automatic": False,
        "expires_at": SOON,
        "version": 1,
    }
    return a_reservation(**values | given)


@pytest.mark.parametrize(
    ("channel", "live", "by_itself"),
    [
        (Channel.MAIL, False, True),
        (Channel.WEB, False, True),
        (Channel.PHONE, False, True),
        (Channel.PHONE, True, False),
        (Channel.CHAT, True, False),
        (Channel.TELEGRAM, False, False),
    ],
)
def test_written_work_is_taken_up_by_itself_and_live_work_by_a_person(
    channel: Channel, live: bool, by_itself: bool
) -> None:
    work = a_work(some_facts(channel=channel, live=live))

    assert offers.accepts_itself(a_client(), work) is by_itself


def test_a_client_may_want_every_mail_offered() -> None:
    assert not offers.accepts_itself(a_client(auto_accept=frozenset()), a_work())


@pytest.mark.parametrize(
    ("meter", "seconds"),
    [
        (Meter.VOICE, 15),
        (Meter.CHAT, 20),
        (Meter.MESSAGING, 60),
        (Meter.MAIL, 300),
        (Meter.WEB, 300),
        (Meter.API, 300),
    ],
)
def test_an_offer_stands_as_long_as_its_channel_can_wait(meter: Meter, seconds: int) -> None:
    assert offers.expires_at(meter, False, NOW) == NOW + timedelta(seconds=seconds)
    assert offers.expires_at(meter, True, NOW) is None


def test_a_yes_in_time_is_accepted_and_goes_on_holding_its_units() -> None:
    answer = offers.decide_accept(a_pending(), staff_id("ines"), 1, NOW)

    assert isinstance(answer, offers.Accept)
    after = answer.reservation
    assert (after.state, after.units, after.version) == (Outcome.ACCEPTED, 30, 2)
    assert after.expires_at is None


def test_trap_24_a_late_yes_is_gone_and_never_a_second_owner() -> None:
    assert offers.decide_accept(a_pending(), staff_id("ines"), 1, SOON) == offers.Gone(
        Outcome.PENDING
    )
    for state in (Outcome.TIMED_OUT, Outcome.RESCINDED, Outcome.REJECTED, Outcome.RELEASED):
        answered = a_pending(state=state, version=2)
        assert offers.decide_accept(answered, staff_id("ines"), 1, NOW) == offers.Gone(state)
        assert offers.decide_reject(answered, staff_id("ines"), 1, NOW) == offers.Gone(state)


def test_a_yes_to_another_version_is_stale() -> None:
    pending = a_pending(version=3)

    assert offers.decide_accept(pending, staff_id("ines"), 2, NOW) == offers.Stale()
    assert offers.decide_reject(pending, staff_id("ines"), 2, NOW) == offers.Stale()


def test_a_repeated_yes_is_no_error() -> None:
    accepted = a_reservation()

    answer = offers.decide_accept(accepted, accepted.person, 1, NOW)

    assert answer == offers.AlreadyAccepted(accepted)


def test_nobody_answers_for_somebody_else() -> None:
    assert offers.decide_accept(a_pending(), staff_id("omar"), 1, NOW) == offers.NotTheirs()
    assert offers.decide_reject(a_pending(), staff_id("omar"), 1, NOW) == offers.NotTheirs()


def test_a_no_in_time_counts_and_ends_with_no_units_held() -> None:
    pending = a_pending()

    after = offers.ended(pending, Outcome.REJECTED)

    assert offers.decide_reject(pending, staff_id("ines"), 1, NOW) == offers.Reject()
    assert (after.state, after.units, after.expires_at) == (Outcome.REJECTED, 0, None)


def test_an_answer_without_a_version_means_the_present_one() -> None:
    assert isinstance(offers.decide_accept(a_pending(), staff_id("ines"), None, NOW), offers.Accept)
    assert isinstance(offers.decide_reject(a_pending(), staff_id("ines"), None, NOW), offers.Reject)


@given(st.sampled_from(TicketState), st.integers(0, 40))
def test_i5_trap_26_going_round_never_restarts_the_waiting(state: TicketState, hours: int) -> None:
    work = a_work(some_facts(state=state), waiting_since=NOW - timedelta(hours=hours))

    held = offers.owned(work, staff_id("ines"), NOW)
    back = offers.waiting_again(held)

    assert back.waiting_since == work.waiting_since
    assert (back.state, back.owner) == (WorkState.WAITING, None)
    assert back.last_owner == staff_id("ines")


def test_owning_names_the_owner_and_clears_the_alarm() -> None:
    person = a_person(presence=Presence.AVAILABLE)

    held = offers.owned(a_work(stuck_at=NOW), person.id, SOON)

    assert (held.state, held.owner, held.owned_at) == (WorkState.OWNED, person.id, SOON)
    assert held.stuck_at is None
