"""A kit on a test's own database, and a client that speaks to an application without a network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from opentelemetry.sdk.trace.export import SpanExporter
from pydantic import SecretStr

from chassis.clock import Clock
from chassis.i18n import Texts
from chassis.identity import Identity
from chassis.issuer import Issuer
from chassis.kit import Kit
from chassis.links import Links
from chassis.readiness import Readiness
from chassis.settings import BaseServiceSettings
from chassis.telemetry import Telemetry
from chassis.testing.databases import ServiceDatabase
from chassis.testing.people import AUDIENCE, Provider
from chassis.wakeups import Wakeups

SECRET = "a-secret-of-tests-that-is-long-enough"


def settings_for(
    place: ServiceDatabase, settings: type[BaseServiceSettings], **given: Any
) -> BaseServiceSettings:
    """The service's own settings, all told; `given` are the fields that matter to the test."""
    fields: dict[str, Any] = {
        "database_url": SecretStr(place.runtime_url),
        "database_loops_url": SecretStr(place.loops_url),
        "database_owner_url": SecretStr(place.owner_url),
        "kafka_bootstrap": "127.0.0.1:9",
        "kafka_scale": "single",
        "http_port": 0,
        "public_url": "https://desk.firm.example",
        "oidc_issuer": "https://id.firm.example",
        "oidc_audience": AUDIENCE,
        "service_secret": SecretStr(SECRET),
        "link_secret": SecretStr(SECRET),
    }
    return settings.load(**(fields | given))


@asynccontextmanager
async def kit_for(
    place: ServiceDatabase,
    settings: BaseServiceSettings,
    *,
    clock: Clock,
    provider: Provider | None = None,
    texts: Path | None = None,
    exporter: SpanExporter | None = None,
) -> AsyncIterator[Kit[Any]]:
    """As `runtime.make_kit` makes one, with the test's clock and provider."""
    provider = provider or Provider(clock)
    database, loops = place.runtime(clock), place.loops(clock)
    identity = Identity(
        database=database,
        issuer=Issuer(provider.url, clock=clock, fetch=provider.fetch),
        audience=AUDIENCE,
        service_secret=SECRET,
    )
    try:
        yield Kit(
            service=place.spoken,
            settings=settings,
            database=database,
            loops=loops,
            clock=clock,
            telemetry=Telemetry(place.service, exporter),
            auth=identity,
            texts=Texts(*([texts] if texts else [])),
            links=Links(SECRET, clock=clock),
            readiness=Readiness(),
            wakeups=Wakeups(place.runtime_url),
        )
    finally:
        await database.close()
        await loops.close()


def client(app: FastAPI, token: str | None = None) -> httpx.AsyncClient:
    """Use it with `async with`; `token` is sent with each request."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://probe", headers=headers)
