"""Who gets the work: examples of each hard constraint, and the invariants of matching."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Cefr, Channel, Presence, Priority
from routing.matching.decide.choice import choose, next_best, obstacle, reasons
from routing.matching.decide.relaxation import demand
from routing.matching.model import Cause, Choice, Demand, Need, Policy, urgency
from routing.people.model import FULL, Duty, Meter, Person, Rights
from tests.unit.routing.build import (
    NORDHOST,
    NOW,
    PAGORA,
    a_client,
    a_person,
    a_profile,
    a_work,
    some_facts,
    staff_id,
)

NOBODY: frozenset[object] = frozenset()


def a_demand(**given: object) -> Demand:
    return replace(demand(a_client(), a_work(), (), NOW), **given)  # type: ignore[arg-type]


def chosen(people: list[Person], known: object = None, **given: object) -> object:
    choice = choose(a_demand(**given), people, frozenset(), known, NOW)  # type: ignore[arg-type]
    return choice.ranking[0].id if choice.ranking else None


@pytest.mark.parametrize(
    ("person", "cause"),
    [
        (a_person(), None),
        (
            a_person(rights=Rights(roles=frozenset(), tenants=frozenset({PAGORA}))),
            Cause.NOT_PERMITTED,
        ),
        (
            a_person(rights=Rights(roles=frozenset(), tenants=frozenset({NORDHOST}), active=False)),
            Cause.NOT_PERMITTED,
        ),
        (a_person(profile=a_profile(capacity={Meter.CHAT: 3})), Cause.CHANNEL),
        (a_person(profile=a_profile(languages={"de": Cefr.B1})), Cause.LANGUAGE),
        (a_person(presence=Presence.AWAY), Cause.NOT_AVAILABLE),
        (a_person(presence=Presence.OFF), Cause.NOT_AVAILABLE),
        (a_person(duty=Duty(until=NOW + timedelta(minutes=9))), Cause.SHIFT_ENDS),
        (a_person(duty=Duty()), Cause.SHIFT_ENDS),
        (a_person(units=91), Cause.FULL),
        (a_person(units=90), None),
    ],
)
def test_each_hard_constraint_keeps_somebody_out(person: Person, cause: Cause | None) -> None:
    assert obstacle(a_demand(), person, NOW) is cause


def test_a_missing_skill_keeps_somebody_out() -> None:
    asked = a_demand(needs=(Need("technical", "hosting", 3),))

    assert obstacle(asked, a_person(), NOW) is Cause.SKILL
    assert obstacle(asked, a_person(profile=a_profile(skills={"hosting": 3})), NOW) is None


def test_a_call_needs_a_whole_free_person() -> None:
    voice = a_demand(meter=Meter.VOICE)

    assert obstacle(voice, a_person(units=1), NOW) is Cause.FULL
    assert obstacle(voice, a_person(), NOW) is None


def test_the_phone_asks_for_a_better_level_than_mail() -> None:
    work = a_work(some_facts(channel=Channel.PHONE, live=True))

    assert demand(a_client(), work, (), NOW).floor is Cefr.C1


def test_the_longest_idle_gets_it() -> None:
    fresh = a_person("fresh", last_assigned_at=NOW - timedelta(minutes=1))
    idle = a_person("idle", last_assigned_at=NOW - timedelta(hours=1))
    never = a_person("never")

    assert chosen([fresh, idle]) == idle.id
    assert chosen([fresh, idle, never]) == never.id


def test_the_same_customers_last_owner_goes_first() -> None:
    idle, known = a_person("idle"), a_person("known", last_assigned_at=NOW)

    assert chosen([idle, known], known=known.id) == known.id


def test_a_known_owner_who_is_away_is_not_waited_for() -> None:
    idle, known = a_person("idle"), a_person("known", presence=Presence.AWAY)

    assert chosen([idle, known], known=known.id) == idle.id


def test_equal_people_are_taken_by_id() -> None:
    people = [a_person(name) for name in ("a", "b", "c")]

    assert chosen(people) == min(person.id for person in people)


def test_who_declined_it_is_passed_over_but_its_like_may_still_be_tried() -> None:
    person = a_person()

    choice = choose(a_demand(), [person], {person.id}, None, NOW)

    assert choice.ranking == ()
    assert [refusal.cause for refusal in choice.refusals] == [Cause.EXCLUDED]
    assert not choice.barren


def test_nobody_fit_means_its_like_need_not_be_tried() -> None:
    assert choose(a_demand(), [a_person(units=FULL)], frozenset(), None, NOW).barren


def test_why_this_agent_names_who_came_next_and_the_cause() -> None:
    first, second = a_person("first"), a_person("second", last_assigned_at=NOW)
    full = a_person("full", units=FULL)
    choice = choose(a_demand(), [full, second, first], frozenset(), None, NOW)

    told = next_best(choice, first.id, None)

    assert [(refusal.person, refusal.cause) for refusal in told] == [
        (second.id, Cause.IDLE_LESS),
        (full.id, Cause.FULL),
    ]


def test_why_this_agent_says_when_somebody_knows_the_customer() -> None:
    idle, known = a_person("idle"), a_person("known", last_assigned_at=NOW)
    choice = choose(a_demand(), [idle, known], frozenset(), known.id, NOW)

    assert next_best(choice, known.id, known.id)[0].cause is Cause.NOT_KNOWN


def test_at_most_three_are_named() -> None:
    choice = choose(a_demand(), [a_person(n) for n in "abcdef"], frozenset(), None, NOW)

    assert len(next_best(choice, choice.ranking[0].id, None)) == 3


def test_the_lead_is_told_why_nobody_takes_it_in_counts() -> None:
    people = [a_person("a", units=FULL), a_person("b", units=FULL), a_person("c", presence="away")]

    told = reasons(choose(a_demand(), people, frozenset(), None, NOW))

    assert told == ("2 no free units", "1 not available")


def test_an_empty_shift_is_said_as_such_and_never_means_everyone() -> None:
    choice = choose(a_demand(), [], frozenset(), None, NOW)

    assert choice == Choice(ranking=(), refusals=(), barren=True)
    assert reasons(choice) == ("nobody on shift may work for this client",)


crowds = st.lists(
    st.builds(
        lambda number, **given: a_person(f"p{number}", **given),
        st.integers(0, 10_000),
        units=st.integers(0, FULL),
        presence=st.sampled_from(Presence),
        last_assigned_at=st.none()
        | st.integers(0, 5).map(lambda hours: NOW - timedelta(hours=hours)),
        duty=st.integers(-60, 600).map(lambda m: Duty(until=NOW + timedelta(minutes=m))),
        rights=st.sets(st.sampled_from([NORDHOST, PAGORA])).map(
            lambda tenants: Rights(roles=frozenset({"agent"}), tenants=frozenset(tenants))
        ),
        profile=st.builds(
            lambda level, mails: a_profile(languages={"de": level}, capacity={Meter.MAIL: mails}),
            st.sampled_from(Cefr),
            st.integers(0, 12),
        ),
    ),
    max_size=12,
    unique_by=lambda person: person.id,
)


@given(crowds, st.data())
def test_i1_i2_whoever_is_ranked_meets_every_constraint(
    crowd: list[Person], data: st.DataObject
) -> None:
    excluded = {person.id for person in crowd if data.draw(st.booleans())}

    for person in choose(a_demand(), crowd, excluded, None, NOW).ranking:
        cost = person.profile.cost_of(Meter.MAIL)
        assert NORDHOST in person.rights.tenants
        assert person.presence is Presence.AVAILABLE
        assert cost is not None
        assert person.units + cost <= FULL
        assert person.id not in excluded
        assert person.profile.languages["de"] in (Cefr.B2, Cefr.C1, Cefr.C2, Cefr.NATIVE)
        assert person.duty.until is not None
        assert person.duty.until - NOW >= timedelta(minutes=10)


@given(crowds)
def test_i4_nobody_admissible_is_left_out(crowd: list[Person]) -> None:
    choice = choose(a_demand(), crowd, frozenset(), None, NOW)

    named = {person.id for person in choice.ranking} | {r.person for r in choice.refusals}
    assert named == {person.id for person in crowd}
    assert len(choice.ranking) + len(choice.refusals) == len(crowd)


@given(crowds, st.randoms())
def test_i7_i8_the_order_of_reading_changes_nothing(crowd: list[Person], random: object) -> None:
    known = crowd[0].id if crowd else None
    shuffled = list(crowd)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert choose(a_demand(), crowd, frozenset(), known, NOW) == choose(
        a_demand(), shuffled, frozenset(), known, NOW
    )


@given(crowds)
def test_i15_a_preference_never_makes_it_impossible(crowd: list[Person]) -> None:
    with_known = choose(a_demand(), crowd, frozenset(), staff_id("somebody else"), NOW)

    assert with_known.ranking == choose(a_demand(), crowd, frozenset(), None, NOW).ranking


@given(crowds, st.integers(0, 1200), st.integers(0, 1200))
def test_i6_waiting_longer_never_narrows_the_circle(
    crowd: list[Person], one: int, other: int
) -> None:
    client = a_client(Policy(lower_level=True))
    work = a_work()
    sooner, later = sorted((one, other))

    early, late = (
        {
            person.id
            for person in choose(
                demand(client, work, (), NOW + timedelta(seconds=waited)),
                crowd,
                frozenset(),
                None,
                NOW,
            ).ranking
        }
        for waited in (sooner, later)
    )

    assert early <= late


@given(crowds)
def test_i14_a_refusal_names_a_person_and_a_closed_word_only(crowd: list[Person]) -> None:
    for refusal in choose(a_demand(), crowd, frozenset(), None, NOW).refusals:
        assert isinstance(refusal.cause, Cause)


def test_urgent_work_is_served_first() -> None:
    ordered = [Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW]

    assert sorted(Priority, key=urgency) == ordered
