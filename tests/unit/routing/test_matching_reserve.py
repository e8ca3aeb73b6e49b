"""A claim as it is made, and why it went to whom."""

from datetime import timedelta
from uuid import uuid5

import pytest

from contracts.vocabulary import Channel, ClockState, Metric
from routing.matching.decide import offers
from routing.matching.decide.choice import choose, explain
from routing.matching.decide.relaxation import demand
from routing.matching.model import (
    RULE,
    Cause,
    ClockFacts,
    Look,
    Need,
    Outcome,
    Policy,
    Refusal,
    Work,
    WorkState,
)
from routing.people.model import FULL, Meter
from tests.unit.routing.build import (
    NORDHOST,
    NOW,
    SEED,
    a_client,
    a_person,
    a_profile,
    a_work,
    some_facts,
    staff_id,
)

ID = uuid5(SEED, "claim")


def a_look(work: Work | None = None, **people: int) -> Look:
    work, client = work or a_work(), a_client()
    asked = demand(client, work, (), NOW)
    crowd = [a_person(name, units=units) for name, units in people.items()]
    choice = choose(asked, crowd, frozenset(), None, NOW)
    return Look(work=work, client=client, demand=asked, choice=choice, known=None)


def test_a_mail_is_claimed_and_taken_up_at_once() -> None:
    made = offers.reserve(a_look(), a_person(), ID, NOW)

    assert (made.state, made.automatic, made.units, made.expires_at) == (
        Outcome.ACCEPTED,
        True,
        30,
        None,
    )


def test_a_chat_is_claimed_and_waits_for_its_answer() -> None:
    chat = a_work(some_facts(channel=Channel.CHAT, live=True))

    made = offers.reserve(a_look(chat), a_person(), ID, NOW)

    assert (made.state, made.automatic) == (Outcome.PENDING, False)
    assert made.expires_at == NOW + timedelta(seconds=20)


def test_nothing_is_claimed_of_somebody_who_does_no_such_work() -> None:
    look = a_look()

    with pytest.raises(ValueError, match="does not work on"):
        look.cost_for(a_person(profile=a_profile(capacity={Meter.CHAT: 1})))


def test_reopened_work_is_taken_up_at_once_even_when_live() -> None:
    chat = a_work(some_facts(channel=Channel.CHAT, live=True))

    made = offers.given_back(chat, a_person(), ID, NOW)

    assert made is not None
    assert (made.state, made.units, made.expires_at) == (Outcome.ACCEPTED, 30, None)
    nobody = a_person(profile=a_profile(capacity={}))
    assert offers.given_back(chat, nobody, ID, NOW) is None


def test_an_offer_leaves_the_work_without_an_owner() -> None:
    assert offers.offered(a_work()).state is WorkState.OFFERED


def test_a_decision_tells_what_was_asked_and_who_came_next() -> None:
    look = a_look(first=0, second=30, full=FULL)
    chosen = look.choice.ranking[0]

    why = explain(look, chosen, ID, NOW)

    assert (why.rule, why.chosen, why.step, why.at) == (RULE, chosen.id, 0, NOW)
    assert [refusal.cause for refusal in why.refused] == [Cause.IDLE_LESS, Cause.FULL]
    assert why.inputs["considered"] == 3
    assert (why.inputs["language"], why.inputs["floor"]) == ("de", "B2")


def test_a_decision_repeats_from_what_it_kept() -> None:
    look = a_look(None, **{f"person{number}": 0 for number in range(30)})

    why = explain(look, look.choice.ranking[0], ID, NOW)

    ranking = why.inputs["ranking"]
    assert isinstance(ranking, list)
    assert len(ranking) == 20
    kept = sorted(ranking, key=lambda each: (each["idle_since"] or NOW, each["person"]))
    assert kept[0]["person"] == why.chosen


def test_nobody_chosen_is_a_decision_too() -> None:
    why = explain(a_look(full=FULL), None, ID, NOW)

    assert why.chosen is None
    assert why.refused == (Refusal(staff_id("full"), Cause.FULL),)


def test_a_decision_names_the_skills_it_asked_for() -> None:
    needs = (Need("technical", "hosting", 3),)
    client, work = a_client(Policy(needs=needs)), a_work()
    asked = demand(client, work, (), NOW)
    look = Look(
        work=work,
        client=client,
        demand=asked,
        choice=choose(asked, [], frozenset(), None, NOW),
        known=None,
    )

    assert explain(look, None, ID, NOW).inputs["skills"] == [["hosting", 3]]


@pytest.mark.parametrize(
    ("state", "owed"),
    [
        (ClockState.RUNNING, True),
        (ClockState.PAUSED, True),
        (ClockState.BREACHED, True),
        (ClockState.MET, False),
        (ClockState.VOID, False),
        (ClockState.EXCUSED, False),
    ],
)
def test_a_clock_is_owed_until_it_is_met_or_void(state: ClockState, owed: bool) -> None:
    clock = ClockFacts(
        tenant=NORDHOST,
        id=ID,
        ticket=a_work().ticket,
        metric=Metric.FIRST_REPLY,
        started_at=NOW,
        due_at=None,
        target=timedelta(hours=1),
        state=state,
    )

    assert clock.open is owed
