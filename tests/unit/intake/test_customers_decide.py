"""How addresses are written once and for all."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.values import CustomerId, TenantId
from intake.customers.decide import canonical_mail, canonical_phone, changed, identity_of
from intake.customers.model import Customer, Identity, IdentityKind

OLA = Customer(
    tenant=TenantId(UUID(int=1)),
    id=CustomerId(UUID(int=2)),
    name="Ola",
    plan="free",
    locale="nb-NO",
    zone="Europe/Oslo",
    version=4,
)


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        (" Ola@Example.COM ", "ola@example.com"),
        ("ｏｌａ@example.com", "ola@example.com"),
        ("ola+tag@sub.example.com.", "ola+tag@sub.example.com"),
        ("用户@例子.example", "用户@例子.example"),
        ("ola", None),
        ("ola@localhost", None),
        ("o la@example.com", None),
        ("ola@@example.com", None),
        ("ola@-example.com", None),
        ("ola@exam..ple.com", None),
        ("ola\u200b@example.com", None),
        (f"{'x' * 250}@example.com", None),
        ("", None),
    ],
)
def test_mail_addresses_meet_in_one_form(given: str, canonical: str | None) -> None:
    assert canonical_mail(given) == canonical


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("+47 22 12 34 56", "+4722123456"),
        ("0047-22123456", "+4722123456"),
        ("+٤٧ ٢٢١٢٣٤٥٦", "+4722123456"),
        ("22 12 34 56", None),
        ("+123", None),
        ("anonymous", None),
    ],
)
def test_phone_numbers_meet_in_one_form(given: str, canonical: str | None) -> None:
    assert canonical_phone(given) == canonical


def test_a_contact_is_known_by_mail_before_phone() -> None:
    assert identity_of(mail="a@b.example", phone="+4722123456") == Identity(
        IdentityKind.MAIL, "a@b.example"
    )
    assert identity_of(mail="broken", phone="+4722123456") == Identity(
        IdentityKind.PHONE, "+4722123456"
    )
    assert identity_of(mail=None, phone="12") is None
    assert identity_of(mail=None, phone=None) is None


def test_only_a_difference_is_stored() -> None:
    assert changed(None, OLA) == OLA
    assert changed(OLA, replace(OLA, version=0)) is None
    assert changed(OLA, replace(OLA, plan="gold", version=0)) == replace(OLA, plan="gold")


def test_the_language_is_the_first_part_of_the_locale() -> None:
    assert OLA.language == "nb"


@given(st.text(max_size=80))
def test_canonical_forms_are_stable(text: str) -> None:
    mail, phone = canonical_mail(text), canonical_phone(text)

    assert mail is None or canonical_mail(mail) == mail
    assert phone is None or canonical_phone(phone) == phone
