"""Reads `firm.yaml` into a `Firm` and refuses what cannot be right."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from meridian.demo.firm import (
    Brand,
    ClientUser,
    Contract,
    Customer,
    Firm,
    Holidays,
    Interval,
    Person,
    Plan,
    PriorityRule,
    PublishedContact,
    Shift,
    Target,
    Tenant,
)
from meridian.demo.reading import ContentError, Row, demo_yaml

DAMAGES = ("losing_money", "blocked", "degraded", "question", "onboarding")
PRIORITIES = frozenset({"urgent", "high", "normal", "low"})
METRICS = frozenset({"first_reply", "next_reply", "resolution"})
CHANNELS = frozenset({"mail", "web", "api", "chat", "telegram", "phone"})
CAPACITY_CHANNELS = frozenset({"mail", "web", "api", "chat", "voice"})
STAFF_ROLES = frozenset({"agent", "lead", "manager", "admin"})
CLIENT_ROLES = frozenset({"client_viewer", "client_admin"})
LEVELS = frozenset({"A1", "A2", "B1", "B2", "C1", "C2", "native"})
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHORTEST_FIRST_REPLY = 300
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_SAFE_ADDRESS = re.compile(r"[^@\s]+@[a-z0-9.-]+\.(example|test)")


def load_firm() -> Firm:
    return read_firm(Row(demo_yaml("firm.yaml"), "firm.yaml"))


def read_firm(top: Row) -> Firm:
    about = top.row("firm")
    tenants = tuple(_tenant(row) for row in top.rows("tenants"))
    slugs = frozenset(tenant.slug for tenant in tenants)
    plans = {tenant.slug: frozenset(plan.id for plan in tenant.plans) for tenant in tenants}
    firm = Firm(
        name=about.text("name"),
        zone=zone(about, "zone"),
        default_language=about.text("default_language"),
        tenants=tenants,
        customers=tuple(_customer(row, plans) for row in top.rows("customers")),
        people=tuple(_person(row, slugs) for row in top.rows("people")),
        client_users=tuple(_client_user(row, slugs) for row in top.rows("client_users")),
    )
    about.finish()
    top.finish()
    _refuse_twins(firm)
    return firm


def zone(row: Row, key: str) -> str:
    name = row.text(key)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ContentError(f"{row.where}: {key} {name!r} is no time zone") from error
    return name


def safe_address(row: Row, key: str) -> str:
    """An address that can never reach anybody: its domain ends in .example or .test."""
    address = row.text(key)
    if not _SAFE_ADDRESS.fullmatch(address):
        raise ContentError(f"{row.where}: {key} {address!r} is not under .example or .test")
    return address


def _time(row: Row, value: object) -> str:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ContentError(f"{row.where}: {value!r} is no time of day (HH:MM, in quotes)")
    return value


def _tenant(row: Row) -> Tenant:
    languages = row.texts("languages")
    plans = tuple(_plan(plan) for plan in row.rows("plans"))
    plan_ids = frozenset(plan.id for plan in plans)
    tenant = Tenant(
        id=row.uuid("id"),
        slug=row.text("slug"),
        name=row.text("name"),
        initials=row.text("initials"),
        chip=row.text("chip"),
        zone=zone(row, "zone"),
        default_language=row.one_of("default_language", frozenset(languages)),
        languages=languages,
        brands=tuple(_brand(brand, languages) for brand in row.rows("brands")),
        plans=plans,
        priorities=_priorities(row.row("priority_table"), plan_ids),
        published_contacts=tuple(_published(item) for item in row.rows("published_contacts")),
        contract=_contract(row.row("contract"), plan_ids),
    )
    row.finish()
    return tenant


def _brand(row: Row, languages: Iterable[str]) -> Brand:
    brand = Brand(
        id=row.uuid("id"),
        slug=row.text("slug"),
        name=row.text("name"),
        mail_address=safe_address(row, "mail_address"),
        from_name=row.text("from_name"),
        tone=row.text("tone"),
        signature=row.text_map("signature"),
    )
    row.finish()
    for language in languages:
        if brand.signature.get(language, "").count("{agent}") != 1:
            raise ContentError(f"{row.where}: signature in {language} must name {{agent}} once")
    return brand


def _plan(row: Row) -> Plan:
    plan = Plan(row.text("id"), row.text("name"), row.decimal("value"))
    row.finish()
    if not 0 <= plan.value <= 1:
        raise ContentError(f"{row.where}: value must lie between 0 and 1")
    return plan


def _priorities(table: Row, plans: frozenset[str]) -> tuple[PriorityRule, ...]:
    rules = []
    for damage in DAMAGES:
        row = table.row(damage)
        rules += [PriorityRule(damage, p, row.one_of(p, PRIORITIES)) for p in sorted(plans)]
        row.finish()
    table.finish()
    return tuple(rules)


def _published(row: Row) -> PublishedContact:
    contact = PublishedContact(row.one_of("channel", CHANNELS), row.text("address"))
    row.finish()
    return contact


def _contract(row: Row, plans: frozenset[str]) -> Contract:
    contract = Contract(
        zone=zone(row, "zone"),
        hours=_hours(row.row("hours")),
        holidays=_holidays(row.row("holidays")),
        targets=tuple(_target(target, plans) for target in row.rows("targets")),
        attainment_target=row.decimal("attainment_target"),
        reminder_hours=row.whole("reminder_hours"),
        solved_timeout_hours=row.whole("solved_timeout_hours"),
    )
    row.finish()
    if not any(contract.hours.values()):
        raise ContentError(f"{row.where}: the calendar is never open")
    general = sorted((t.metric, t.priority) for t in contract.targets if not t.plan)
    if general != sorted((metric, priority) for metric in METRICS for priority in PRIORITIES):
        raise ContentError(f"{row.where}: each metric needs one target for each priority")
    return contract


def _hours(row: Row) -> Mapping[str, tuple[Interval, ...]]:
    hours = {}
    for day in WEEKDAYS:
        pairs = row.items(day)
        if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            raise ContentError(f"{row.where}: {day} must be a list of [start, end]")
        hours[day] = tuple(Interval(_time(row, pair[0]), _time(row, pair[1])) for pair in pairs)
    row.finish()
    return MappingProxyType(hours)


def _holidays(row: Row) -> Holidays:
    holidays = Holidays(row.text("country", ""), row.text("subdivision", ""), row.texts("dates"))
    row.finish()
    for day in holidays.dates:
        try:
            date.fromisoformat(day)
        except ValueError as error:
            raise ContentError(f"{row.where}: {day!r} is no date") from error
    return holidays


def _target(row: Row, plans: frozenset[str]) -> Target:
    target = Target(
        metric=row.one_of("metric", METRICS),
        priority=row.one_of("priority", PRIORITIES),
        plan=row.one_of("plan", plans | {""}, ""),
        seconds=row.whole("seconds"),
        hours=row.one_of("hours", frozenset({"business", "24x7"})),
    )
    row.finish()
    if target.seconds < SHORTEST_FIRST_REPLY:
        raise ContentError(f"{row.where}: a target under five minutes cannot be kept")
    return target


def _customer(row: Row, plans: Mapping[str, frozenset[str]]) -> Customer:
    tenant = row.one_of("tenant", frozenset(plans))
    customer = Customer(
        id=row.uuid("id"),
        tenant=tenant,
        name=row.text("name"),
        address=safe_address(row, "address"),
        plan=row.one_of("plan", plans[tenant]),
        locale=row.text("locale"),
        zone=zone(row, "zone"),
        segment=row.text("segment"),
    )
    row.finish()
    return customer


def _person(row: Row, slugs: frozenset[str]) -> Person:
    person = Person(
        id=row.uuid("id"),
        name=row.text("name"),
        email=safe_address(row, "email"),
        roles=row.texts("roles"),
        zone=zone(row, "zone"),
        languages=row.text_map("languages"),
        skills=row.number_map("skills"),
        tenants=row.texts("tenants"),
        capacity=row.number_map("capacity"),
        shifts=tuple(_shift(shift) for shift in row.rows("shifts")),
        local_names=row.text_map("signs_as") if "signs_as" in row else MappingProxyType({}),
    )
    row.finish()
    _within(row, "roles", person.roles, STAFF_ROLES)
    _within(row, "languages", person.languages.values(), LEVELS)
    _within(row, "tenants", person.tenants, slugs)
    _within(row, "capacity", person.capacity, CAPACITY_CHANNELS)
    _within(row, "skills", map(str, person.skills.values()), frozenset("12345"))
    return person


def _shift(row: Row) -> Shift:
    shift = Shift(_time(row, row.text("start")), _time(row, row.text("end")))
    row.finish()
    return shift


def _client_user(row: Row, slugs: frozenset[str]) -> ClientUser:
    user = ClientUser(
        id=row.uuid("id"),
        tenant=row.one_of("tenant", slugs),
        name=row.text("name"),
        email=safe_address(row, "email"),
        role=row.one_of("role", CLIENT_ROLES),
        locale=row.text("locale"),
        zone=zone(row, "zone"),
    )
    row.finish()
    return user


def _within(row: Row, key: str, values: Iterable[str], allowed: frozenset[str]) -> None:
    unknown = sorted(set(values) - allowed)
    if unknown:
        raise ContentError(f"{row.where}: {key} {unknown} is none of {sorted(allowed)}")


def _refuse_twins(firm: Firm) -> None:
    """Ids are unique over everything, log-ins over all people, mailboxes over all brands."""
    brands = [brand for tenant in firm.tenants for brand in tenant.brands]
    ids = [brand.id for brand in brands] + [tenant.id for tenant in firm.tenants]
    ids += [customer.id for customer in firm.customers]
    ids += [person.id for person in firm.people] + [user.id for user in firm.client_users]
    logins = [person.email for person in firm.people] + [user.email for user in firm.client_users]
    _refuse_repeats("id", map(str, ids))
    _refuse_repeats("e-mail", logins)
    _refuse_repeats("mailbox", (brand.mail_address for brand in brands))
    _refuse_repeats("brand", (brand.slug for brand in brands))
    _refuse_repeats("customer", (f"{c.tenant} {c.address}" for c in firm.customers))


def _refuse_repeats(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ContentError(f"firm.yaml: {what} {value!r} is used twice")
        seen.add(value)
