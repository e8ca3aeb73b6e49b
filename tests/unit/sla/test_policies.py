"""Which target applies, and when a contract becomes a version."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from contracts.vocabulary import Channel, Metric, Priority, WaitingOn
from sla.calendars.decide import always
from sla.calendars.model import CalendarSpec, Window
from sla.policies import translate
from sla.policies.decide import (
    calendars,
    choose_edition,
    choose_target,
    decide_version,
    edition,
    terms,
)
from sla.policies.handlers import promises_at
from sla.policies.model import (
    Contract,
    ContractError,
    Hours,
    Reopen,
    Rules,
    Target,
)
from tests.unit.sla.timelines import CONTRACT, DAWN, TENANT, TZDATA, selector

NOW = DAWN + timedelta(days=100)


def target(seconds: int = 3600, **given: Any) -> Target:
    values: dict[str, Any] = {"metric": Metric.FIRST_REPLY, "priority": Priority.NORMAL}
    return Target(**(values | {"seconds": seconds, "hours": Hours.ALWAYS} | given))


def contract(**given: Any) -> Contract:
    values: dict[str, Any] = {
        "tenant": TENANT,
        "id": CONTRACT,
        "version": 0,
        "effective_from": DAWN,
        "calendar_version": 0,
        "calendar": always("Europe/Berlin"),
        "targets": (target(),),
    }
    return Contract(**(values | given))


GENERAL = target(1)
PLAN = target(2, plan="paid")
CHANNEL = target(3, channel=Channel.MAIL)
LANGUAGE = target(4, language="pt")
REGION = target(5, language="pt-BR")
PLAN_AND_LANGUAGE = target(6, plan="paid", language="pt")


@pytest.mark.parametrize(
    ("targets", "chosen"),
    [
        ((GENERAL,), GENERAL),
        ((GENERAL, LANGUAGE), LANGUAGE),
        ((LANGUAGE, CHANNEL), CHANNEL),
        ((CHANNEL, PLAN), PLAN),
        ((PLAN, PLAN_AND_LANGUAGE), PLAN_AND_LANGUAGE),
        ((REGION, LANGUAGE), REGION),
        ((target(9, priority=Priority.LOW),), None),
        ((target(9, metric=Metric.RESOLUTION),), None),
        ((target(9, plan="free"),), None),
        ((target(9, channel=Channel.CHAT),), None),
        ((target(9, language="en"),), None),
    ],
)
def test_the_most_specific_target_wins(targets: tuple[Target, ...], chosen: Target | None) -> None:
    asked = selector(language="pt-BR")

    assert choose_target(targets, Metric.FIRST_REPLY, asked) == chosen
    assert choose_target(targets[::-1], Metric.FIRST_REPLY, asked) == chosen


def test_a_target_for_a_region_is_not_for_the_language_at_large() -> None:
    assert choose_target((REGION,), Metric.FIRST_REPLY, selector(language="pt")) is None


def test_nothing_is_promised_to_a_ticket_that_nobody_has_classified() -> None:
    assert choose_target((GENERAL,), Metric.FIRST_REPLY, None) is None


def test_the_version_in_force_is_the_last_that_took_effect() -> None:
    first = edition(contract(version=1), TZDATA)
    second = edition(contract(version=2, effective_from=NOW), TZDATA)

    assert choose_edition([first, second], DAWN - timedelta(seconds=1)) is None
    assert choose_edition([first, second], NOW - timedelta(seconds=1)) is first
    assert choose_edition([first, second], NOW) is second


def test_terms_name_the_calendar_their_target_is_measured_by() -> None:
    office = CalendarSpec("UTC", ((Window(0, 3600),),) * 7)
    kept = edition(
        contract(calendar=office, targets=(target(hours=Hours.BUSINESS),), version=3), TZDATA
    )

    found = terms(kept, Metric.FIRST_REPLY, selector())

    assert found is not None
    assert (found.target, found.version) == (timedelta(hours=1), 3)
    assert found.open is calendars(office, TZDATA)[Hours.BUSINESS]
    assert terms(kept, Metric.RESOLUTION, selector()) is None
    assert found.same_promise(replace(found, version=4))
    assert not found.same_promise(replace(found, calendar_version=9))
    assert not found.same_promise(None)


def test_the_first_version_may_take_effect_in_the_past_and_later_ones_may_not() -> None:
    first = decide_version(contract(), None, NOW, TZDATA)
    sooner = contract(targets=(target(60),), effective_from=DAWN + timedelta(days=1))

    assert (first.version, first.calendar_version) == (1, 1)
    with pytest.raises(ContractError, match="in the past"):
        decide_version(sooner, first, NOW, TZDATA)
    second = decide_version(replace(sooner, effective_from=NOW), first, NOW, TZDATA)
    assert (second.version, second.calendar_version) == (2, 1)


def test_a_changed_calendar_has_a_version_of_its_own() -> None:
    first = decide_version(contract(), None, NOW, TZDATA)

    second = decide_version(
        contract(calendar=always("Europe/Oslo"), effective_from=NOW), first, NOW, TZDATA
    )

    assert (second.version, second.calendar_version) == (2, 2)


def test_the_same_contract_again_is_the_version_that_stands() -> None:
    first = decide_version(contract(), None, NOW, TZDATA)

    assert decide_version(contract(effective_from=NOW), first, NOW, TZDATA) is first


def test_a_version_comes_after_the_one_before_and_keeps_its_name() -> None:
    first = decide_version(contract(effective_from=NOW + timedelta(days=1)), None, NOW, TZDATA)

    with pytest.raises(ContractError, match="after the one before"):
        decide_version(contract(targets=(target(60),), effective_from=NOW), first, NOW, TZDATA)
    with pytest.raises(ContractError, match="keeps its id"):
        decide_version(contract(id=UUID(int=1)), first, NOW, TZDATA)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"targets": ()}, "promises nothing"),
        ({"targets": (target(), target(60))}, "promised twice"),
        ({"targets": (target(1),)}, "between 15 seconds"),
        ({"targets": (target(400 * 86400),)}, "366 days"),
        ({"rules": Rules(warn=(0, 75))}, "between 1 and 99"),
        ({"rules": Rules(warn=(75, 75))}, "rising order"),
        ({"rules": Rules(warn=(50,))}, "one of the warnings"),
        ({"rules": Rules(grace=timedelta(seconds=-1))}, "not negative"),
        (
            {"rules": Rules(pauses={Metric.FIRST_REPLY: frozenset({WaitingOn.CUSTOMER})})},
            "never paused",
        ),
        (
            {"rules": Rules(pauses={Metric.FIRST_RESOLUTION: frozenset({WaitingOn.CUSTOMER})})},
            "without pauses",
        ),
        ({"attainment": {Metric.FIRST_REPLY: Decimal(0)}}, "above 0"),
        ({"attainment": {Metric.FIRST_REPLY: Decimal("1.01")}}, "up to 1"),
    ],
)
def test_a_contract_that_cannot_be_kept_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ContractError, match=said):
        decide_version(contract(**wrong), None, NOW, TZDATA)


def test_a_target_that_never_comes_due_is_refused() -> None:
    minute = CalendarSpec(
        "UTC",
        ((Window(0, 60),), (), (), (), (), (), ()),
        known_from=date(2019, 1, 1),
        known_until=date(2031, 1, 1),
    )
    slow = target(86_400, hours=Hours.BUSINESS)

    with pytest.raises(ContractError, match="never comes due"):
        decide_version(contract(calendar=minute, targets=(slow,)), None, NOW, TZDATA)


def test_a_version_comes_back_from_its_document_as_it_was() -> None:
    kept = contract(
        version=4,
        calendar_version=2,
        targets=(PLAN_AND_LANGUAGE, replace(CHANNEL, hours=Hours.EXCEPT_HOLIDAYS)),
        rules=Rules(
            warn=(60, 80),
            escalate_at=80,
            grace=timedelta(minutes=5),
            pauses={Metric.RESOLUTION: frozenset({WaitingOn.CUSTOMER, WaitingOn.CLIENT})},
            reopen=Reopen.NEW_CYCLE,
            applies_to_running=True,
        ),
        attainment={Metric.FIRST_REPLY: Decimal("0.950")},
    )

    document = translate.to_document(kept)
    found = translate.edition_of(TENANT, CONTRACT, 4, DAWN, document).contract

    assert found == kept
    assert str(found.attainment[Metric.FIRST_REPLY]) == "0.950"


def test_a_preview_names_what_would_be_promised() -> None:
    kept = edition(
        contract(version=1, targets=(target(), target(metric=Metric.RESOLUTION))), TZDATA
    )

    found, promised = promises_at((kept,), selector(), NOW)

    assert found is kept.contract
    assert [metric for metric, _ in promised] == [Metric.FIRST_REPLY, Metric.RESOLUTION]
    assert promises_at((kept,), selector(), DAWN - timedelta(days=1)) == (None, [])
