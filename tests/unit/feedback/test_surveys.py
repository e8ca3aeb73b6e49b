"""When a question is asked, whom it spares, and what answers do to it."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import TicketState
from feedback.surveys import decide
from feedback.surveys.model import (
    LIVES,
    Answer,
    Given,
    Over,
    Reason,
    Refusal,
    Same,
    Solved,
    State,
    Survey,
    SurveySettings,
    Taken,
)
from tests.unit.feedback.questions import (
    ASKED,
    AT,
    INES,
    NOW,
    OMAR,
    PLANNED,
    SOLVED,
    TICKET,
    later,
    seen,
)

ANSWERED = replace(ASKED, state=State.ANSWERED, score=5, good=True, answers=1, delivered_at=NOW)
EXPIRED = replace(ASKED, state=State.EXPIRED)
SUPPRESSED = replace(PLANNED, state=State.SUPPRESSED, reason=Reason.SPAM)
SETTINGS = SurveySettings()
spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=120))


def solved(by: UUID | None = INES, confirm: timedelta = timedelta(days=4)) -> Solved:
    return Solved(NOW, by, NOW + confirm)


def test_a_question_waits_for_the_clients_delay() -> None:
    planned = decide.decide_plan(SOLVED, solved(), SETTINGS)

    assert (planned.state, planned.ask_at) == (State.PLANNED, NOW + timedelta(hours=1))
    assert (planned.attributed_to, planned.language) == (INES, "pt")


def test_a_live_channel_is_asked_at_its_end() -> None:
    assert decide.decide_plan(replace(SOLVED, live=True), solved(), SETTINGS).ask_at == NOW


def test_who_answered_last_is_rated_where_nobody_pressed_the_button() -> None:
    ticket = replace(SOLVED, answered_by=OMAR)

    assert decide.decide_plan(ticket, solved(by=None), SETTINGS).attributed_to == OMAR


@given(delay=spans, confirm=spans)
def test_a_question_comes_before_its_ticket_closes(delay: timedelta, confirm: timedelta) -> None:
    planned = decide.decide_plan(SOLVED, solved(confirm=confirm), replace(SETTINGS, delay=delay))

    assert NOW <= planned.ask_at <= NOW + min(delay, confirm)
    assert planned.ask_at < NOW + confirm or confirm == timedelta(0)


def test_a_question_past_its_tickets_end_is_due_at_once() -> None:
    assert decide.decide_plan(SOLVED, solved(confirm=-timedelta(1)), SETTINGS).ask_at == NOW


@given(st.integers(1, 50), st.integers(1, 50))
def test_each_cycle_has_one_question_of_its_own(one: int, other: int) -> None:
    same = decide.survey_id(TICKET, one) == decide.survey_id(TICKET, other)

    assert same == (one == other)


@given(st.uuids(), st.integers(0, 100), st.integers(0, 100))
def test_a_larger_sample_holds_the_smaller_one(ticket: UUID, one: int, other: int) -> None:
    small, large = sorted((one, other))

    assert not decide.sampled(b"key", ticket, small) or decide.sampled(b"key", ticket, large)
    assert not decide.sampled(b"key", ticket, 0)
    assert decide.sampled(b"key", ticket, 100)


def test_the_sample_takes_about_its_share() -> None:
    taken = sum(decide.sampled(b"key", UUID(int=n), 30) for n in range(1000))

    assert 250 <= taken <= 350


def test_a_question_is_asked_in_the_language_the_ticket_has_now() -> None:
    asked = decide.decide_ask(PLANNED, seen(replace(SOLVED, language="uk")), AT)

    assert asked is not None
    assert (asked.state, asked.language, asked.day) == (State.ASKED, "uk", AT.day)
    assert (asked.asked_at, asked.expires_at) == (NOW, NOW + LIVES)
    assert asked.version > PLANNED.version


@pytest.mark.parametrize("survey", [ASKED, ANSWERED, EXPIRED, SUPPRESSED])
def test_what_is_no_longer_planned_is_neither_asked_nor_cancelled(survey: Survey) -> None:
    assert decide.decide_ask(survey, seen(), AT) is None
    assert decide.decide_cancel(survey, Reason.REOPENED, AT) is None


@pytest.mark.parametrize(
    ("reason", "ticket", "around"),
    [
        (Reason.ERASED, {}, {"erased": True}),
        (Reason.DISABLED, {}, {"settings": SurveySettings(enabled=False)}),
        (Reason.SPAM, {"state": TicketState.SPAM}, {}),
        (Reason.MERGED, {"state": TicketState.MERGED}, {}),
        (Reason.MACHINE, {"by_person": False}, {}),
        (Reason.UNANSWERED, {"answered": False}, {}),
        (Reason.INCIDENT, {"incident": TICKET}, {}),
        (Reason.NOT_SAMPLED, {}, {"sampled": False}),
        (Reason.ASKED_IN_14_DAYS, {}, {"asked": (NOW - timedelta(days=13),)}),
    ],
)
def test_nobody_is_asked_for_a_reason(
    reason: Reason, ticket: dict[str, Any], around: dict[str, Any]
) -> None:
    decided = decide.decide_ask(PLANNED, seen(replace(SOLVED, **ticket), **around), AT)

    assert decided is not None
    assert (decided.state, decided.reason) == (State.SUPPRESSED, reason)
    assert decided.asked_at is None


def test_fourteen_days_later_a_customer_may_be_asked_again() -> None:
    assert decide.throttled((NOW - timedelta(days=14),), NOW) is None


def test_nobody_is_asked_a_fourth_time_in_ninety_days() -> None:
    asked = tuple(NOW - timedelta(days=days) for days in (15, 40, 89))

    assert decide.throttled(asked, NOW) is Reason.ASKED_3_IN_90_DAYS
    assert decide.throttled((*asked[:2], NOW - timedelta(days=90)), NOW) is None


@given(st.lists(spans, max_size=40))
def test_no_run_of_questions_comes_too_often(gaps: list[timedelta]) -> None:
    asked: tuple[datetime, ...] = ()
    now = NOW
    for gap in gaps:
        now += gap
        if decide.throttled(asked, now) is None:
            asked = (*asked, now)

    close = [b - a for a, b in pairwise(asked)]
    runs = [b - a for a, b in zip(asked, asked[3:], strict=False)]
    assert all(gap >= timedelta(days=14) for gap in close)
    assert all(run >= timedelta(days=90) for run in runs)


def test_a_reopening_cancels_what_was_planned() -> None:
    cancelled = decide.decide_cancel(PLANNED, Reason.REOPENED, AT)

    assert cancelled is not None
    assert (cancelled.state, cancelled.reason) == (State.SUPPRESSED, Reason.REOPENED)


def test_seven_days_count_from_when_the_question_left() -> None:
    left = NOW + timedelta(hours=9)
    delivered = decide.decide_delivered(ASKED, left)

    assert delivered is not None
    assert (delivered.delivered_at, delivered.expires_at) == (left, left + LIVES)


def test_what_expired_stays_so_though_it_was_delivered() -> None:
    delivered = decide.decide_delivered(EXPIRED, NOW)

    assert delivered is not None
    assert (delivered.state, delivered.expires_at) == (State.EXPIRED, EXPIRED.expires_at)


@pytest.mark.parametrize("survey", [PLANNED, ANSWERED, SUPPRESSED])
def test_a_delivery_counts_once_and_only_of_what_was_asked(survey: Survey) -> None:
    assert decide.decide_delivered(survey, NOW) is None


@pytest.mark.parametrize("survey", [ASKED, EXPIRED])
def test_what_cannot_arrive_counts_as_not_asked(survey: Survey) -> None:
    gone = decide.decide_undeliverable(survey, AT)

    assert gone is not None
    assert (gone.state, gone.reason) == (State.SUPPRESSED, Reason.UNDELIVERABLE)


def test_an_answer_proves_that_the_question_arrived() -> None:
    assert decide.decide_undeliverable(ANSWERED, AT) is None
    taken = decide.decide_answer(ASKED, Given(4), None, SETTINGS, AT)
    assert isinstance(taken, Taken)
    assert taken.survey.delivered_at == NOW


def test_a_question_expires_after_seven_days_and_not_before() -> None:
    assert decide.decide_expire(ASKED, later(days=6, hours=23)) is None
    expired = decide.decide_expire(ASKED, later(days=7))
    assert expired is not None
    assert expired.state is State.EXPIRED
    assert decide.decide_expire(ANSWERED, later(days=8)) is None


def test_the_first_answer_counts_and_a_later_one_takes_its_place() -> None:
    first = decide.decide_answer(ASKED, Given(1, "slow"), None, SETTINGS, later(hours=1))
    assert isinstance(first, Taken)
    assert (first.previous, first.survey.good, first.answer.nth) == (None, False, 1)

    again = decide.decide_answer(first.survey, Given(5), first.answer, SETTINGS, later(days=2))
    assert isinstance(again, Taken)
    assert (again.previous, again.survey.good, again.answer.nth) == (1, True, 2)
    assert again.survey.answered_at == NOW + timedelta(hours=1)


def test_the_same_answer_again_changes_nothing() -> None:
    last = Answer(1, 5, "", NOW)

    assert decide.decide_answer(ANSWERED, Given(5), last, SETTINGS, AT) == Same(ANSWERED)
    assert isinstance(decide.decide_answer(ANSWERED, Given(5, "!"), last, SETTINGS, AT), Taken)


@pytest.mark.parametrize("survey", [PLANNED, EXPIRED, SUPPRESSED])
def test_a_question_that_is_not_out_takes_no_answer(survey: Survey) -> None:
    assert decide.decide_answer(survey, Given(5), None, SETTINGS, AT) == Over()


@given(spans)
def test_answers_are_taken_for_seven_days(passed: timedelta) -> None:
    at = replace(AT, now=NOW + passed)

    taken = decide.decide_answer(ANSWERED, Given(1), Answer(1, 5, "", NOW), SETTINGS, at)
    assert isinstance(taken, Taken) == (passed < LIVES)


@pytest.mark.parametrize(("score", "good"), [(1, False), (2, False), (3, None), (4, True)])
def test_a_client_draws_the_lines_of_good_and_bad(score: int, good: bool | None) -> None:
    assert decide.judge(score, SETTINGS) is good


def test_a_lead_takes_a_question_back_for_a_reason() -> None:
    for survey in (PLANNED, ASKED):
        gone = decide.decide_suppress(survey, OMAR, Reason.OUTAGE, AT)
        assert isinstance(gone, Survey)
        assert (gone.reason, gone.suppressed_by) == (Reason.OUTAGE, OMAR)


@pytest.mark.parametrize(
    ("survey", "by", "why"),
    [
        (ASKED, INES, Refusal.OWN),
        (ANSWERED, OMAR, Refusal.ANSWERED),
        (EXPIRED, OMAR, Refusal.OVER),
        (SUPPRESSED, OMAR, Refusal.OVER),
    ],
)
def test_a_lead_cannot_take_back_what_stands(survey: Survey, by: UUID, why: Refusal) -> None:
    assert decide.decide_suppress(survey, by, Reason.OUTAGE, AT) is why
