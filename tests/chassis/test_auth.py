"""Who may do what, through a real application and a real directory."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI

from chassis import api_keys, http, problems
from chassis.auth import Principal, allow, service_token, signed_in
from chassis.clock import FrozenClock, SystemClock
from chassis.kit import Kit
from chassis.settings import BaseServiceSettings
from chassis.tenancy import scope
from chassis.testing import people, web
from chassis.testing.databases import ServiceDatabase
from chassis.testing.people import Provider
from chassis.values import FIRM
from contracts.vocabulary import Role

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

A = UUID("a0000000-0000-7000-8000-00000000000a")
B = UUID("b0000000-0000-7000-8000-00000000000b")
ABSENT = UUID("c0000000-0000-7000-8000-00000000000c")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

router = APIRouter(prefix="/v1")


@router.get("/me")
async def get_me(principal: Annotated[Principal, Depends(signed_in)]) -> dict[str, Any]:
    return {
        "name": principal.name,
        "roles": sorted(principal.roles),
        "tenants": sorted(str(tenant) for tenant in principal.scope().tenants),
        "everywhere": principal.everywhere,
    }


@router.get("/tenants/{tenant}/things/{thing}")
async def get_thing(
    tenant: UUID, thing: UUID, principal: Annotated[Principal, Depends(signed_in)]
) -> dict[str, str]:
    principal.require_tenant(tenant)
    if thing == ABSENT:
        raise problems.not_found()
    return {"thing": str(thing)}


@router.post("/roster")
async def publish_roster(principal: Annotated[Principal, Depends(allow(Role.LEAD))]) -> None: ...


@router.post("/contacts")
async def post_contact(
    principal: Annotated[Principal, Depends(allow(Role.SERVICE, scopes=("contacts:write",)))],
) -> dict[str, Any]:
    return {"tenants": [str(tenant) for tenant in principal.scope().tenants]}


class ProbeSettings(BaseServiceSettings):
    service = "probe"


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def provider(clock: FrozenClock) -> Provider:
    return Provider(clock, kind="EC")


@pytest.fixture
async def kit(
    foundation_database: ServiceDatabase, clock: FrozenClock, provider: Provider
) -> AsyncIterator[Kit[Any]]:
    settings = web.settings_for(foundation_database, ProbeSettings)
    async with web.kit_for(foundation_database, settings, clock=clock, provider=provider) as found:
        await people.add_tenant(found.database, A)
        await people.add_tenant(found.database, B)
        yield found


@pytest.fixture
def app(kit: Kit[Any]) -> FastAPI:
    return http.create_api(kit, [router])


async def ask(app: FastAPI, token: str | None, method: str, path: str) -> httpx.Response:
    async with web.client(app, token) as client:
        return await client.request(method, path)


async def test_asks_for_a_token(app: FastAPI) -> None:
    answer = await ask(app, None, "GET", "/v1/me")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"].endswith("/not-signed-in")


@pytest.mark.parametrize("token", ["x", "a.b.c", "mk_x", f"mk_{A.hex}_{A.hex}_{'0' * 64}"])
async def test_refuses_what_proves_nothing(app: FastAPI, token: str) -> None:
    assert (await ask(app, token, "GET", "/v1/me")).status_code == 401


async def test_a_person_nobody_knows_has_no_rights(app: FastAPI, provider: Provider) -> None:
    answer = await ask(app, provider.token("stranger@else.example"), "GET", "/v1/me")

    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/no-rights")


async def test_an_agent_has_the_roles_and_tenants_of_the_directory(
    app: FastAPI, kit: Kit[Any], provider: Provider
) -> None:
    await people.add_staff(kit.database, "ines@firm.example", Role.AGENT, tenants=(A,))

    answer = await ask(app, provider.token("ines@firm.example", roles=["admin"]), "GET", "/v1/me")

    assert answer.json() == {
        "name": "Ines",
        "roles": ["agent"],
        "tenants": [str(A)],
        "everywhere": False,
    }


async def test_a_manager_sees_all_tenants_and_the_firm(
    app: FastAPI, kit: Kit[Any], provider: Provider
) -> None:
    await people.add_staff(kit.database, "noor@firm.example", Role.MANAGER)

    answer = await ask(app, provider.token("noor@firm.example"), "GET", "/v1/me")

    assert answer.json()["tenants"] == sorted(map(str, (FIRM, A, B)))
    assert answer.json()["everywhere"] is True


async def test_a_client_can_give_itself_no_role_of_the_firm(
    app: FastAPI, kit: Kit[Any], provider: Provider
) -> None:
    await people.add_client_user(kit.database, A, "eve@a.example", Role.ADMIN, Role.CLIENT_VIEWER)

    answer = await ask(app, provider.token("eve@a.example"), "GET", "/v1/me")

    assert answer.json()["roles"] == ["client_viewer"]
    assert answer.json()["tenants"] == [str(A)]


async def test_revoked_rights_bite_within_five_seconds(
    app: FastAPI, kit: Kit[Any], provider: Provider, clock: FrozenClock
) -> None:
    token = provider.token("ines@firm.example")
    await people.add_staff(kit.database, "ines@firm.example", Role.AGENT, tenants=(A, B))
    assert (await ask(app, token, "GET", "/v1/me")).status_code == 200

    await people.add_staff(kit.database, "ines@firm.example")
    clock.advance(timedelta(seconds=2))

    assert (await ask(app, token, "GET", "/v1/me")).status_code == 403


async def test_a_tenant_taken_away_is_gone_as_if_it_had_never_been(
    app: FastAPI, kit: Kit[Any], provider: Provider, clock: FrozenClock
) -> None:
    token = provider.token("ines@firm.example")
    await people.add_staff(kit.database, "ines@firm.example", Role.AGENT, tenants=(A, B))
    assert (await ask(app, token, "GET", f"/v1/tenants/{B}/things/{B}")).status_code == 200

    await people.add_staff(kit.database, "ines@firm.example", Role.AGENT, tenants=(A,))
    clock.advance(timedelta(seconds=2))

    assert (await ask(app, token, "GET", f"/v1/tenants/{B}/things/{B}")).status_code == 404
    assert (await ask(app, token, "GET", f"/v1/tenants/{A}/things/{A}")).status_code == 200


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_foreign_answers_as_absent_byte_for_byte(
    app: FastAPI, kit: Kit[Any], provider: Provider, language: str
) -> None:
    await people.add_staff(kit.database, "ines@firm.example", Role.AGENT, tenants=(A,))
    token = provider.token("ines@firm.example")
    answers = []
    async with web.client(app, token) as client:
        for tenant, thing in ((A, ABSENT), (B, B), (ABSENT, B)):
            path = f"/v1/tenants/{tenant}/things/{thing}"
            answers.append(await client.get(path, headers={"accept-language": language}))

    shown = {
        (
            answer.status_code,
            answer.content,
            tuple(sorted(each for each in answer.headers.items() if each[0] != "x-request-id")),
        )
        for answer in answers
    }
    assert len(shown) == 1
    assert answers[0].status_code == 404


async def test_a_role_opens_only_what_it_is_for(
    app: FastAPI, kit: Kit[Any], provider: Provider
) -> None:
    await people.add_staff(kit.database, "ines@firm.example", Role.AGENT, tenants=(A,))
    await people.add_staff(kit.database, "lea@firm.example", Role.LEAD, tenants=(A,))

    agent = await ask(app, provider.token("ines@firm.example"), "POST", "/v1/roster")
    lead = await ask(app, provider.token("lea@firm.example"), "POST", "/v1/roster")

    assert agent.status_code == 403
    assert lead.status_code == 200


async def test_an_api_key_opens_what_names_its_scope_and_nothing_else(
    app: FastAPI, kit: Kit[Any]
) -> None:
    async with kit.database.transaction(scope(A)) as tx:
        right = await api_keys.issue(tx, tenant=A, name="Shop", scopes=("contacts:write",))
        other = await api_keys.issue(tx, tenant=A, name="Shop", scopes=("contacts:read",))

    opened = await ask(app, right.text, "POST", "/v1/contacts")

    assert opened.json() == {"tenants": [str(A)]}
    assert (await ask(app, other.text, "POST", "/v1/contacts")).status_code == 403
    assert (await ask(app, right.text, "GET", "/v1/me")).status_code == 403
    assert (await ask(app, right.text, "POST", "/v1/roster")).status_code == 403


async def test_a_service_is_everywhere_until_its_token_ends(
    app: FastAPI, clock: FrozenClock
) -> None:
    token = service_token(web.SECRET, "console", now=clock.now(), ttl=timedelta(minutes=1))
    foreign = service_token("x" * 40, "console", now=clock.now(), ttl=timedelta(minutes=1))

    assert (await ask(app, token, "GET", "/v1/me")).json()["roles"] == ["service"]
    assert (await ask(app, foreign, "GET", "/v1/me")).status_code == 401
    clock.advance(timedelta(seconds=91))
    assert (await ask(app, token, "GET", "/v1/me")).status_code == 401


async def test_a_proven_token_still_ends(
    app: FastAPI, kit: Kit[Any], provider: Provider, clock: FrozenClock
) -> None:
    await people.add_staff(kit.database, "ines@firm.example", Role.AGENT, tenants=(A,))
    ends = int(NOW.timestamp()) + 1
    token = provider.token("ines@firm.example", exp=ends)

    assert (await ask(app, token, "GET", "/v1/me")).status_code == 200
    clock.advance(timedelta(seconds=31))
    assert (await ask(app, token, "GET", "/v1/me")).status_code == 401


async def test_a_silent_provider_lets_nobody_in_and_says_why(
    app: FastAPI, provider: Provider
) -> None:
    provider.silent = True
    try:
        answer = await ask(app, provider.token("ines@firm.example"), "GET", "/v1/me")
    finally:
        provider.silent = False

    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_headers_that_claim_an_identity_are_worth_nothing(
    app: FastAPI, kit: Kit[Any], provider: Provider
) -> None:
    await people.add_staff(kit.database, "ines@firm.example", Role.AGENT, tenants=(A,))
    claims = {
        "x-forwarded-user": "noor@firm.example",
        "x-tenant-id": str(B),
        "remote-user": "noor@firm.example",
        "x_forwarded_for": "127.0.0.1",
    }

    async with web.client(app) as client:
        nobody = await client.get("/v1/me", headers=claims)
    async with web.client(app, provider.token("ines@firm.example")) as client:
        ines = await client.get("/v1/me", headers=claims)

    assert nobody.status_code == 401
    assert ines.json()["tenants"] == [str(A)]


@pytest.fixture
def real_provider() -> Iterator[str]:
    import oidc_provider_mock

    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://127.0.0.1:{server.server_port}"


# The provider's own use of its libraries, not ours.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_takes_the_id_token_of_a_real_provider(
    foundation_database: ServiceDatabase, real_provider: str
) -> None:
    from chassis.identity import Identity
    from chassis.issuer import Issuer, fetch_json
    from meridian.stack.identity.sign_in import id_token

    database = foundation_database.runtime(SystemClock())
    issuer = Issuer(real_provider, clock=database.clock, fetch=fetch_json)
    identity = Identity(
        database=database, issuer=issuer, audience="meridian", service_secret=web.SECRET
    )
    await people.add_staff(database, "ines@firm.example", Role.AGENT, tenants=(A,))
    token = await id_token(real_provider, "ines@firm.example", "any-secret-will-do")
    other = Identity(
        database=database, issuer=issuer, audience="another-client", service_secret=web.SECRET
    )
    try:
        principal = await identity.principal(token)
        with pytest.raises(problems.Problem, match="401"):
            await other.principal(token)
    finally:
        await database.close()

    assert principal.subject == "ines@firm.example"
    assert principal.tenants == {A}
