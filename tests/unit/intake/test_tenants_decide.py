"""What a client company's settings must fulfil."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values import BrandId
from contracts.vocabulary import Damage, Priority
from intake.tenants.decide import (
    faults,
    first_brand,
    fit_for_header,
    plan_of_strangers,
    priority_for,
)
from intake.tenants.model import Plan, PriorityRule
from tests.unit.intake.contacts import a_brand, a_tenant


def test_sound_settings_have_no_fault() -> None:
    assert faults(a_tenant()) == ()


RULES = a_tenant().priorities
STRAY = PriorityRule(Damage.BLOCKED, "gold", Priority.LOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"slug": "Nord Host"}, "slug"),
        ({"initials": "nh"}, "initials"),
        ({"initials": "NORDH"}, "initials"),
        ({"name": "  "}, "name"),
        ({"name": "Nord\nhost"}, "name"),
        ({"default_language": "fr"}, "default_language"),
        ({"languages": ("en", "de", "en")}, "languages"),
        ({"brands": ()}, "brands"),
        ({"brands": (a_brand(), a_brand(mail_address="b@nordhost.example"))}, "brands"),
        ({"brands": (a_brand(), a_brand(id=BrandId(UUID(int=9))))}, "brands"),
        ({"brands": (a_brand(mail_address="sup+port@nordhost.example"),)}, "brands"),
        ({"brands": (a_brand(mail_address="nowhere"),)}, "brands"),
        ({"brands": (a_brand(from_name="Nord\r\nBcc: x"),)}, "brands"),
        ({"brands": (a_brand(name="hidden\u200btext"),)}, "brands"),
        ({"plans": (), "priorities": ()}, "plans"),
        ({"plans": (*a_tenant().plans, Plan("free", "Again", 0.2))}, "plans"),
        (
            {"priorities": (*RULES, PriorityRule(Damage.BLOCKED, "gold", Priority.LOW))},
            "priorities",
        ),
        ({"priorities": (*RULES, RULES[0])}, "priorities"),
        ({"priorities": RULES[1:]}, "priorities"),
        ({"reminder": timedelta(hours=96)}, "reminder_s"),
        ({"reminder": timedelta(0)}, "reminder_s"),
    ],
)
def test_each_fault_is_named(change: dict[str, Any], field: str) -> None:
    assert field in {fault.field for fault in faults(replace(a_tenant(), **change))}


def test_all_faults_are_named_at_once() -> None:
    found = faults(a_tenant(slug="!", initials="!", default_language="xx"))

    assert {fault.field for fault in found} == {"slug", "initials", "default_language"}


def test_priority_follows_damage_and_plan() -> None:
    tenant = a_tenant()

    assert priority_for(tenant, Damage.LOSING_MONEY, "free") is Priority.URGENT
    assert priority_for(tenant, Damage.QUESTION, "nowhere") is Priority.NORMAL


def test_strangers_have_the_least_plan_and_the_first_brand_is_the_first() -> None:
    assert plan_of_strangers(a_tenant()).id == "free"
    assert first_brand(a_tenant()) == a_brand()


@given(st.text(max_size=50), st.sampled_from("\r\n\x00\u2028\u2029\x85\x0b\u202e"))
def test_s15_no_line_end_of_any_alphabet_fits_a_header(text: str, hostile: str) -> None:
    assert not fit_for_header(f"{text}{hostile}{text}")
    assert len(f"a{text}".splitlines()) == 1 or not fit_for_header(f"a{text}b")


def test_a_brand_is_found_by_its_id_and_knows_its_domain() -> None:
    assert a_tenant().brand(a_brand().id) == a_brand()
    assert a_tenant().brand(UUID(int=99)) is None
    assert a_brand().domain == "nordhost.example"
