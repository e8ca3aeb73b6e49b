"""API keys: what is stored is a hash, what they open is their scope in their tenant."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from chassis import api_keys
from chassis.api_keys import ApiKey, Issued
from chassis.auth import Principal
from chassis.clock import FrozenClock
from chassis.db import Database
from chassis.identity import Identity
from chassis.issuer import Issuer
from chassis.problems import Problem
from chassis.tenancy import scope
from chassis.testing import web
from chassis.testing.databases import ServiceDatabase
from chassis.testing.people import ISSUER, Provider

A = UUID("a0000000-0000-7000-8000-00000000000a")
B = UUID("b0000000-0000-7000-8000-00000000000b")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SCOPES = ("contacts:write",)


@given(st.text(max_size=200))
def test_anything_else_is_no_key(sent: str) -> None:
    assert api_keys.parse(sent) is None


@pytest.mark.anyio
@pytest.mark.postgres
class TestOnADatabase:
    @pytest.fixture
    def clock(self) -> FrozenClock:
        return FrozenClock(NOW)

    @pytest.fixture
    async def database(
        self, foundation_database: ServiceDatabase, clock: FrozenClock
    ) -> AsyncIterator[Database]:
        made = foundation_database.runtime(clock)
        yield made
        await made.close()

    @pytest.fixture
    async def issued(self, database: Database) -> Issued:
        async with database.transaction(scope(A)) as tx:
            return await api_keys.issue(tx, tenant=A, name="Shop", scopes=SCOPES)

    @pytest.fixture
    def identity(self, database: Database, clock: FrozenClock) -> Identity:
        provider = Provider(clock, kind="EC")
        return Identity(
            database=database,
            issuer=Issuer(ISSUER, clock=clock, fetch=provider.fetch),
            audience="meridian",
            service_secret=web.SECRET,
        )

    async def _verified(self, database: Database, sent: str) -> ApiKey | None:
        claim = api_keys.parse(sent)
        assert claim is not None
        async with database.transaction(scope(claim.tenant)) as tx:
            return await api_keys.verify(tx, claim)

    async def test_opens_its_scope_in_its_tenant_and_has_no_role(
        self, identity: Identity, issued: Issued
    ) -> None:
        principal = await identity.principal(issued.text)

        assert principal == Principal(
            subject=f"key:{issued.id}",
            person=None,
            name="Shop",
            roles=frozenset(),
            tenants=frozenset({A}),
            scopes=frozenset(SCOPES),
        )

    async def test_the_secret_is_nowhere_in_the_database(
        self, database: Database, issued: Issued
    ) -> None:
        secret = issued.text.rsplit("_", 1)[1]
        async with database.transaction(scope(A)) as tx:
            row = await tx.one(text("SELECT k::text AS told, digest FROM api_keys k"))

        assert secret not in row["told"]
        assert bytes.fromhex(secret) not in row["digest"]

    async def test_a_wrong_secret_or_another_tenant_proves_nothing(
        self, database: Database, issued: Issued
    ) -> None:
        wrong = issued.text[:-1] + ("0" if issued.text[-1] != "0" else "1")
        moved = issued.text.replace(A.hex, B.hex)
        absent = issued.text.replace(issued.id.hex, B.hex)

        assert await self._verified(database, issued.text) is not None
        for sent in (wrong, moved, absent):
            assert await self._verified(database, sent) is None

    async def test_an_end_is_an_end(self, database: Database, clock: FrozenClock) -> None:
        async with database.transaction(scope(A)) as tx:
            issued = await api_keys.issue(
                tx, tenant=A, name="Shop", scopes=SCOPES, expires_at=NOW + timedelta(hours=1)
            )

        assert await self._verified(database, issued.text) is not None
        clock.advance(timedelta(hours=1))
        assert await self._verified(database, issued.text) is None

    async def test_rotation_gives_a_new_key_and_a_day_to_change_over(
        self, database: Database, issued: Issued, clock: FrozenClock
    ) -> None:
        async with database.transaction(scope(A)) as tx:
            fresh = await api_keys.rotate(tx, tenant=A, id=issued.id)

        assert fresh is not None
        assert await self._verified(database, issued.text) is not None
        clock.advance(timedelta(hours=24))
        assert await self._verified(database, issued.text) is None
        verified = await self._verified(database, fresh.text)
        assert verified is not None
        assert (verified.name, verified.scopes) == ("Shop", frozenset(SCOPES))

    async def test_a_revoked_key_is_over_within_two_seconds(
        self, database: Database, identity: Identity, issued: Issued, clock: FrozenClock
    ) -> None:
        await identity.principal(issued.text)
        async with database.transaction(scope(A)) as tx:
            assert await api_keys.revoke(tx, tenant=A, id=issued.id)
            assert not await api_keys.revoke(tx, tenant=A, id=B)
        clock.advance(timedelta(seconds=2))

        with pytest.raises(Problem, match="401"):
            await identity.principal(issued.text)
        async with database.transaction(scope(A)) as tx:
            assert await api_keys.rotate(tx, tenant=A, id=issued.id) is None

    async def test_another_tenant_neither_sees_nor_ends_it(
        self, database: Database, issued: Issued
    ) -> None:
        async with database.transaction(scope(B)) as tx:
            assert await api_keys.keys_of(tx, A) == []
            assert not await api_keys.revoke(tx, tenant=A, id=issued.id)

        assert await self._verified(database, issued.text) is not None

    async def test_tells_when_it_was_last_used(self, database: Database, issued: Issued) -> None:
        await self._verified(database, issued.text)

        async with database.transaction(scope(A)) as tx:
            (known,) = await api_keys.keys_of(tx, A)
        assert known.last_used_at == NOW

    @pytest.mark.parametrize("scopes", [(), ("everything",), ("contacts:write", "Admin:*")])
    async def test_takes_well_formed_scopes_only(
        self, database: Database, scopes: tuple[str, ...]
    ) -> None:
        async with database.transaction(scope(A)) as tx:
            with pytest.raises(ValueError, match="scope"):
                await api_keys.issue(tx, tenant=A, name="Shop", scopes=scopes)
