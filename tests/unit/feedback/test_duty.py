"""Who is asked to come back to a customer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values import TenantId
from contracts.vocabulary import Role
from feedback.duty.decide import choose_owner, may_own
from feedback.duty.model import Choice, Colleague, Rating, Shift, Why
from tests.unit.feedback.questions import INES, NOW, OMAR, TENANT

LEA, RUI = UUID(int=20), UUID(int=21)
HERE = frozenset({TenantId(TENANT)})
RATING = Rating(TENANT, INES, NOW)
LEADS = {
    OMAR: Colleague(OMAR, frozenset({Role.LEAD}), HERE),
    LEA: Colleague(LEA, frozenset({Role.LEAD}), HERE),
}


def shift(person: UUID, **given: Any) -> Shift:
    plain: dict[str, Any] = {
        "id": UUID(int=person.int + 100),
        "person": person,
        "starts_at": NOW - timedelta(hours=1),
        "ends_at": NOW + timedelta(hours=1),
        "kind": "work",
        "lead": True,
    }
    return Shift(**(plain | given))


def test_the_lead_on_duty_owns_it() -> None:
    assert choose_owner([shift(LEA)], LEADS, {LEA: 9}, RATING) == Choice(LEA, Why.ON_DUTY)


def test_at_work_comes_before_on_call() -> None:
    early = shift(OMAR, kind="on_call", starts_at=NOW - timedelta(hours=5))

    assert choose_owner([early, shift(LEA)], LEADS, {}, RATING).owner == LEA


@pytest.mark.parametrize(
    "away",
    [
        {"over": True},
        {"lead": False},
        {"tenants": frozenset({UUID(int=99)})},
        {"starts_at": NOW + timedelta(seconds=1)},
        {"ends_at": NOW},
    ],
)
def test_who_is_not_on_duty_for_the_client_is_not_chosen_for_it(away: dict[str, Any]) -> None:
    choice = choose_owner([shift(LEA, **away)], LEADS, {LEA: 1}, RATING)

    assert choice == Choice(OMAR, Why.LEAST_BUSY)


def test_a_shift_without_rights_is_not_enough() -> None:
    agent = Colleague(RUI, frozenset({Role.AGENT}), HERE)
    elsewhere = replace(LEADS[LEA], tenants=frozenset())
    shifts = [shift(RUI), shift(LEA), shift(UUID(int=404))]

    choice = choose_owner(shifts, {RUI: agent, LEA: elsewhere}, {}, RATING)
    assert choice == Choice(None, Why.NOBODY)


def test_nobody_owns_a_bad_answer_about_themselves() -> None:
    choice = choose_owner([shift(OMAR)], LEADS, {}, replace(RATING, rated=OMAR))

    assert choice == Choice(LEA, Why.LEAST_BUSY)


def test_who_may_own_a_follow_up() -> None:
    manager = Colleague(RUI, frozenset({Role.MANAGER}), frozenset())
    viewer = Colleague(LEA, frozenset({Role.CLIENT_VIEWER}), HERE)

    assert may_own(manager, RATING)
    assert not may_own(viewer, RATING)
    assert not may_own(None, RATING)
    assert not may_own(replace(manager, active=False), RATING)


@given(
    st.dictionaries(st.uuids(), st.integers(0, 9), max_size=5),
    st.sets(st.integers(0, 3)),
    st.booleans(),
)
def test_whoever_is_chosen_may_own_it(loads: dict[UUID, int], on: set[int], rated: bool) -> None:
    people = sorted(loads)
    staff = {
        person: Colleague(person, frozenset({Role.LEAD}), HERE, n != 0)
        for n, person in enumerate(people)
    }
    rating = replace(RATING, rated=people[-1] if people and rated else None)
    shifts = [shift(people[n]) for n in on if n < len(people)]

    choice = choose_owner(shifts, staff, loads, rating)
    able = [person for person in people if may_own(staff[person], rating)]
    assert (choice.owner is None) == (not able)
    assert choice.owner is None or choice.owner in able
    if choice.why is Why.LEAST_BUSY:
        assert choice.owner is not None
        assert loads[choice.owner] == min(loads[person] for person in able)
