"""Hand-overs by a person's own decision."""

import pytest

from contracts.vocabulary import Cefr, Presence, TicketState
from routing.matching.decide.relaxation import demand
from routing.matching.decide.transfer import (
    Actor,
    Handover,
    HandoverRefused,
    decide_transfer,
    may_release,
)
from routing.matching.model import WorkState
from routing.people.model import FULL, Duty, Meter, Person, Rights
from tests.unit.routing.build import (
    NOW,
    PAGORA,
    a_client,
    a_person,
    a_profile,
    a_reservation,
    a_work,
    some_facts,
    staff_id,
)

OWNER = Actor(staff_id("ines"), leads=False)
LEAD = Actor(staff_id("marisol"), leads=True)


def transfer(
    to: Person, by: Actor = OWNER, state: TicketState = TicketState.OPEN
) -> Handover | HandoverRefused:
    work = a_work(some_facts(state=state), state=WorkState.OWNED, owner=staff_id("ines"))
    return decide_transfer(work, demand(a_client(), work, (), NOW), a_reservation(), to, by)


def test_the_owner_hands_over_to_somebody_with_room() -> None:
    omar = a_person("omar")

    assert transfer(omar) == Handover(omar, 30, 30, over_capacity=False)


def test_work_in_others_hands_is_handed_over_at_its_reduced_share() -> None:
    assert transfer(a_person("omar"), state=TicketState.PENDING) == Handover(
        a_person("omar"), 8, 30, over_capacity=False
    )


@pytest.mark.parametrize(
    ("to", "slug"),
    [
        (
            a_person("omar", rights=Rights(roles=frozenset(), tenants=frozenset({PAGORA}))),
            "not-permitted",
        ),
        (a_person("omar", profile=a_profile(languages={"de": Cefr.B1})), "language"),
        (a_person("omar", presence=Presence.OFF, duty=Duty()), "off-shift"),
        (a_person("omar", profile=a_profile(capacity={Meter.CHAT: 1})), "channel"),
        (a_person("ines"), "already-owner"),
    ],
)
def test_permission_language_and_shift_hold_for_a_chosen_person_too(to: Person, slug: str) -> None:
    for by in (OWNER, LEAD):
        refused = transfer(to, by)
        assert isinstance(refused, HandoverRefused)
        assert refused.slug == slug


def test_only_a_lead_goes_over_capacity_and_that_is_recorded() -> None:
    full = a_person("omar", units=FULL)

    refused, allowed = transfer(full), transfer(full, LEAD)

    assert isinstance(refused, HandoverRefused)
    assert refused.slug == "full"
    assert allowed == Handover(full, 30, 30, over_capacity=True)


def test_somebody_away_for_a_moment_may_be_given_work_by_name() -> None:
    assert isinstance(transfer(a_person("omar", presence=Presence.AWAY), LEAD), Handover)


def test_nobody_hands_over_what_is_not_theirs() -> None:
    refused = transfer(a_person("omar"), Actor(staff_id("yuki"), leads=False))

    assert isinstance(refused, HandoverRefused)
    assert refused.slug == "not-owner"


def test_a_finished_ticket_is_handed_to_nobody() -> None:
    refused = transfer(a_person("omar"), LEAD, TicketState.CLOSED)

    assert isinstance(refused, HandoverRefused)
    assert refused.slug == "finished"


def test_the_owner_or_a_lead_may_give_it_up() -> None:
    work = a_work(state=WorkState.OWNED, owner=staff_id("ines"))

    assert may_release(work, OWNER)
    assert may_release(work, LEAD)
    assert not may_release(work, Actor(staff_id("omar"), leads=False))
