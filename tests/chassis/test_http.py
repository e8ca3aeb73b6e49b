"""The web side: what comes in is doubted, what goes out is plain, and each request is told of."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
import structlog
from fastapi import APIRouter, Depends, FastAPI, Request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from pydantic import BaseModel, Field

from chassis import http, idempotency, problems
from chassis.auth import Principal, signed_in
from chassis.clock import FrozenClock
from chassis.http.app import LooseBodyError
from chassis.idempotency import Answer, RequestKey
from chassis.kit import Kit
from chassis.pagination import PageParams, page_params
from chassis.settings import BaseServiceSettings
from chassis.tenancy import scope
from chassis.testing import web
from chassis.testing.databases import ServiceDatabase
from chassis.values import TenantId
from contracts.vocabulary import Role

pytestmark = pytest.mark.anyio

A = UUID("a0000000-0000-7000-8000-00000000000a")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADDRESS = "ines.marquez@brightline.example"

router = APIRouter(prefix="/v1")
inner = APIRouter()
Caller = Annotated[Principal, Depends(signed_in)]


class Line(http.Command):
    amount: int = Field(ge=1, le=10)


class Reply(http.Command):
    text: str = Field(min_length=1, max_length=50)
    language: str | None = None
    at: datetime | None = None
    lines: tuple[Line, ...] = ()


@router.post("/tickets/{ticket}/replies", status_code=201)
async def post_reply(ticket: UUID, reply: Reply) -> dict[str, str]:
    return {"text": reply.text}


@router.post("/uploads", max_body_size=3_000)
@inner.post("/inner-uploads", name="post_inner_upload", max_body_size=3_000)
async def post_upload(request: Request) -> dict[str, int]:
    return {"bytes": len(await request.body())}


@router.get("/things")
async def get_things(
    params: Annotated[PageParams, Depends(page_params)], q: str = ""
) -> dict[str, str]:
    return {"after": str(params.after(int)), "q": q}


@router.get("/broken")
async def get_broken() -> None:
    raise RuntimeError(f"duplicate key value ({ADDRESS})")


@router.get("/unplugged")
async def get_unplugged() -> None:
    raise ConnectionRefusedError("10.1.2.3")


@router.get("/echo")
async def get_echo(request: Request) -> dict[str, str]:
    return dict(request.headers)


@router.post("/orders/{order}")
async def post_order(
    order: UUID,
    reply: Reply,
    principal: Caller,
    key: Annotated[RequestKey, Depends(http.require_key)],
    kit: Annotated[Kit[Any], Depends(http.kit)],
) -> Any:
    async def work() -> Answer:
        return Answer(201, {"id": str(kit.clock.new_id())})

    async with kit.database.transaction(scope(A)) as tx:
        return http.answered(await idempotency.once(tx, key, A, work))


@router.post("/public/{token}")
async def post_public(
    token: str, reply: Reply, key: Annotated[RequestKey | None, Depends(http.public_key)]
) -> dict[str, str | None]:
    return {"caller": key.caller if key else None}


class ProbeSettings(BaseServiceSettings):
    service = "probe"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


class Knows:
    """An `Auth` that knows the names of two people."""

    async def principal(self, token: str | None) -> Principal:
        if token not in ("ines", "lea"):
            raise problems.unauthenticated()
        return Principal(
            subject=token,
            person=UUID(int=len(token)),
            name=token,
            roles=frozenset({Role.AGENT}),
            tenants=frozenset({TenantId(A)}),
        )


@asynccontextmanager
async def kit_on(
    place: ServiceDatabase, exporter: SpanExporter | None = None
) -> AsyncIterator[Kit[Any]]:
    told = web.settings_for(place, ProbeSettings)
    async with web.kit_for(place, told, clock=FrozenClock(NOW), exporter=exporter) as found:
        yield replace(found, auth=Knows())


@pytest.fixture
async def kit(spans: InMemorySpanExporter) -> AsyncIterator[Kit[Any]]:
    nowhere = ServiceDatabase("probe", "probe", "postgresql://127.0.0.1:9")
    async with kit_on(nowhere, spans) as found:
        yield found


@pytest.fixture
def app(kit: Kit[Any]) -> FastAPI:
    outer = APIRouter(prefix="/v1/tenants/{tenant}")
    outer.include_router(inner)
    return http.create_api(kit, [router, outer], keep_headers=frozenset({"X-Telegram-Token"}))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with web.client(app, "ines") as made:
        yield made


def kind(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"].rsplit("/", 1)[1])


REPLIES = f"/v1/tickets/{A}/replies"


async def test_takes_a_good_body(client: httpx.AsyncClient) -> None:
    answer = await client.post(REPLIES, json={"text": "مرحبا", "lines": [{"amount": 3}]})

    assert (answer.status_code, answer.json()) == (201, {"text": "مرحبا"})


async def test_says_in_plain_words_where_a_body_is_wrong(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        REPLIES,
        json={"text": "", "at": "soon", "lines": [{"amount": 11, "vat": 1}], "owner": ADDRESS},
    )

    assert (answer.status_code, kind(answer)) == (422, "invalid")
    assert {(each["field"], each["problem"]) for each in answer.json()["errors"]} == {
        ("text", "must not be empty"),
        ("at", "must be a date and time"),
        ("lines.0.amount", "must be at most 10"),
        ("lines.0.vat", "is not known here"),
        ("owner", "is not known here"),
    }
    assert ADDRESS not in answer.text


async def test_says_it_in_the_readers_language(client: httpx.AsyncClient) -> None:
    answer = await client.post(REPLIES, json={}, headers={"accept-language": "ar-SA,ar;q=0.9"})

    assert answer.headers["content-language"] == "ar"
    assert answer.json()["title"] == "غير صالح"
    assert answer.json()["errors"] == [{"field": "text", "problem": "مطلوب"}]


@pytest.mark.parametrize(
    "body",
    [
        b'{"text": "a\\u0000b"}',
        b'{"text": "a\\ud800b"}',
        b'{"\\u0000": 1, "text": "a"}',
        b'{"text": "a", "lines": ' + b"[" * 100 + b"]" * 100 + b"}",
    ],
)
async def test_refuses_texts_that_cannot_be_stored(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post(REPLIES, content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, kind(answer)) == (422, "invalid")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "slug"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b"\xff\xfe", "application/json", 400, "malformed"),
        (b"[" * 100_000, "application/json", 400, "malformed"),
        (b'{"text": "a"}', "text/plain", 415, "not-json"),
        (b"text=a", "application/x-www-form-urlencoded", 415, "not-json"),
        (b"", "application/json", 422, "invalid"),
        (b"[]", "application/json", 422, "invalid"),
        (b"NaN", "application/json", 422, "invalid"),
    ],
)
async def test_refuses_what_is_not_the_json_it_wants(
    client: httpx.AsyncClient, body: bytes, content_type: str, status: int, slug: str
) -> None:
    answer = await client.post(REPLIES, content=body, headers={"content-type": content_type})

    assert (answer.status_code, kind(answer)) == (status, slug)


async def _chunks(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // 1000):
        yield b"x" * 1000


@pytest.mark.parametrize("told", [True, False])
async def test_refuses_a_body_over_the_limit(client: httpx.AsyncClient, told: bool) -> None:
    content = b"x" * 1_001_000 if told else _chunks(1_001_000)
    answer = await client.post(
        REPLIES, content=content, headers={"content-type": "application/json"}
    )

    assert (answer.status_code, kind(answer)) == (413, "too-large")
    assert answer.json()["limit"] == 1_000_000


@pytest.mark.parametrize("path", ["/v1/uploads", f"/v1/tenants/{A}/inner-uploads"])
async def test_a_route_may_have_a_limit_of_its_own(client: httpx.AsyncClient, path: str) -> None:
    fits = await client.post(path, content=b"x" * 3000)
    too_much = await client.post(path, content=_chunks(4000))

    assert fits.json() == {"bytes": 3000}
    assert (too_much.status_code, too_much.json()["limit"]) == (413, 3000)


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/v1/things/", 404, "not-found"),
        ("DELETE", "/v1/things", 405, "method-not-allowed"),
        ("GET", "/v1/things?limit=0", 422, "invalid"),
        ("GET", "/v1/things?cursor=x", 400, "bad-cursor"),
        ("GET", "/v1/things?q=%00", 400, "malformed"),
        ("GET", "/v1/th%00ings", 400, "malformed"),
        ("GET", "/v1/unplugged", 503, "unavailable"),
    ],
)
async def test_every_error_is_a_problem(
    client: httpx.AsyncClient, method: str, path: str, status: int, slug: str
) -> None:
    answer = await client.request(method, path)

    assert (answer.status_code, kind(answer)) == (status, slug)


async def test_a_method_that_is_not_allowed_names_those_that_are(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.delete("/v1/things")).headers["allow"] == "GET"


async def test_an_error_of_ours_tells_the_trace_and_nothing_else(
    client: httpx.AsyncClient,
) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = await client.get("/v1/broken")

    trace = answer.headers["x-request-id"]
    assert (answer.status_code, kind(answer)) == (500, "internal")
    assert answer.json()["instance"] == f"urn:trace:{trace}"
    assert ADDRESS not in answer.text + str(answer.headers) + str(lines)
    failed = next(line for line in lines if line["event"] == "request failed")
    assert failed["error"] == "RuntimeError"
    assert "get_broken" in str(failed["where"])


async def test_security_headers_stand_on_every_answer(client: httpx.AsyncClient) -> None:
    for path in ("/v1/things", "/v1/nothing", "/v1/broken", "/livez"):
        headers = (await client.get(path)).headers

        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["strict-transport-security"]
        assert len(headers["x-request-id"]) == 32


async def test_claims_of_a_proxy_do_not_reach_a_route(client: httpx.AsyncClient) -> None:
    sent = {
        "X-Forwarded-For": "127.0.0.1",
        "X_Real_Ip": "127.0.0.1",
        "Forwarded": "for=127.0.0.1",
        "X-Tenant": str(A),
        "Tenant-Id": str(A),
        "Remote-User": "admin",
        "CF-Connecting-IP": "127.0.0.1",
        "X-Telegram-Token": "kept",
        "Accept-Language": "en",
    }
    seen = (await client.get("/v1/echo", headers=sent)).json()

    assert {name.lower() for name in sent} & seen.keys() == {"x-telegram-token", "accept-language"}


async def test_a_request_is_told_by_its_route_never_by_its_address(
    client: httpx.AsyncClient, kit: Kit[Any], spans: InMemorySpanExporter
) -> None:
    with structlog.testing.capture_logs() as lines:
        await client.post(f"/v1/tenants/{A}/inner-uploads?from={ADDRESS}", content=ADDRESS)

    (line,) = lines
    told = str(lines) + kit.telemetry.scrape().decode() + spans.get_finished_spans()[0].to_json()
    template = "/v1/tenants/{tenant}/inner-uploads"
    assert (line["route"], line["method"], line["status"]) == (template, "POST", 200)
    assert f'route="{template}",status="2xx"' in told
    assert "brightline" not in told


async def test_a_refusal_is_logged_with_its_reason_and_who_asked(app: FastAPI) -> None:
    async with web.client(app) as nobody:
        with structlog.testing.capture_logs() as lines:
            await nobody.post(f"/v1/orders/{A}", json={"text": "a"})

    assert (lines[0]["status"], lines[0]["reason"], lines[0]["log_level"]) == (
        401,
        "not-signed-in",
        "warning",
    )


async def test_methods_and_addresses_nobody_knows_make_one_label(
    client: httpx.AsyncClient, kit: Kit[Any]
) -> None:
    for n in range(20):
        await client.request(f"BREW{n}", f"/{n}")

    found = kit.telemetry.scrape().decode()
    assert 'probe_requests_total{method="OTHER",route="unmatched",status="4xx"} 20.0' in found
    assert "BREW" not in found


async def test_a_request_goes_on_in_the_callers_trace(
    client: httpx.AsyncClient, spans: InMemorySpanExporter
) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await client.get(
        "/v1/things", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    )

    (span,) = spans.get_finished_spans()
    assert answer.headers["x-request-id"] == trace
    assert (span.name, span.kind) == ("GET /v1/things", SpanKind.SERVER)
    assert format(span.context.trace_id, "032x") == trace


@pytest.mark.postgres
class TestIdempotencyKeys:
    @pytest.fixture
    async def client(
        self, foundation_database: ServiceDatabase
    ) -> AsyncIterator[httpx.AsyncClient]:
        async with (
            kit_on(foundation_database) as kit,
            web.client(http.create_api(kit, [router]), "ines") as made,
        ):
            yield made

    async def test_a_repetition_gets_the_first_answer_and_says_so(
        self, client: httpx.AsyncClient
    ) -> None:
        headers = {"idempotency-key": "k-1"}
        first = await client.post(f"/v1/orders/{A}", json={"text": "a"}, headers=headers)
        second = await client.post(f"/v1/orders/{A}", json={"text": "a"}, headers=headers)

        assert (first.status_code, second.json()) == (201, first.json())
        assert "idempotency-replayed" not in first.headers
        assert second.headers["idempotency-replayed"] == "true"

    async def test_the_key_with_another_body_or_object_is_an_error(
        self, client: httpx.AsyncClient
    ) -> None:
        headers = {"idempotency-key": "k-1"}
        await client.post(f"/v1/orders/{A}", json={"text": "a"}, headers=headers)
        other_body = await client.post(f"/v1/orders/{A}", json={"text": "b"}, headers=headers)
        other_order = await client.post(
            f"/v1/orders/{UUID(int=5)}", json={"text": "a"}, headers=headers
        )

        for answer in (other_body, other_order):
            assert (answer.status_code, kind(answer)) == (422, "idempotency-key-reused")

    async def test_one_persons_key_is_not_anothers(self, client: httpx.AsyncClient) -> None:
        headers = {"idempotency-key": "k-1"}
        ines = await client.post(f"/v1/orders/{A}", json={"text": "a"}, headers=headers)
        headers["authorization"] = "Bearer lea"
        lea = await client.post(f"/v1/orders/{A}", json={"text": "a"}, headers=headers)

        assert (ines.status_code, lea.status_code) == (201, 201)
        assert ines.json() != lea.json()

    async def test_a_command_that_needs_a_key_asks_for_it(self, client: httpx.AsyncClient) -> None:
        answer = await client.post(f"/v1/orders/{A}", json={"text": "a"})

        assert (answer.status_code, kind(answer)) == (400, "idempotency-key-required")

    @pytest.mark.parametrize("key", ["", "a b", "x" * 201])
    async def test_a_key_has_a_form(self, client: httpx.AsyncClient, key: str) -> None:
        answer = await client.post(
            f"/v1/orders/{A}", json={"text": "a"}, headers={"idempotency-key": key}
        )

        assert (answer.status_code, kind(answer)) == (400, "malformed")

    async def test_where_nobody_signs_in_the_address_is_the_caller(
        self, client: httpx.AsyncClient
    ) -> None:
        callers = [
            (
                await client.post(
                    f"/v1/public/{token}", json={"text": "a"}, headers={"idempotency-key": "k"}
                )
            ).json()["caller"]
            for token in ("one", "one", "two")
        ]

        assert callers[0] == callers[1] != callers[2]
        assert "one" not in callers[0]


class TestHealth:
    async def test_lives_without_any_check(self, client: httpx.AsyncClient) -> None:
        assert (await client.get("/livez")).json() == {"live": True}

    async def test_is_ready_when_every_check_is_well_and_names_what_is_wrong(
        self, client: httpx.AsyncClient, kit: Kit[Any]
    ) -> None:
        async def well() -> str | None:
            return None

        async def halted() -> str | None:
            return "sla.clocks: 101 aggregates parked"

        async def failing() -> str | None:
            raise ConnectionRefusedError("postgresql://sla:secret@10.1.2.3")

        kit.readiness.add("database", well)
        ready = await client.get("/readyz")
        kit.readiness.add("lanes", halted)
        kit.readiness.add("relay", failing)
        unready = await client.get("/readyz")

        assert (ready.status_code, ready.json()) == (
            200,
            {"ready": True, "checks": {"database": "ok"}},
        )
        assert unready.status_code == 503
        assert unready.json()["checks"] == {
            "database": "ok",
            "lanes": "sla.clocks: 101 aggregates parked",
            "relay": "ConnectionRefusedError",
        }

    async def test_is_never_ready_again_once_it_stops(
        self, client: httpx.AsyncClient, kit: Kit[Any]
    ) -> None:
        kit.readiness.stop()

        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/livez")).status_code == 200

    async def test_shows_its_figures(self, client: httpx.AsyncClient) -> None:
        await client.get("/v1/things")

        assert "probe_request_seconds_bucket" in (await client.get("/metrics")).text


class TestDocuments:
    async def test_openapi_describes_routes_problems_and_the_bearer_token(
        self, client: httpx.AsyncClient
    ) -> None:
        found = (await client.get("/openapi.json")).json()

        order = found["paths"]["/v1/orders/{order}"]["post"]
        assert found["info"]["title"] == "Meridian probe"
        assert order["operationId"] == "post_order"
        assert order["security"] == [{"HTTPBearer": []}]
        assert "application/problem+json" in order["responses"]["default"]["content"]
        assert "422" not in order["responses"]
        assert "/livez" not in found["paths"]

    async def test_docs_are_one_page_that_loads_nothing(self, client: httpx.AsyncClient) -> None:
        page = await client.get("/docs")

        assert "/v1/orders/{order}" in page.text
        assert "://" not in page.text
        assert "<script" not in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_refuses_to_serve_a_body_that_takes_unknown_fields(kit: Kit[Any]) -> None:
    class Loose(BaseModel):
        text: str

    class Outer(http.Command):
        inner: tuple[Loose, ...] = ()

    for model in (Loose, Outer):
        loose = APIRouter()

        @loose.post("/loose")
        async def post_loose(body: model) -> None: ...  # type: ignore[valid-type]

        with pytest.raises(LooseBodyError, match="Loose"):
            http.create_api(kit, [loose])


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=json_values | st.fixed_dictionaries({"text": json_values, "at": json_values}))
async def test_no_body_makes_an_error_of_ours(client: httpx.AsyncClient, body: Any) -> None:
    answer = await client.post(
        REPLIES, content=json.dumps(body), headers={"content-type": "application/json"}
    )

    assert answer.status_code in (201, 422, 400)
