"""Who is known, what a hint says, and who may hear it."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.values import FIRM
from chassis.wire import Envelope
from console.live.hub import Hub
from console.live.model import Hint, KnownWorld, initials, may_hear
from console.live.translate import hint_of, learn
from contracts.assignment import AssignmentQueuedV1
from contracts.envelope import EventData, EventMeta
from contracts.person import PersonProfiledV1, PersonRightsChangedV1
from contracts.tenant import TenantClientUserChangedV1, TenantConfiguredV1
from contracts.vocabulary import Channel, Presence, Priority, Role

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NORDHOST, PAGORA = UUID(int=1), UUID(int=2)
INES, SOLVEIG, TICKET = UUID(int=11), UUID(int=12), UUID(int=21)


def envelope(type_: str, tenant: UUID, subject: UUID) -> Envelope:
    meta = EventMeta(
        id=UUID(int=99),
        type=type_,
        source="test",
        subject=subject,
        time=NOW,
        tenantid=tenant,
        version=1,
        correlationid=UUID(int=99),
    )
    return Envelope(meta, forged=False)


def tell(world: KnownWorld, type_: str, data: EventData, tenant: UUID, subject: UUID) -> None:
    learn(world, envelope(type_, tenant, subject), data.model_dump_json().encode())


def nordhost(**changes: object) -> TenantConfiguredV1:
    given = {
        "slug": "nordhost",
        "name": "Nordhost",
        "initials": "NH",
        "chip": "nh",
        "zone": "Europe/Oslo",
        "default_language": "en",
        "languages": ("en", "nb"),
        "brands": (),
        "plans": (),
        "priorities": (),
    }
    return TenantConfiguredV1.model_validate({**given, **changes})


def staff(
    *roles: Role, tenants: tuple[UUID, ...] = (NORDHOST,), active: bool = True
) -> dict[str, object]:
    return {
        "subject": "ines@brightline.example",
        "name": "Inês Carvalho",
        "initials": "IC",
        "zone": "Europe/Lisbon",
        "roles": roles,
        "tenants": tenants,
        "presence": Presence.AVAILABLE,
        "units": 0,
        "active": active,
        "changed_at": NOW,
    }


def client_person(active: bool = True) -> TenantClientUserChangedV1:
    return TenantClientUserChangedV1(
        subject="solveig@nordhost.example",
        name="Solveig Hagen",
        roles=(Role.CLIENT_VIEWER,),
        active=active,
        changed_at=NOW,
    )


@pytest.fixture
def world() -> KnownWorld:
    made = KnownWorld()
    tell(made, "tenant.configured.v1", nordhost(), NORDHOST, NORDHOST)
    tell(made, "tenant.configured.v1", nordhost(slug="pagora", name="Pagora"), PAGORA, PAGORA)
    person = PersonProfiledV1.model_validate(staff(Role.AGENT))
    tell(made, "person.profiled.v1", person, FIRM, INES)
    tell(made, "tenant.client-user-changed.v1", client_person(), NORDHOST, SOLVEIG)
    return made


def test_staff_sees_the_clients_they_work_for(world: KnownWorld) -> None:
    who = world.who("ines@brightline.example")

    assert who is not None
    assert (who.name, who.tenants, who.has(Role.AGENT)) == ("Inês Carvalho", {NORDHOST}, True)


def test_a_manager_sees_every_client(world: KnownWorld) -> None:
    manager = PersonRightsChangedV1.model_validate(staff(Role.MANAGER, tenants=()))
    tell(world, "person.rights-changed.v1", manager, FIRM, INES)

    who = world.who("ines@brightline.example")

    assert who is not None
    assert who.tenants == {NORDHOST, PAGORA}


def test_a_client_person_sees_their_company_and_reads_its_zone(world: KnownWorld) -> None:
    who = world.who("solveig@nordhost.example")

    assert who is not None
    assert (who.staff, who.tenants, who.zone, who.initials) == (
        None,
        {NORDHOST},
        "Europe/Oslo",
        "SH",
    )


def test_rights_end_with_the_next_record(world: KnownWorld) -> None:
    gone = PersonRightsChangedV1.model_validate(staff(Role.AGENT, active=False))
    tell(world, "person.rights-changed.v1", gone, FIRM, INES)
    tell(world, "tenant.client-user-changed.v1", client_person(active=False), NORDHOST, SOLVEIG)

    assert world.who("ines@brightline.example") is None
    assert world.who("solveig@nordhost.example") is None
    assert world.who("nobody@x.example") is None


def test_types_the_console_does_not_know_are_passed_over(world: KnownWorld) -> None:
    before = dict(world.staff)
    learn(world, envelope("person.knighted.v1", FIRM, INES), b"{}")
    learn(world, envelope("person.profiled.v1", FIRM, INES), None)

    assert world.staff == before


def test_a_hint_names_the_ticket_and_the_lists_but_says_nothing_else() -> None:
    queued = AssignmentQueuedV1(
        ticket=TICKET,
        channel=Channel.MAIL,
        language="de",
        priority=Priority.HIGH,
        waiting_since=NOW,
        step=0,
    )
    told = queued.model_dump_json().encode()
    item = envelope("assignment.queued.v1", NORDHOST, UUID(int=77))
    opened = envelope("ticket.opened.v1", NORDHOST, TICKET)

    assert hint_of("routing.assignment.v1", item, told) == Hint(
        frozenset({f"ticket:{TICKET}", "work", "board"}), NORDHOST
    )
    assert hint_of("intake.ticket.v1", opened, b"{}").topics == {
        f"ticket:{TICKET}",
        "work",
        "board",
    }
    assert hint_of("routing.shift.v1", envelope("shift.started.v1", FIRM, INES), b"{}") == Hint(
        frozenset({"roster", "board", "presence"}), None
    )


def test_hints_stay_within_a_persons_clients(world: KnownWorld) -> None:
    ines, solveig = world.who("ines@brightline.example"), world.who("solveig@nordhost.example")
    assert ines is not None
    assert solveig is not None
    ours, foreign, firm = Hint(frozenset({"x"}), NORDHOST), Hint(frozenset({"x"}), PAGORA), None

    assert may_hear(ines, ours)
    assert not may_hear(ines, foreign)
    assert may_hear(ines, Hint(frozenset({"roster"}), firm))
    assert not may_hear(solveig, Hint(frozenset({"roster"}), firm))


@pytest.mark.anyio
async def test_a_page_hears_topics_once_and_silence_is_empty(world: KnownWorld) -> None:
    hub = Hub()
    listener = hub.listen(lambda: world.who("ines@brightline.example"))
    hub.tell([Hint(frozenset({"work"}), NORDHOST), Hint(frozenset({"board"}), NORDHOST)])
    hub.tell([Hint(frozenset({"other"}), PAGORA)])

    assert await listener.next(1) == {"work", "board"}
    assert await listener.next(0.01) == frozenset()


@pytest.mark.anyio
async def test_lost_rights_close_the_stream_and_silence_it(world: KnownWorld) -> None:
    hub = Hub()
    listener = hub.listen(lambda: world.who("solveig@nordhost.example"))
    tell(world, "tenant.client-user-changed.v1", client_person(active=False), NORDHOST, SOLVEIG)
    hub.tell([Hint(frozenset({"promises"}), NORDHOST)])

    assert await listener.next(0.01) is None


@pytest.mark.anyio
async def test_a_customer_hears_of_one_ticket_only() -> None:
    hub = Hub()
    listener = hub.listen_to(f"ticket:{TICKET}")
    hub.tell([Hint(frozenset({f"ticket:{TICKET}", "work"}), NORDHOST)])

    assert await listener.next(1) == {f"ticket:{TICKET}"}
    hub.leave(listener)
    hub.leave(listener)
    assert hub.open_pages == 0


@pytest.mark.anyio
async def test_a_waiting_page_wakes_at_once() -> None:
    hub = Hub()
    listener = hub.listen_to("ticket:1")
    waiting = asyncio.create_task(listener.next(30))
    await asyncio.sleep(0)
    hub.tell([Hint(frozenset({"ticket:1"}), NORDHOST)])

    assert await asyncio.wait_for(waiting, 1) == {"ticket:1"}


@pytest.mark.parametrize(
    ("name", "letters"), [("Inês Carvalho", "IC"), ("佐藤 健太", "佐健"), ("Omar", "O"), ("", "")]
)
def test_initials_take_the_first_and_the_last_name(name: str, letters: str) -> None:
    assert initials(name) == letters
