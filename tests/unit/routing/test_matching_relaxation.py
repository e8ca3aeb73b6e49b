"""How needs relax with time in the queue and with the slack of promises."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Cefr, Channel
from routing.matching.decide.relaxation import (
    demand,
    next_look,
    next_slack_look,
    relaxation,
    slack_at,
)
from routing.matching.model import (
    DEFAULT_FLOORS,
    DEFAULT_REMAINING,
    Need,
    Policy,
    Promise,
    Relaxation,
    Step,
)
from tests.unit.routing.build import NOW, a_client, a_work, some_facts

HOUR = timedelta(hours=1)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_at_first_every_need_holds() -> None:
    assert relaxation(Policy(), NOW, (), NOW) == Relaxation()


@pytest.mark.parametrize(("allowed", "floor"), [(True, Cefr.B1), (False, Cefr.B2)])
def test_after_two_minutes_one_level_is_given_up_where_the_contract_allows_it(
    allowed: bool, floor: Cefr
) -> None:
    client = a_client(Policy(lower_level=allowed))

    assert demand(client, a_work(), (), after(119)).floor is Cefr.B2
    assert demand(client, a_work(), (), after(120)).floor is floor


def test_never_more_than_one_level_is_given_up() -> None:
    greedy = Policy(lower_level=True, steps=(Step(after=timedelta(), level_down=3),))

    assert demand(a_client(greedy), a_work(), (), NOW).floor is Cefr.B1


def test_a_quarter_of_slack_alerts_the_lead_however_long_it_waits() -> None:
    promise = Promise(due_at=NOW + HOUR, target=HOUR)

    assert relaxation(Policy(), NOW, (promise,), after(44 * 60)) == Relaxation(step=1)
    assert relaxation(Policy(), NOW, (promise,), after(45 * 60)) == Relaxation(step=2, alert=True)


def test_without_any_promise_the_lead_is_alerted_by_time() -> None:
    assert not relaxation(Policy(), NOW, (), after(14 * 60)).alert
    assert relaxation(Policy(), NOW, (), after(15 * 60)).alert


def test_skills_are_dropped_from_the_highest_tier_and_required_ones_never() -> None:
    policy = Policy(
        needs=(
            Need("technical", "hosting", 3, tier=0),
            Need("technical", "linux", 2, tier=1),
            Need("technical", "dns", 2, tier=3),
            Need("billing", "tax", 2, tier=1),
        ),
        steps=(
            Step(after=timedelta()),
            Step(after=timedelta(seconds=30), drop_tier=3),
            Step(after=timedelta(seconds=60), drop_tier=0),
        ),
    )

    def skills(seconds: float) -> list[str]:
        asked = demand(a_client(policy), a_work(), (), after(seconds)).needs
        return [need.skill for need in asked]

    assert skills(0) == ["hosting", "linux", "dns"]
    assert skills(30) == ["hosting", "linux"]
    assert skills(60) == ["hosting"]


def test_trap_25_time_runs_from_the_first_waiting_through_offers() -> None:
    offered_and_back = a_work(version=7, step=0)

    assert demand(a_client(), offered_and_back, (), after(130)).relaxation.step == 1


def test_an_unknown_language_counts_as_the_clients_own() -> None:
    work = a_work(some_facts(language="und"))

    assert demand(a_client(default_language="ar"), work, (), NOW).language == "ar"


def test_looks_again_at_the_next_step_and_then_no_more() -> None:
    assert next_look(Policy(), NOW, NOW) == after(120)
    assert next_look(Policy(), NOW, after(120)) == after(900)
    assert next_look(Policy(), NOW, after(900)) is None


def test_looks_again_when_the_slack_runs_out() -> None:
    promises = (Promise(NOW + 4 * HOUR, 4 * HOUR), Promise(NOW + HOUR, HOUR))

    assert next_slack_look(Policy(), promises, NOW) == after(45 * 60)
    assert next_slack_look(Policy(), promises, after(45 * 60)) == after(180 * 60)
    assert next_slack_look(Policy(), (), NOW) is None


def test_slack_is_counted_in_whole_fractions_of_the_target() -> None:
    assert slack_at(Promise(NOW + HOUR, HOUR), Fraction(1, 3)) == after(40 * 60)


def test_every_channel_has_a_floor_and_counts_as_something() -> None:
    for channel in Channel:
        for live in (True, False):
            facts = some_facts(channel=channel, live=live)
            assert channel in DEFAULT_FLOORS
            assert facts.meter in DEFAULT_REMAINING


steps = st.lists(
    st.builds(
        Step,
        after=st.none() | st.integers(0, 600).map(lambda s: timedelta(seconds=s)),
        slack=st.none() | st.sampled_from([Fraction(1, 4), Fraction(1, 2)]),
        level_down=st.integers(0, 2),
        drop_tier=st.none() | st.integers(0, 3),
        alert=st.booleans(),
    ),
    min_size=1,
    max_size=5,
).map(tuple)


@given(steps, st.integers(0, 900), st.integers(0, 900))
def test_i6_relaxation_only_grows_while_a_promise_stands(
    given_steps: tuple[Step, ...], one: int, other: int
) -> None:
    policy = Policy(lower_level=True, steps=given_steps)
    promise = Promise(NOW + timedelta(seconds=600), timedelta(seconds=600))
    sooner, later = sorted((one, other))

    early, late = (relaxation(policy, NOW, (promise,), after(s)) for s in (sooner, later))

    assert early.step <= late.step
    assert early.level_down <= late.level_down
    assert early.alert <= late.alert
    assert _tier(late) <= _tier(early)


def _tier(found: Relaxation) -> int:
    return 9 if found.drop_tier is None else found.drop_tier
