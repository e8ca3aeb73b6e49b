"""What entries add up to, and what the two topics' events leave behind."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import directory
from chassis.clock import FrozenClock
from chassis.db import Database
from chassis.directory.consumers import (
    WrongOwnerError,
    on_client_user_changed,
    on_person_changed,
    on_tenant_changed,
)
from chassis.directory.model import CLIENT_ROLES, STAFF_ROLES, Entry, decide_rights
from chassis.tenancy import scope
from chassis.testing.databases import ServiceDatabase
from chassis.testing.events import meta
from chassis.values import FIRM, TenantId
from contracts.envelope import Event
from contracts.person import PersonRightsChangedV1
from contracts.tenant import TenantClientUserChangedV1, TenantConfiguredV1
from contracts.vocabulary import Presence, Role

A = TenantId(UUID("a0000000-0000-7000-8000-00000000000a"))
B = TenantId(UUID("b0000000-0000-7000-8000-00000000000b"))
INES = UUID("10000000-0000-7000-8000-000000000001")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entry(
    home: UUID, *roles: Role, tenants: tuple[TenantId, ...] = (), active: bool = True
) -> Entry:
    return Entry(
        home=TenantId(home),
        person=INES,
        subject="ines@firm.example",
        name="Ines",
        roles=frozenset(roles),
        tenants=frozenset(tenants),
        active=active,
    )


def test_nobody_has_no_rights() -> None:
    assert decide_rights([]) is None
    assert decide_rights([entry(FIRM, Role.ADMIN, active=False)]) is None
    assert decide_rights([entry(FIRM, tenants=(A,))]) is None


def test_staff_work_for_the_tenants_the_firm_says() -> None:
    found = decide_rights([entry(FIRM, Role.AGENT, tenants=(A, B))])

    assert found is not None
    assert (found.roles, found.tenants, found.everywhere) == ({Role.AGENT}, {A, B}, False)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_managers_and_admins_are_everywhere(role: Role) -> None:
    found = decide_rights([entry(FIRM, role)])

    assert found is not None
    assert found.everywhere


def test_no_client_takes_rights_from_staff() -> None:
    found = decide_rights([entry(A, Role.CLIENT_VIEWER), entry(FIRM, Role.LEAD, tenants=(B,))])

    assert found is not None
    assert (found.roles, found.tenants) == ({Role.LEAD}, {B})


def test_who_left_the_firm_and_went_to_a_client_is_the_clients() -> None:
    found = decide_rights([entry(A, Role.CLIENT_ADMIN), entry(FIRM, Role.ADMIN, active=False)])

    assert found is not None
    assert (found.tenants, found.everywhere) == ({A}, False)


def test_an_admin_here_and_a_viewer_there_is_a_viewer_in_both() -> None:
    found = decide_rights([entry(A, Role.CLIENT_ADMIN), entry(B, Role.CLIENT_VIEWER)])

    assert found is not None
    assert (found.roles, found.tenants) == ({Role.CLIENT_VIEWER}, {A, B})


entries = st.builds(
    entry,
    st.sampled_from([FIRM, A, B]),
    *(st.sampled_from(Role) for _ in range(2)),
    tenants=st.lists(st.sampled_from([A, B]), unique=True).map(tuple),
    active=st.booleans(),
)


@given(st.lists(entries, max_size=4))
def test_rights_never_exceed_what_each_owner_may_grant(found: list[Entry]) -> None:
    rights = decide_rights(found)
    if rights is None:
        return
    active = [each for each in found if each.active]
    staff = [each for each in active if each.is_staff]

    assert rights.roles <= (STAFF_ROLES if staff else CLIENT_ROLES)
    assert rights.everywhere <= bool(staff)
    if not staff:
        assert rights.tenants <= {each.home for each in active}


@given(st.lists(entries, max_size=4), st.randoms())
def test_the_order_of_entries_does_not_matter(found: list[Entry], chance: object) -> None:
    shuffled = sorted(found, key=lambda _each: chance.random())  # type: ignore[attr-defined]

    assert decide_rights(found) == decide_rights(shuffled)


def person_changed(
    *roles: Role, version: int, home: UUID = FIRM, active: bool = True
) -> Event[PersonRightsChangedV1]:
    data = PersonRightsChangedV1(
        subject="ines@firm.example",
        name="Ines",
        initials="IM",
        zone="Europe/Lisbon",
        roles=roles,
        tenants=(A,),
        presence=Presence.OFF,
        units=0,
        active=active,
        changed_at=NOW,
    )
    return Event(meta("person.rights-changed.v1", INES, version, tenant=home), data)


def user_changed(*roles: Role, version: int, home: UUID = A) -> Event[TenantClientUserChangedV1]:
    data = TenantClientUserChangedV1(
        subject="eve@a.example", name="Eve", roles=roles, active=True, changed_at=NOW
    )
    return Event(meta("tenant.client-user-changed.v1", INES, version, tenant=home), data)


def tenant_configured(version: int, name: str = "Nordhost") -> Event[TenantConfiguredV1]:
    data = TenantConfiguredV1(
        slug="nordhost",
        name=name,
        initials="NH",
        chip="teal",
        zone="Europe/Berlin",
        default_language="de",
        languages=("de", "en"),
        brands=(),
        plans=(),
        priorities=(),
    )
    return Event(meta("tenant.configured.v1", A, version, tenant=A), data)


@pytest.mark.anyio
@pytest.mark.postgres
class TestOnADatabase:
    @pytest.fixture
    async def database(self, foundation_database: ServiceDatabase) -> AsyncIterator[Database]:
        made = foundation_database.runtime(FrozenClock(NOW))
        yield made
        await made.close()

    async def test_keeps_staff_with_their_state(self, database: Database) -> None:
        async with database.transaction(scope(FIRM)) as tx:
            await on_person_changed(person_changed(Role.AGENT, version=1), tx, NOW)

        async with database.transaction(scope(FIRM)) as tx:
            known = await directory.staff(tx, INES)
            found = await directory.person_by_subject(tx, "ines@firm.example")
            everyone = await directory.all_staff(tx)
        assert known is not None
        assert known.state is not None
        assert known.state.zone == "Europe/Lisbon"
        assert found is not None
        assert found.tenants == {A}
        assert everyone == [known]

    async def test_the_latest_version_wins_whatever_comes_last(self, database: Database) -> None:
        async with database.transaction(scope(FIRM)) as tx:
            await on_person_changed(person_changed(Role.AGENT, version=5, active=False), tx, NOW)
            await on_person_changed(person_changed(Role.ADMIN, version=4), tx, NOW)

        async with database.transaction(scope(FIRM)) as tx:
            assert await directory.person_by_subject(tx, "ines@firm.example") is None
            assert await directory.all_staff(tx) == []

    async def test_a_tenant_is_seen_in_its_scope_and_listed_in_the_firms(
        self, database: Database
    ) -> None:
        async with database.transaction(scope(A, FIRM)) as tx:
            await on_tenant_changed(tenant_configured(2, "Nordhost GmbH"), tx, NOW)
            await on_tenant_changed(tenant_configured(1), tx, NOW)

        async with database.transaction(scope(A)) as tx:
            known = await directory.tenant(tx, A)
            listed_for_a = await directory.all_tenants(tx)
        async with database.transaction(scope(B)) as tx:
            foreign = await directory.tenant(tx, A)
            seen_by_b = await directory.tenants(tx)
        async with database.transaction(scope(FIRM)) as tx:
            listed = await directory.all_tenants(tx)
        assert known is not None
        assert (known.version, known.state.name) == (2, "Nordhost GmbH")
        assert (listed, listed_for_a, foreign, seen_by_b) == ((A,), (), None, [])

    async def test_one_clients_word_does_not_replace_anothers_nor_the_firms(
        self, database: Database
    ) -> None:
        async with database.transaction(scope(A, FIRM)) as tx:
            await on_person_changed(person_changed(Role.LEAD, version=1), tx, NOW)
            await on_client_user_changed(user_changed(Role.CLIENT_ADMIN, version=9), tx, NOW)
            await on_client_user_changed(
                user_changed(Role.CLIENT_VIEWER, version=7, home=B), tx, NOW
            )

        async with database.transaction(scope(FIRM)) as tx:
            ines = await directory.person_by_subject(tx, "ines@firm.example")
            eve = await directory.person_by_subject(tx, "eve@a.example")
        assert ines is not None
        assert ines.roles == {Role.LEAD}
        assert eve is not None
        assert (eve.roles, eve.tenants) == ({Role.CLIENT_VIEWER}, {A, B})

    async def test_an_event_under_the_wrong_owner_is_refused(self, database: Database) -> None:
        async with database.transaction(scope(A, FIRM)) as tx:
            with pytest.raises(WrongOwnerError):
                await on_person_changed(person_changed(Role.ADMIN, version=1, home=A), tx, NOW)
            with pytest.raises(WrongOwnerError):
                await on_client_user_changed(
                    user_changed(Role.CLIENT_ADMIN, version=1, home=FIRM), tx, NOW
                )


@pytest.mark.parametrize("service", ["intake", "routing", "sla"])
def test_each_service_reads_every_type_of_both_topics(service: str) -> None:
    subscription = directory.subscription(service)

    assert subscription.group == f"{service}.directory"
    assert subscription.with_firm
    assert {row.type for row in subscription.rows()} == set(subscription.handlers)
