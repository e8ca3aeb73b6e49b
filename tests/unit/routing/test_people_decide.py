"""One person: cost of work, languages, presence."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.vocabulary import Cefr, Presence
from routing.people import decide
from routing.people.model import (
    FULL,
    Change,
    Duty,
    Meter,
    PresenceRefused,
    Rights,
    level_in,
    lowered,
    quarters,
    rank,
    speaks,
)
from tests.unit.routing.build import NORDHOST, NOW, PAGORA, a_person, a_profile

LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("meter", "at_once", "cost"),
    [
        (Meter.MAIL, 4, 30),
        (Meter.MAIL, 15, 8),
        (Meter.CHAT, 3, 40),
        (Meter.VOICE, 1, 120),
        (Meter.VOICE, 3, 120),
        (Meter.MAIL, 500, 1),
        (Meter.CHAT, 0, None),
    ],
)
def test_work_costs_a_share_of_a_person_and_a_call_costs_the_whole(
    meter: Meter, at_once: int, cost: int | None
) -> None:
    assert a_profile(capacity={meter: at_once}).cost_of(meter) == cost


def test_work_of_a_kind_not_written_down_is_not_enabled() -> None:
    assert a_profile(capacity={Meter.MAIL: 4}).cost_of(Meter.CHAT) is None


@given(st.integers(1, 120))
def test_as_many_as_written_down_always_fit_at_once(at_once: int) -> None:
    cost = a_profile(capacity={Meter.MAIL: at_once}).cost_of(Meter.MAIL)

    assert cost is not None
    assert cost * at_once <= FULL


@pytest.mark.parametrize(
    ("language", "floor", "able"),
    [
        ("de", Cefr.C1, True),
        ("de", Cefr.C2, False),
        ("de-AT", Cefr.B2, True),
        ("fr", Cefr.A1, False),
        ("no", Cefr.B2, True),
        ("pt-BR", Cefr.C2, True),
        ("pt", Cefr.NATIVE, True),
    ],
)
def test_a_language_is_spoken_at_a_level_or_better(language: str, floor: Cefr, able: bool) -> None:
    languages = {"de": Cefr.C1, "nb": Cefr.B2, "pt-BR": Cefr.C2, "pt-PT": Cefr.NATIVE}

    assert speaks(languages, language, floor) is able


def test_the_exact_region_goes_before_its_language() -> None:
    assert level_in({"pt-BR": Cefr.B1, "pt": Cefr.C2}, "pt-BR") is Cefr.B1


def test_levels_stand_in_order_and_stop_at_the_lowest() -> None:
    assert [rank(level) for level in Cefr] == list(range(7))
    assert lowered(Cefr.B2, 1) is Cefr.B1
    assert lowered(Cefr.A1, 3) is Cefr.A1


def test_pauses_and_comes_back_within_a_shift() -> None:
    away = decide.choose_presence(a_person(), Presence.AWAY, "lunch", LATER)

    assert not isinstance(away, PresenceRefused)
    assert (away.presence, away.presence_since, away.presence_reason) == (
        Presence.AWAY,
        LATER,
        "lunch",
    )


def test_coming_back_forgets_missed_offers() -> None:
    person = a_person(presence=Presence.AWAY, missed=2)

    back = decide.choose_presence(person, Presence.AVAILABLE, "", LATER)

    assert not isinstance(back, PresenceRefused)
    assert (back.presence, back.missed) == (Presence.AVAILABLE, 0)


def test_nobody_is_present_outside_a_shift_by_own_choice() -> None:
    off = a_person(presence=Presence.OFF, duty=Duty())

    assert isinstance(decide.choose_presence(off, Presence.AVAILABLE, "", NOW), PresenceRefused)


def test_nobody_goes_off_by_own_choice() -> None:
    assert isinstance(decide.choose_presence(a_person(), Presence.OFF, "", NOW), PresenceRefused)


def test_who_left_the_firm_cannot_be_present() -> None:
    gone = a_person(rights=Rights(roles=frozenset(), tenants=frozenset(), active=False))

    assert isinstance(decide.choose_presence(gone, Presence.AVAILABLE, "", NOW), PresenceRefused)


def test_is_available_when_the_shift_starts_and_off_when_it_ends() -> None:
    off = a_person(presence=Presence.OFF, duty=Duty())

    on = decide.follow_roster(off, Duty(until=NOW + timedelta(hours=8)), NOW)
    ended = decide.follow_roster(on, Duty(), NOW + timedelta(hours=8))

    assert (on.presence, on.presence_since) == (Presence.AVAILABLE, NOW)
    assert ended.presence is Presence.OFF


def test_a_pause_outlives_a_longer_shift_but_not_the_end() -> None:
    away = a_person(presence=Presence.AWAY)

    longer = decide.follow_roster(away, Duty(until=NOW + timedelta(hours=9)), NOW)

    assert longer.presence is Presence.AWAY
    assert decide.follow_roster(longer, Duty(), LATER).presence is Presence.OFF


def test_a_shift_of_somebody_who_left_starts_nobody() -> None:
    gone = a_person(
        presence=Presence.OFF,
        rights=Rights(roles=frozenset(), tenants=frozenset(), active=False),
    )

    assert decide.follow_roster(gone, Duty(until=LATER), NOW).presence is Presence.OFF


def test_the_second_missed_offer_in_a_row_pauses_the_person() -> None:
    once = decide.miss_offer(a_person(), NOW)
    twice = decide.miss_offer(once, LATER)

    assert once.presence is Presence.AVAILABLE
    assert (twice.presence, twice.presence_reason) == (Presence.AWAY, decide.AWAY_AFTER_MISSES)


def test_a_miss_while_paused_changes_no_presence() -> None:
    away = a_person(presence=Presence.AWAY, missed=5)

    assert decide.miss_offer(away, LATER).presence_since == away.presence_since


def test_who_loses_all_rights_is_off_at_once() -> None:
    rights = Rights(roles=frozenset({"agent"}), tenants=frozenset(), active=False)

    assert decide.change_rights(a_person(), rights, LATER).presence is Presence.OFF


def test_other_rights_leave_the_presence_alone() -> None:
    rights = Rights(roles=frozenset({"lead"}), tenants=frozenset({PAGORA}))

    changed = decide.change_rights(a_person(), rights, LATER)

    assert (changed.presence, changed.rights) == (Presence.AVAILABLE, rights)


def test_an_event_says_what_changed_first_and_nothing_when_nothing_shows() -> None:
    person = a_person()
    rights = Rights(roles=frozenset({"lead"}), tenants=frozenset({NORDHOST}))

    assert decide.change_of(None, person) is Change.PROFILED
    assert decide.change_of(person, replace(person, profile=a_profile("omar"))) is Change.PROFILED
    assert decide.change_of(person, replace(person, rights=rights)) is Change.RIGHTS
    assert decide.change_of(person, replace(person, presence=Presence.AWAY)) is Change.PRESENCE
    assert decide.change_of(person, replace(person, units=30)) is Change.LOAD
    assert decide.change_of(person, replace(person, missed=1)) is None


def test_a_new_reason_for_the_same_pause_does_not_restart_it() -> None:
    away = a_person(presence=Presence.AWAY, presence_reason="lunch")

    still = decide.choose_presence(away, Presence.AWAY, "training", LATER)

    assert not isinstance(still, PresenceRefused)
    assert (still.presence_since, still.presence_reason) == (NOW, "training")


def test_an_answer_ends_a_row_of_missed_offers() -> None:
    assert decide.answer_offer(a_person(missed=1)).missed == 0


def test_a_new_person_is_off_and_a_known_one_keeps_presence_and_load() -> None:
    rights = Rights(roles=frozenset({"agent"}), tenants=frozenset({NORDHOST}))
    known = a_person(units=30)

    new = decide.put_person(None, known.id, known.profile, rights, NOW)
    changed = decide.put_person(known, known.id, a_profile("omar"), rights, LATER)

    assert (new.presence, new.presence_since, new.units) == (Presence.OFF, NOW, 0)
    assert (changed.presence, changed.units) == (Presence.AVAILABLE, 30)


def test_held_work_is_looked_at_when_its_holder_may_or_can_no_longer() -> None:
    person = a_person()
    fewer = Rights(roles=frozenset({"agent"}), tenants=frozenset({PAGORA}))
    left = Rights(roles=frozenset({"agent"}), tenants=frozenset({NORDHOST}), active=False)

    assert decide.leaves_work(person, replace(person, rights=fewer))
    assert decide.leaves_work(person, replace(person, rights=left))
    assert decide.leaves_work(person, replace(person, presence=Presence.OFF))
    assert not decide.leaves_work(person, replace(person, presence=Presence.AWAY))
    assert not decide.leaves_work(None, person)


@pytest.mark.parametrize(("units", "begun"), [(0, 0), (1, 1), (30, 1), (31, 2), (120, 4), (150, 5)])
def test_a_load_is_told_in_quarters_of_a_person(units: int, begun: int) -> None:
    person = a_person()

    told = decide.change_of(person, replace(person, units=units))

    assert quarters(units) == begun
    assert told is (Change.LOAD if begun else None)
