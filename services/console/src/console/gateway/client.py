"""One HTTP client per service; answers as JSON, refusals as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from opentelemetry import propagate

Json = dict[str, Any]


@dataclass(slots=True)
class RefusedError(Exception):
    """A service said no: its problem details."""

    service: str
    status: int
    slug: str = ""
    title: str = ""
    detail: str = ""
    next_step: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.service} {self.status} {self.slug}"


class UnavailableError(Exception):
    """A service does not answer, or is not well."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf: the token and the language of what comes back. Empty for public routes."""

    token: str = ""
    locale: str = "en"


class ServiceClient:
    def __init__(self, name: str, url: str, timeout_s: float = 5.0) -> None:
        self.name = name
        self._http = httpx.AsyncClient(
            base_url=url,
            timeout=timeout_s,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16),
        )

    async def get(self, path: str, caller: Caller, **query: Any) -> Json:
        wanted = {key: value for key, value in query.items() if value not in (None, "")}
        return await self._ask("GET", path, caller, params=wanted)

    async def send(
        self,
        method: str,
        path: str,
        caller: Caller,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """A command. Pass `Idempotency-Key` in `headers`: a repeated press counts once."""
        return await self._ask(method, path, caller, json=dict(body or {}), more=headers)

    async def fetch(self, path: str, caller: Caller) -> httpx.Response:
        """The raw answer, for files."""
        answer = await self._send("GET", path, _headers(caller, None))
        self._check(answer)
        return answer

    async def close(self) -> None:
        await self._http.aclose()

    async def _ask(
        self,
        method: str,
        path: str,
        caller: Caller,
        *,
        more: Mapping[str, str] | None = None,
        **rest: Any,
    ) -> Json:
        answer = await self._send(method, path, _headers(caller, more), **rest)
        self._check(answer)
        found: Json = answer.json() if answer.content else {}
        return found

    async def _send(
        self, method: str, path: str, headers: Mapping[str, str], **rest: Any
    ) -> httpx.Response:
        try:
            return await self._http.request(method, path, headers=dict(headers), **rest)
        except httpx.HTTPError as error:
            raise UnavailableError(self.name, type(error).__name__) from error

    def _check(self, answer: httpx.Response) -> None:
        if answer.status_code < 400:
            return
        if answer.status_code >= 500:
            raise UnavailableError(self.name, str(answer.status_code))
        raise _refused(self.name, answer)


def _headers(caller: Caller, more: Mapping[str, str] | None) -> dict[str, str]:
    headers = {"Accept-Language": caller.locale, **(more or {})}
    if caller.token:
        headers["Authorization"] = f"Bearer {caller.token}"
    propagate.inject(headers)
    return headers


def _refused(service: str, answer: httpx.Response) -> RefusedError:
    try:
        told = answer.json()
    except ValueError:
        told = {}
    known = {"type", "title", "status", "detail", "next_step", "instance"}
    return RefusedError(
        service=service,
        status=answer.status_code,
        slug=str(told.get("type", "")).rsplit("/", 1)[-1],
        title=str(told.get("title", "")),
        detail=str(told.get("detail", "")),
        next_step=str(told.get("next_step", "")),
        more={key: value for key, value in told.items() if key not in known},
    )


@dataclass(frozen=True, slots=True)
class Gateway:
    intake: ServiceClient
    routing: ServiceClient
    sla: ServiceClient
    feedback: ServiceClient
    billing_policy: ServiceClient

    async def close(self) -> None:
        clients = (self.intake, self.routing, self.sla, self.feedback, self.billing_policy)
        for client in clients:
            await client.close()
