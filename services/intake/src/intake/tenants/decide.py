"""What a tenant's settings must fulfil, and what follows from them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.vocabulary import Damage, Priority
from intake.tenants.model import Brand, Plan, Tenant

_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,24}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_SLUG = re.compile(r"[a-z0-9](-?[a-z0-9])*")
_REFERENCE_PREFIX = re.compile(r"[A-Z]{2,4}")
# Characters that end a header line or hide text in one.
_UNFIT_FOR_HEADER = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\u200b-\u200f\u202a-\u202e]")


@dataclass(frozen=True, slots=True)
class Fault:
    field: str
    problem: str


def faults(tenant: Tenant) -> tuple[Fault, ...]:
    """Everything that is wrong with these settings, so that it can be put right in one go."""
    return tuple(
        Fault(field, problem)
        for check in (_name_faults, _language_faults, _brand_faults, _priority_faults, _time_faults)
        for field, problem in check(tenant)
    )


def fit_for_header(text: str) -> bool:
    """Whether a text may stand in a mail header: no line ends of any alphabet, nothing hidden."""
    return _UNFIT_FOR_HEADER.search(text) is None


def priority_for(tenant: Tenant, damage: Damage, plan: str) -> Priority:
    """The tenant's table of damage and plan; a pair that it does not name is normal."""
    for rule in tenant.priorities:
        if rule.damage is damage and rule.plan == plan:
            return rule.priority
    return Priority.NORMAL


def plan_of_strangers(tenant: Tenant) -> Plan:
    """Who is not known yet has the plan of the least value (the first of equals)."""
    return min(tenant.plans, key=lambda plan: plan.value)


def first_brand(tenant: Tenant) -> Brand:
    return tenant.brands[0]


Found = Iterator[tuple[str, str]]


def _name_faults(tenant: Tenant) -> Found:
    if not _SLUG.fullmatch(tenant.slug):
        yield "slug", "small letters, digits and single hyphens only"
    if not _REFERENCE_PREFIX.fullmatch(tenant.initials):
        yield "initials", "two to four capital letters: they begin every ticket's reference"
    if not tenant.name.strip() or not fit_for_header(tenant.name):
        yield "name", "one line of visible text"


def _language_faults(tenant: Tenant) -> Found:
    if tenant.default_language not in tenant.languages:
        yield "default_language", "must be one of the languages served"
    if _repeated(tenant.languages):
        yield "languages", "names a language twice"


def _brand_faults(tenant: Tenant) -> Found:
    if not tenant.brands:
        yield "brands", "at least one brand is needed"
    if _repeated(str(brand.id) for brand in tenant.brands):
        yield "brands", "two brands share an id"
    if _repeated(brand.mail_address.lower() for brand in tenant.brands):
        yield "brands", "two brands share a mail address"
    for brand in tenant.brands:
        if not _ADDRESS.fullmatch(brand.mail_address):
            yield "brands", f"{brand.mail_address!r} cannot receive mail: local part without '+'"
        if not fit_for_header(brand.from_name) or not fit_for_header(brand.name):
            yield "brands", "names must be one line of visible text"


def _priority_faults(tenant: Tenant) -> Found:
    if not tenant.plans:
        yield "plans", "at least one plan is needed"
    plans = [plan.id for plan in tenant.plans]
    if _repeated(plans):
        yield "plans", "two plans share an id"
    for rule in tenant.priorities:
        if rule.plan not in plans:
            yield "priorities", f"names the plan {rule.plan!r}, which does not exist"
    named = [(rule.damage, rule.plan) for rule in tenant.priorities]
    if _repeated(f"{damage} {plan}" for damage, plan in named):
        yield "priorities", "settles a pair of damage and plan twice"
    missing = [(d, p) for p in plans for d in Damage if (d, p) not in named]
    if missing:
        yield "priorities", f"says nothing of {missing[0][0]} on {missing[0][1]}"


def _time_faults(tenant: Tenant) -> Found:
    if not tenant.reminder < tenant.solved_timeout:
        yield "reminder_s", "the reminder must come before the time-out"
    if tenant.reminder.total_seconds() <= 0:
        yield "reminder_s", "must be positive"


def _repeated(values: Iterable[str]) -> bool:
    return any(count > 1 for count in Counter(values).values())
