"""Who comes back until when, and who may end or hand over a follow-up."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.duty.model import Choice, Why
from feedback.followups import decide
from feedback.followups.model import (
    Actor,
    Bad,
    Ending,
    Followup,
    FollowupState,
    NotPossible,
    Outcome,
)
from feedback.praise.model import praise_id
from feedback.surveys.model import State
from tests.unit.feedback.questions import ASKED, INES, NOW, OMAR

LEA = UUID(int=20)
DUE = NOW + timedelta(days=1)
BAD = Bad(replace(ASKED, state=State.ANSWERED, score=1, good=False), "NH-1", DUE)
OPEN = decide.decide_open(BAD, Choice(OMAR, Why.ON_DUTY), NOW)
ENDING = Ending(Outcome.EXPLAINED, "called back")
OWNER, LEAD = Actor(OMAR, leads=False), Actor(LEA, leads=True)
RATED, STRANGER = Actor(INES, leads=True), Actor(LEA, leads=False)


def done(known: Followup, actor: Actor = OWNER) -> Followup:
    decided = decide.decide_done(known, actor, ENDING, NOW)
    assert isinstance(decided, Followup)
    return decided


def test_a_bad_answer_has_an_owner_and_a_due_time_at_once() -> None:
    assert (OPEN.state, OPEN.owner, OPEN.due_at) == (FollowupState.OPEN, OMAR, DUE)
    assert (OPEN.rated, OPEN.score, OPEN.language) == (INES, 1, "pt")
    assert OPEN.id == decide.followup_id(ASKED.id) != praise_id(ASKED.id)


def test_its_owner_and_leads_see_it_and_the_person_rated_does_not() -> None:
    assert decide.may_see(OPEN, OWNER)
    assert decide.may_see(OPEN, LEAD)
    assert not decide.may_see(OPEN, STRANGER)
    assert not decide.may_see(OPEN, RATED)


def test_an_ending_says_who_and_how() -> None:
    ended = done(OPEN)

    assert (ended.state, ended.done_by, ended.done_at) == (FollowupState.DONE, OMAR, NOW)
    assert (ended.outcome, ended.note) == (Outcome.EXPLAINED, "called back")
    assert (ended.owner, ended.owned_by_way_of) == (OMAR, Why.ON_DUTY)
    assert ended.version > OPEN.version


def test_who_ends_what_nobody_owned_becomes_its_owner() -> None:
    ended = done(replace(OPEN, owner=None, owned_by_way_of=Why.NOBODY), LEAD)

    assert (ended.owner, ended.owned_by_way_of) == (LEA, Why.BY_HAND)


def test_the_same_ending_again_changes_nothing_and_another_is_refused() -> None:
    ended = done(OPEN)

    assert decide.decide_done(ended, OWNER, ENDING, DUE) == ended
    assert decide.decide_done(ended, LEAD, ENDING, DUE) is NotPossible.DONE
    other = replace(ENDING, note="other")
    assert decide.decide_done(ended, OWNER, other, DUE) is NotPossible.DONE


@pytest.mark.parametrize("actor", [RATED, STRANGER])
def test_who_may_not_see_it_may_not_touch_it(actor: Actor) -> None:
    assert decide.decide_done(OPEN, actor, ENDING, NOW) is NotPossible.FOREIGN
    handed = decide.decide_reassign(OPEN, actor, LEA, may_take=True)
    assert handed is NotPossible.FOREIGN


def test_it_is_handed_over_by_hand() -> None:
    handed = decide.decide_reassign(OPEN, OWNER, LEA, may_take=True)

    assert isinstance(handed, Followup)
    assert (handed.owner, handed.owned_by_way_of) == (LEA, Why.BY_HAND)
    assert decide.decide_reassign(OPEN, OWNER, OMAR, may_take=True) == OPEN


def test_it_is_not_handed_to_everybody() -> None:
    assert decide.decide_reassign(OPEN, OWNER, INES, may_take=True) is NotPossible.RATED
    assert decide.decide_reassign(OPEN, OWNER, LEA, may_take=False) is NotPossible.NO_RIGHTS
    assert decide.decide_reassign(done(OPEN), OWNER, LEA, may_take=True) is NotPossible.DONE


def test_it_is_overdue_after_its_due_time_while_open() -> None:
    late = DUE + timedelta(seconds=1)

    assert not decide.overdue(OPEN, DUE)
    assert decide.overdue(OPEN, late)
    assert not decide.overdue(done(OPEN), late)


@given(st.lists(st.sampled_from([OMAR, LEA, None]), max_size=8), st.booleans())
def test_loads_add_up_to_who_has_it_open(owners: list[UUID | None], ends: bool) -> None:
    steps = [replace(OPEN, owner=owner) for owner in owners]
    if steps and ends:
        steps.append(replace(steps[-1], state=FollowupState.DONE))
    loads: dict[UUID, int] = {}
    before: Followup | None = None
    for after in steps:
        for person, by in decide.load_moves(before, after).items():
            loads[person] = loads.get(person, 0) + by
        before = after

    last = before if before and before.state is FollowupState.OPEN else None
    held = {last.owner: 1} if last and last.owner else {}
    assert {person: load for person, load in loads.items() if load} == held
