"""Builders of values for the tests of routing's decisions."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from chassis.values import CustomerId, StaffId, TenantId, TicketId
from contracts.vocabulary import Cefr, Channel, Presence, Priority, TicketState
from routing.matching.model import (
    Client,
    Outcome,
    Policy,
    Reservation,
    TicketFacts,
    Work,
    work_id,
)
from routing.people.model import Duty, Meter, Person, Profile, Rights
from routing.rosters.model import Plan

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SEED = UUID("5eed5eed-0000-4000-8000-000000000000")
NORDHOST = TenantId(uuid5(SEED, "nordhost"))
PAGORA = TenantId(uuid5(SEED, "pagora"))
EVERYTHING = {meter: 4 for meter in Meter} | {Meter.VOICE: 1}


def staff_id(name: str) -> StaffId:
    return StaffId(uuid5(SEED, name))


def a_person(name: str = "ines", **given: Any) -> Person:
    """On shift for eight hours, German C1, for Nordhost, four of each at once."""
    values: dict[str, Any] = {
        "id": staff_id(name),
        "profile": a_profile(name),
        "rights": Rights(roles=frozenset({"agent"}), tenants=frozenset({NORDHOST})),
        "presence": Presence.AVAILABLE,
        "presence_since": NOW,
        "duty": Duty(until=NOW + timedelta(hours=8)),
    }
    return Person(**values | given)


def a_profile(
    name: str = "ines",
    languages: Mapping[str, Cefr] | None = None,
    capacity: Mapping[Meter, int] | None = None,
    skills: Mapping[str, int] | None = None,
) -> Profile:
    return Profile(
        subject=f"{name}@brightline.example",
        name=name.title(),
        initials=name[:2].upper(),
        zone="Europe/Lisbon",
        languages={"de": Cefr.C1} if languages is None else languages,
        capacity=EVERYTHING if capacity is None else capacity,
        skills=skills or {},
    )


def some_facts(**given: Any) -> TicketFacts:
    values: dict[str, Any] = {
        "reference": "NH-4182",
        "customer": CustomerId(uuid5(SEED, "customer")),
        "channel": Channel.MAIL,
        "live": False,
        "plan": "business",
        "category": "technical",
        "language": "de",
        "priority": Priority.NORMAL,
        "state": TicketState.NEW,
        "opened_at": NOW,
    }
    return TicketFacts(**values | given)


def a_work(facts: TicketFacts | None = None, **given: Any) -> Work:
    ticket = given.pop("ticket", TicketId(uuid5(SEED, "ticket")))
    facts = facts or some_facts()
    values: dict[str, Any] = {
        "tenant": NORDHOST,
        "id": work_id(ticket),
        "ticket": ticket,
        "facts": facts,
        "waiting_since": facts.opened_at,
    }
    return Work(**values | given)


def a_reservation(person: Person | None = None, **given: Any) -> Reservation:
    values: dict[str, Any] = {
        "id": uuid5(SEED, "reservation"),
        "work": a_work().id,
        "person": (person or a_person()).id,
        "state": Outcome.ACCEPTED,
        "units": 30,
        "full_units": 30,
        "automatic": True,
        "offered_at": NOW,
    }
    return Reservation(**values | given)


def a_client(policy: Policy | None = None, **given: Any) -> Client:
    values: dict[str, Any] = {
        "tenant": NORDHOST,
        "default_language": "en",
        "auto_accept": frozenset({Channel.MAIL, Channel.WEB, Channel.API}),
        "policy": policy or Policy(),
    }
    return Client(**values | given)


def a_plan(start: datetime, hours: float = 8, **given: Any) -> Plan:
    values: dict[str, Any] = {
        "person": staff_id("ines"),
        "starts_at": start,
        "ends_at": start + timedelta(hours=hours),
        "zone": "Europe/Lisbon",
    }
    return Plan(**values | given)
