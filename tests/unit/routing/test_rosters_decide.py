"""Rosters: editing, publishing, duty, rules over clock changes, cover."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Cefr
from routing.people.model import Duty
from routing.rosters.decide import cover, duty, editing, rules
from routing.rosters.model import (
    Amendment,
    Kind,
    Phase,
    Plan,
    Published,
    Refused,
    Shift,
    Speaker,
    Status,
)
from tests.unit.routing.build import NORDHOST, NOW, PAGORA, SEED, a_plan, staff_id

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


def shift_id(number: int) -> UUID:
    return uuid5(SEED, f"shift {number}")


def a_shift(plan: Plan | None, published: Plan | None = None, **given: Phase) -> Shift:
    told = Published(plan=published, roster_version=1, **given) if published else None
    return Shift(id=shift_id(1), draft=plan, published=told)


def test_f10_rest_is_elapsed_time_over_a_clock_change() -> None:
    """Saturday 20:00 to Sunday 07:00 is 11 h on the wall, 10 h through the spring change."""
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=BERLIN).astimezone(UTC)
    end = datetime(2026, 3, 28, 20, 0, tzinfo=BERLIN).astimezone(UTC)
    sunday = datetime(2026, 3, 29, 7, 0, tzinfo=BERLIN).astimezone(UTC)
    plans = [
        (shift_id(1), replace(a_plan(saturday), ends_at=end)),
        (shift_id(2), a_plan(sunday)),
    ]

    (warning,) = rules.warnings(plans)

    assert (warning.rule, warning.shift, warning.other) == ("rest", shift_id(2), shift_id(1))
    assert warning.figures == {"hours": 10.0, "limit": 11.0}


def test_rest_of_eleven_hours_on_any_other_sunday_is_enough() -> None:
    end = datetime(2026, 3, 21, 20, 0, tzinfo=BERLIN).astimezone(UTC)
    sunday = datetime(2026, 3, 22, 7, 0, tzinfo=BERLIN).astimezone(UTC)

    assert (
        rules.warnings(
            [(shift_id(1), a_plan(end - 8 * HOUR)), (shift_id(2), a_plan(sunday))],
        )
        == ()
    )


def test_a_night_shift_over_the_clock_change_is_one_shift_of_real_hours() -> None:
    spring = Plan(
        person=staff_id("ines"),
        starts_at=datetime(2026, 3, 28, 22, 0, tzinfo=BERLIN).astimezone(UTC),
        ends_at=datetime(2026, 3, 29, 6, 0, tzinfo=BERLIN).astimezone(UTC),
        zone="Europe/Berlin",
    )

    assert spring.length == 7 * HOUR
    assert rules.warnings([(shift_id(1), spring)]) == ()


def test_overlap_is_named_with_its_hours() -> None:
    (warning,) = rules.warnings([(shift_id(1), a_plan(NOW)), (shift_id(2), a_plan(NOW + 6 * HOUR))])

    assert (warning.rule, warning.figures) == ("overlap", {"hours": 2.0})


def test_shifts_that_touch_are_one_stretch_and_need_no_rest_between() -> None:
    plans = [
        (shift_id(1), a_plan(NOW, 4)),
        (shift_id(2), a_plan(NOW + 4 * HOUR, 4)),
        (shift_id(3), a_plan(NOW + 16 * HOUR, 4)),
    ]

    (warning,) = rules.warnings(plans)

    assert (warning.rule, warning.other) == ("rest", shift_id(2))


def test_rest_counts_from_the_shift_that_ends_last() -> None:
    plans = [
        (shift_id(1), a_plan(NOW, 10)),
        (shift_id(2), a_plan(NOW + HOUR, 2)),
        (shift_id(3), a_plan(NOW + 20 * HOUR, 4)),
    ]

    found = {warning.rule: warning for warning in rules.warnings(plans)}

    assert found["rest"].other == shift_id(1)


def test_long_shifts_and_other_peoples_shifts_are_judged_alone() -> None:
    found = rules.warnings(
        [
            (shift_id(1), a_plan(NOW, 13)),
            (shift_id(2), a_plan(NOW + HOUR, 4, person=staff_id("omar"))),
        ]
    )

    assert [warning.rule for warning in found] == ["longest-shift"]


def test_being_on_call_breaks_no_rest() -> None:
    plans = [
        (shift_id(1), a_plan(NOW)),
        (shift_id(2), a_plan(NOW + 8 * HOUR, 8, kind=Kind.ON_CALL)),
    ]

    assert rules.warnings(plans) == ()


def test_a_plan_needs_a_length_of_at_most_a_day_and_a_future() -> None:
    def slug(plan: Plan) -> str:
        decided = editing.decide_plan(plan, NOW)
        return decided.slug if isinstance(decided, Refused) else "ok"

    assert slug(a_plan(NOW, 0)) == "no-length"
    assert slug(a_plan(NOW, 25)) == "too-long"
    assert slug(a_plan(NOW - 9 * HOUR)) == "in-the-past"
    assert slug(a_plan(NOW - HOUR)) == "ok"


def test_a_shift_that_has_begun_may_end_otherwise_but_not_begin_otherwise() -> None:
    running = a_plan(NOW - HOUR)
    shift = a_shift(running, running, phase=Phase.RUNNING)

    longer = editing.decide_edit(shift, replace(running, ends_at=NOW + 9 * HOUR), NOW)
    moved = editing.decide_edit(shift, replace(running, starts_at=NOW + HOUR), NOW)
    swapped = editing.decide_edit(shift, replace(running, person=staff_id("omar")), NOW)

    assert isinstance(longer, Shift)
    assert isinstance(moved, Refused)
    assert isinstance(swapped, Refused)


def test_what_was_worked_is_never_rewritten() -> None:
    over = a_plan(NOW - 9 * HOUR)
    shift = a_shift(over, over, phase=Phase.OVER)

    edited = editing.decide_edit(shift, a_plan(NOW), NOW)

    assert isinstance(edited, Refused)
    assert isinstance(editing.decide_removal(shift, NOW), Refused)


def test_a_cancelled_shift_is_not_edited_back_into_life() -> None:
    plan = a_plan(NOW + HOUR)
    shift = a_shift(None, plan, phase=Phase.CANCELLED)

    assert isinstance(editing.decide_edit(shift, plan, NOW), Refused)


def test_an_amendment_changes_what_it_names() -> None:
    plan = a_plan(NOW, tenants=(NORDHOST,), lead=True)

    same = editing.amended(plan, Amendment())
    other = editing.amended(
        plan, Amendment(person=staff_id("omar"), tenants=(), lead=False, kind=Kind.ON_CALL)
    )

    assert same == plan
    assert (other.person, other.tenants, other.lead) == (staff_id("omar"), (), False)
    assert (other.starts_at, other.kind) == (plan.starts_at, Kind.ON_CALL)


def test_every_change_gets_a_new_revision() -> None:
    plan = a_plan(NOW + HOUR)
    shift = a_shift(plan, plan)

    edited = editing.decide_edit(shift, a_plan(NOW + 2 * HOUR), NOW)
    removed = editing.decide_removal(shift, NOW)

    assert isinstance(edited, Shift)
    assert isinstance(removed, Shift)
    assert edited.revision == removed.revision == shift.revision + 1


def test_a_bad_edit_of_a_future_shift_is_refused() -> None:
    shift = a_shift(a_plan(NOW + HOUR))

    assert isinstance(editing.decide_edit(shift, a_plan(NOW, 0), NOW), Refused)


def test_a_future_shift_can_be_taken_out_and_a_running_one_cannot() -> None:
    ahead, running = a_plan(NOW + HOUR), a_plan(NOW - HOUR)

    removed = editing.decide_removal(a_shift(ahead, ahead), NOW)

    assert isinstance(removed, Shift)
    assert editing.status(removed) is Status.REMOVED
    assert isinstance(editing.decide_removal(a_shift(running, running), NOW), Refused)


def test_the_draft_says_how_it_differs() -> None:
    plan, other = a_plan(NOW), a_plan(NOW + HOUR)

    assert editing.status(a_shift(plan)) is Status.ADDED
    assert editing.status(a_shift(plan, plan)) is Status.PUBLISHED
    assert editing.status(a_shift(other, plan)) is Status.CHANGED
    assert editing.status(a_shift(None, plan)) is Status.REMOVED
    assert editing.status(a_shift(None, plan, phase=Phase.CANCELLED)) is Status.CANCELLED
    assert editing.changes([a_shift(plan, plan), a_shift(other, plan)]) == (a_shift(other, plan),)


def test_publishing_tells_changes_only_and_nothing_of_the_past() -> None:
    plan, past = a_plan(NOW + HOUR), a_plan(NOW - 9 * HOUR)
    shifts = [
        a_shift(plan),
        a_shift(plan, plan),
        a_shift(None, plan),
        a_shift(past),
    ]

    release = editing.publish(shifts, 7, NOW)

    (told,) = release.published
    (cancelled,) = release.cancelled
    assert told.published == Published(plan=plan, roster_version=7)
    assert cancelled.published is not None
    assert cancelled.published.phase is Phase.CANCELLED
    assert cancelled.published.roster_version == 7


def test_publishing_a_moved_end_keeps_the_shift_running() -> None:
    plan = a_plan(NOW - HOUR)
    shift = a_shift(replace(plan, ends_at=NOW + 9 * HOUR), plan, phase=Phase.RUNNING)

    (told,) = editing.publish([shift], 2, NOW).published

    assert told.published is not None
    assert told.published.phase is Phase.RUNNING


def test_a_draft_never_published_and_taken_out_tells_nobody() -> None:
    with pytest.raises(ValueError, match="drafted or published"):
        _ = a_shift(None).plan


def test_a_range_holds_what_starts_in_it_before_or_after_the_change() -> None:
    moved = a_shift(a_plan(NOW + 48 * HOUR), a_plan(NOW))

    assert editing.touches(moved, NOW, NOW + HOUR)
    assert editing.touches(moved, NOW + 47 * HOUR, NOW + 49 * HOUR)
    assert not editing.touches(moved, NOW + HOUR, NOW + 2 * HOUR)


def published(*plans: Plan, phase: Phase = Phase.AHEAD) -> list[Published]:
    return [Published(plan=plan, roster_version=1, phase=phase) for plan in plans]


def test_on_shift_from_the_start_and_off_at_the_end() -> None:
    plans = published(a_plan(NOW))

    assert duty.duty_at(plans, NOW - HOUR) == Duty(until=None, back=NOW)
    assert duty.duty_at(plans, NOW) == Duty(until=NOW + 8 * HOUR)
    assert duty.duty_at(plans, NOW + 8 * HOUR) == Duty()


def test_shifts_that_touch_or_overlap_are_one_duty() -> None:
    plans = published(
        a_plan(NOW + 4 * HOUR, 6),
        a_plan(NOW, 4),
        a_plan(NOW + 2 * HOUR, 1),
        a_plan(NOW + 20 * HOUR),
    )

    assert duty.duty_at(plans, NOW + HOUR) == Duty(until=NOW + 10 * HOUR, back=NOW + 20 * HOUR)


def test_on_call_and_cancelled_shifts_put_nobody_at_work() -> None:
    plans = published(a_plan(NOW, kind=Kind.ON_CALL)) + published(
        a_plan(NOW), phase=Phase.CANCELLED
    )

    assert duty.duty_at(plans, NOW) == Duty()


def test_a_shift_begins_and_ends_once_and_not_before_its_time() -> None:
    plan = a_plan(NOW)
    ahead = a_shift(plan, plan)

    assert duty.begin(ahead, NOW - HOUR) is None
    running = duty.begin(ahead, NOW)
    assert running is not None
    assert duty.begin(running, NOW) is None
    assert duty.end(running, NOW + HOUR) is None
    over = duty.end(running, NOW + 8 * HOUR)
    assert over is not None
    assert over.published is not None
    assert over.published.phase is Phase.OVER
    assert duty.end(ahead, NOW + 8 * HOUR) is None
    assert duty.begin(a_shift(plan), NOW) is None
    assert duty.end(a_shift(plan), NOW) is None


INES = Speaker(staff_id("ines"), {"de": Cefr.C1, "fr": Cefr.B1}, frozenset({NORDHOST}))
OMAR = Speaker(staff_id("omar"), {"ar": Cefr.NATIVE, "de": Cefr.B2}, frozenset({NORDHOST, PAGORA}))
SPEAKERS = {speaker.person: speaker for speaker in (INES, OMAR)}


def test_cover_counts_people_per_language_in_stretches_without_gaps() -> None:
    plans = [a_plan(NOW, 4), a_plan(NOW + 2 * HOUR, 4, person=staff_id("omar"))]

    found = cover.coverage(plans, SPEAKERS, {"de": 1, "fr": 1}, (NOW, NOW + 8 * HOUR))

    german = [(c.starts_at, c.ends_at, c.rostered) for c in found if c.language == "de"]
    assert german == [
        (NOW, NOW + 2 * HOUR, 1),
        (NOW + 2 * HOUR, NOW + 4 * HOUR, 2),
        (NOW + 4 * HOUR, NOW + 6 * HOUR, 1),
        (NOW + 6 * HOUR, NOW + 8 * HOUR, 0),
    ]
    assert [(c.rostered, c.required) for c in found if c.language == "fr"] == [(0, 1)]


def test_cover_of_one_client_counts_who_may_work_for_it() -> None:
    plans = [
        a_plan(NOW),
        a_plan(NOW, person=staff_id("omar"), tenants=(NORDHOST,)),
        a_plan(NOW, kind=Kind.ON_CALL),
    ]
    span = (NOW, NOW + HOUR)

    (nordhost,) = cover.coverage(plans, SPEAKERS, {"de": 1}, span, NORDHOST)
    (pagora,) = cover.coverage(plans, SPEAKERS, {"de": 1}, span, PAGORA)

    assert (nordhost.rostered, pagora.rostered) == (2, 0)


def test_one_is_needed_for_every_language_a_client_is_served_in() -> None:
    assert cover.needed({NORDHOST: ["de", "en"], PAGORA: ["ar", "en"]}) == {
        "de": 1,
        "en": 1,
        "ar": 1,
    }


@given(st.lists(st.tuples(st.integers(0, 72), st.integers(1, 12)), max_size=8), st.integers(0, 90))
def test_duty_agrees_with_a_minute_by_minute_look(hours: list[tuple[int, int]], at: int) -> None:
    plans = published(*(a_plan(NOW + start * HOUR, length) for start, length in hours))
    now = NOW + at * HOUR

    found = duty.duty_at(plans, now)

    def on(instant: datetime) -> bool:
        return any(p.plan.starts_at <= instant < p.plan.ends_at for p in plans)

    assert (found.until is not None) == on(now)
    if found.until is not None:
        assert not on(found.until)
        assert all(on(now + n * HOUR) for n in range(int((found.until - now) / HOUR)))
    if found.back is not None:
        assert on(found.back)
        assert not any(
            on((found.until or now) + n * HOUR)
            for n in range(int((found.back - (found.until or now)) / HOUR))
        )


@given(
    st.lists(
        st.tuples(st.integers(0, 48), st.integers(1, 12), st.sampled_from(["ines", "omar"])),
        max_size=6,
    )
)
def test_cover_is_gap_free_and_counts_a_person_once(spans: list[tuple[int, int, str]]) -> None:
    plans = [a_plan(NOW + s * HOUR, length, person=staff_id(who)) for s, length, who in spans]
    span = (NOW, NOW + 60 * HOUR)

    found = cover.coverage(plans, SPEAKERS, {"de": 1}, span)

    assert found[0].starts_at == span[0]
    assert found[-1].ends_at == span[1]
    for one, following in pairwise(found):
        assert one.ends_at == following.starts_at
        assert one.rostered != following.rostered
    assert all(c.rostered <= 2 for c in found)


@given(st.lists(st.tuples(st.integers(0, 240), st.integers(1, 11)), max_size=6))
def test_warnings_do_not_depend_on_the_order_of_shifts(spans: list[tuple[int, int]]) -> None:
    plans = [
        (shift_id(number), a_plan(NOW + start * HOUR, length))
        for number, (start, length) in enumerate(spans)
    ]

    assert rules.warnings(plans) == rules.warnings(list(reversed(plans)))
