"""The outermost layer: trusts no header, counts and logs each request, lets no error out bare."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from opentelemetry import propagate
from opentelemetry.trace import SpanKind, StatusCode
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import problems
from chassis.failures import infrastructure
from chassis.http.answers import accepted_bytes, answer
from chassis.http.routes import template
from chassis.kit import Kit
from chassis.logs import error_fields
from chassis.problems import MEDIA_TYPE, Problem
from chassis.telemetry import trace_id

UNTOLD = frozenset({"/livez", "/readyz", "/metrics"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# What a proxy or a caller may claim about who or where somebody is. We look at the token only.
_CLAIMS = re.compile(
    rb"x-.*|forwarded|via|remote-.*|client-ip|true-client-ip|cf-.*|fastly-.*|proxy-.*|tenant.*"
)

API_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


@dataclass(slots=True)
class _Exchange:
    """One request on its way: what has been seen of its answer."""

    scope: Scope
    send: Send
    started_at: float = field(default_factory=time.perf_counter)
    status: int = 0
    bytes_out: int = 0
    limit_passed: int | None = None

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started_at


class Edge:
    """Middleware of every application. `headers` are set where a route has set none itself."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        kit: Kit[Any],
        headers: Mapping[str, str] = API_HEADERS,
        keep_headers: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        self._kit = kit
        self._headers = dict(headers)
        if kit.settings.public_url.startswith("https:"):
            self._headers["strict-transport-security"] = "max-age=31536000"
        self._kept = frozenset(name.lower().encode() for name in keep_headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "headers": self._believed(scope["headers"]), "state": {}}
        exchange = _Exchange(scope, send)
        parent = propagate.extract(
            {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        )
        with self._kit.telemetry.tracer.start_as_current_span(
            "request", context=parent, kind=SpanKind.SERVER, record_exception=False
        ) as span:
            await self._serve(exchange, receive)
            route = template(scope)
            span.update_name(f"{_method(scope)} {route}")
            span.set_attribute("http.request.method", _method(scope))
            span.set_attribute("http.route", route)
            span.set_attribute("http.response.status_code", exchange.status)
            if exchange.status >= 500:
                span.set_status(StatusCode.ERROR)
            self._tell(exchange, route)

    def _believed(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        return [
            (name, value)
            for name, value in headers
            if name in self._kept or not _CLAIMS.fullmatch(name.lower().replace(b"_", b"-"))
        ]

    async def _serve(self, exchange: _Exchange, receive: Receive) -> None:
        async def send(message: Message) -> None:
            await self._send(exchange, message)

        if "\x00" in exchange.scope["path"] or b"%00" in exchange.scope["query_string"]:
            await self._refuse(exchange, problems.malformed("The address cannot be read."))
            return
        try:
            await self._app(exchange.scope, receive, send)
        except Exception as error:
            if exchange.status:
                # Too late for another answer: the server must cut the connection.
                raise
            await self._refuse(exchange, self._reported(error))
        if exchange.limit_passed is not None:
            await self._refuse(exchange, problems.too_large(exchange.limit_passed))

    def _reported(self, error: Exception) -> Problem:
        if infrastructure(error):
            self._kit.telemetry.log.warning("dependency failed", **error_fields(error))
            return problems.unavailable()
        self._kit.telemetry.log.error("request failed", **error_fields(error))
        return Problem(
            500,
            "internal",
            "Something went wrong",
            "The error is ours and has been recorded.",
            "Try again; if it stays, tell us the trace id.",
        )

    async def _refuse(self, exchange: _Exchange, problem: Problem) -> None:
        response = answer(Request(exchange.scope), problem)
        exchange.limit_passed = None

        async def send(message: Message) -> None:
            await self._send(exchange, message)

        await response(exchange.scope, _nothing, send)

    async def _send(self, exchange: _Exchange, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if message["status"] == 413 and headers.get("content-type") != MEDIA_TYPE:
                # The body limit's own plain answer: ours follows.
                exchange.limit_passed = accepted_bytes(exchange.scope)
                return
            exchange.status = message["status"]
            for name, value in self._headers.items():
                headers.setdefault(name, value)
            headers["x-request-id"] = trace_id()
        elif exchange.limit_passed is not None:
            return
        exchange.bytes_out += len(message.get("body", b""))
        await exchange.send(message)

    def _tell(self, exchange: _Exchange, route: str) -> None:
        telemetry, scope, method = self._kit.telemetry, exchange.scope, _method(exchange.scope)
        telemetry.meters.request(route, method, exchange.status, exchange.seconds)
        if route in UNTOLD:
            return
        state = scope.get("state", {})
        telemetry.log.log(
            30 if exchange.status in (401, 403) or exchange.status >= 500 else 20,
            "request",
            route=route,
            method=method,
            status=exchange.status,
            duration_ms=round(exchange.seconds * 1000, 1),
            bytes_out=exchange.bytes_out,
            **{name: state[name] for name in ("person", "reason") if name in state},
        )


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "OTHER"


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
