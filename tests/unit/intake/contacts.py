"""Builders of client companies and contacts for tests."""

from dataclasses import replace
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID

from chassis.values import BrandId, TenantId
from contracts.vocabulary import Channel, Damage, Priority
from intake.admission.model import Contact
from intake.customers.model import Identity, IdentityKind
from intake.tenants.model import Brand, Plan, PriorityRule, Tenant
from intake.understanding.decide.language import sample
from intake.understanding.model import Evidence, Guess

NORDHOST = UUID("a0000000-0000-7000-8000-00000000000a")
PAGORA = UUID("b0000000-0000-7000-8000-00000000000b")
_numbers = count(1)

PRIORITIES = {
    Damage.LOSING_MONEY: Priority.URGENT,
    Damage.BLOCKED: Priority.HIGH,
    Damage.DEGRADED: Priority.NORMAL,
    Damage.QUESTION: Priority.LOW,
    Damage.ONBOARDING: Priority.NORMAL,
}


def a_tenant(**changes: Any) -> Tenant:
    """Nordhost, with two plans; a paying customer's trouble is one step more urgent."""
    plans = (Plan("free", "Free", 0.1), Plan("business", "Business", 0.7))
    tenant = Tenant(
        id=TenantId(NORDHOST),
        slug="nordhost",
        name="Nordhost",
        initials="NH",
        chip="nh",
        zone="Europe/Oslo",
        default_language="en",
        languages=("en", "de", "nb", "ja"),
        brands=(a_brand(),),
        plans=plans,
        priorities=tuple(
            PriorityRule(damage, plan.id, priority)
            for plan in plans
            for damage, priority in PRIORITIES.items()
        ),
    )
    return replace(tenant, **changes)


def a_brand(**changes: Any) -> Brand:
    brand = Brand(
        id=BrandId(UUID(int=2)),
        name="Nordhost",
        mail_address="support@nordhost.example",
        from_name="Nordhost Support",
        signatures={"en": "Kind regards\n{agent}\nNordhost Support"},
    )
    return replace(brand, **changes)


def another_tenant() -> Tenant:
    brand = a_brand(
        id=BrandId(UUID(int=4)), name="Pagora", mail_address="care@pagora.example",
        from_name="Pagora Care",
    )  # fmt: skip
    return a_tenant(id=TenantId(PAGORA), slug="pagora", name="Pagora", initials="PG",
                    brands=(brand,))  # fmt: skip


def a_contact(text: str = "Ich kann mich nicht anmelden, bitte helfen.", **changes: Any) -> Contact:
    number = next(_numbers)
    tenant = changes.pop("tenant", None) or a_tenant()
    contact = Contact(
        tenant=tenant,
        brand=tenant.brands[0],
        channel=Channel.API,
        mailbox="api",
        key=f"x-{number}",
        sha=sha256(text.encode()).digest(),
        raw_id=UUID(int=1_000_000 + number),
        raw=text.encode(),
        received_at=None,
        sender=Identity(IdentityKind.MAIL, f"someone{number}@customer.example"),
        sender_name="Marta Lindqvist",
        verified=True,
        subject="Anmeldung",
        text=text,
        evidence=Evidence(sample(text), (Guess("de", 0.99),)),
    )
    return replace(contact, **changes)
