"""A service's life as a process: it comes up in order, works, and goes down without losing any."""

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import httpx
import pytest
import structlog
from pydantic_settings import SettingsConfigDict

from chassis import migrations
from chassis.kit import Kit, Service
from chassis.runtime import _main
from chassis.settings import BaseServiceSettings
from chassis.testing import web
from chassis.testing.broker import Corner, corner, until
from chassis.testing.databases import DatabaseFactory, ServiceDatabase
from chassis.testing.events import meta, named, raw
from chassis.values import FIRM
from contracts import catalog
from contracts.person import PersonRightsChangedV1
from contracts.vocabulary import Presence, Role
from meridian.stack.identity.sign_in import id_token

PROBE = Path(__file__).parent / "probe"
A = UUID("a0000000-0000-7000-8000-00000000000a")
INES = "ines@firm.example"


@dataclass
class Process:
    popen: "subprocess.Popen[str]"
    log: Path
    port: int

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def told(self, event: str) -> dict[str, Any] | None:
        return next((line for line in self.lines if line["event"] == event), None)

    async def ended(self) -> int:
        return await asyncio.to_thread(self.popen.wait, 30)

    async def get(self, path: str, token: str | None = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            return await client.get(path, headers=headers, timeout=10)

    async def is_ready(self) -> bool:
        assert self.popen.poll() is None, self.log.read_text()
        try:
            return (await self.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False


class Starter:
    """Starts processes of the probe, and kills what is left at the end."""

    def __init__(self, folder: Path, told: Mapping[str, str]) -> None:
        self._folder = folder
        self._told = told
        self._stack = ExitStack()
        self.diary = folder / "diary"
        self.diary.touch()

    def start(self, mode: str, **changed: str) -> Process:
        port = free_port()
        told = {**self._told, "HTTP_PORT": str(port), "DIARY": str(self.diary), **changed}
        environment = {
            **{name: value for name, value in os.environ.items() if "PROBE_" not in name},
            **{f"PROBE_{name}": value for name, value in told.items()},
            "PYTHONPATH": str(PROBE / "src"),
        }
        log = self._folder / f"{mode}-{port}.log"
        with log.open("w") as sink:
            popen = subprocess.Popen(
                [sys.executable, "-m", "probe", mode],
                stdout=sink,
                stderr=subprocess.STDOUT,
                env=environment,
                text=True,
            )
        self._stack.callback(popen.wait)
        self._stack.callback(popen.kill)
        return Process(popen, log, port)

    def wrote(self, line: str) -> bool:
        return line in self.diary.read_text().splitlines()

    def close(self) -> None:
        self._stack.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as place:
        port: int = place.getsockname()[1]
        return port


def told_of(place: ServiceDatabase, **more: str) -> dict[str, str]:
    return {
        "DATABASE_URL": place.runtime_url,
        "DATABASE_LOOPS_URL": place.loops_url,
        "DATABASE_OWNER_URL": place.owner_url,
        "KAFKA_BOOTSTRAP": "127.0.0.1:9",
        "KAFKA_SCALE": "single",
        "PUBLIC_URL": "http://127.0.0.1:1",
        "OIDC_ISSUER": "http://127.0.0.1:9",
        "SERVICE_SECRET": web.SECRET,
        "LINK_SECRET": web.SECRET,
        **more,
    }


@pytest.fixture
async def empty_database(database_factory: DatabaseFactory) -> AsyncIterator[ServiceDatabase]:
    async with database_factory.fresh("routing", lambda _url: None, kind="empty") as made:
        yield made


@pytest.fixture
def starter(tmp_path: Path, empty_database: ServiceDatabase) -> Iterator[Starter]:
    found = Starter(tmp_path, told_of(empty_database))
    yield found
    found.close()


@pytest.fixture
async def topics(kafka_bootstrap: str) -> AsyncIterator[Corner]:
    own = [topic for topic in catalog.TOPICS if topic.producer == "routing"]
    async with corner(kafka_bootstrap, [catalog.TENANT, *own]) as made:
        yield made


@pytest.fixture
def issuer() -> Iterator[str]:
    import oidc_provider_mock

    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://127.0.0.1:{server.server_port}"


async def grant(corner: Corner, version: int, *roles: Role) -> None:
    """What routing's relay would send when a person's rights change."""
    data = PersonRightsChangedV1(
        subject=INES,
        name="Ines",
        initials="IM",
        zone="Europe/Lisbon",
        roles=roles,
        tenants=(A,),
        presence=Presence.OFF,
        units=0,
        active=bool(roles),
        changed_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    event = meta("person.rights-changed.v1", named(INES), version, tenant=FIRM, source="routing")
    await corner.send(catalog.PERSON, 0, [raw(event, data)])


# The provider's own use of its libraries, not ours.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.anyio
@pytest.mark.kafka
@pytest.mark.postgres
async def test_a_whole_life(
    starter: Starter, topics: Corner, issuer: str, empty_database: ServiceDatabase
) -> None:
    assert await starter.start("migrate").ended() == 0
    process = starter.start(
        "all",
        KAFKA_BOOTSTRAP=topics.place.bootstrap,
        KAFKA_PREFIX=topics.place.prefix,
        OIDC_ISSUER=issuer,
        FAULT="passing",
    )
    await until(process.is_ready, 60)
    token = await id_token(issuer, INES, "any-secret-will-do")

    await grant(topics, 1, Role.AGENT)
    await until(lambda: _answers(process, token, 200), 20)
    await grant(topics, 2)
    await until(lambda: _answers(process, token, 403), 5)

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{process.port}") as client:
        assert (await client.post("/v1/work")).status_code == 200
    for line in ("timer fired", "effect performed", "effect settled", "steps entered 2"):
        await until(lambda line=line: _wrote(starter, line), 10)
    figures = (await process.get("/metrics")).text
    assert 'routing_timer_lateness_seconds_count{kind="probe.wake"} 1.0' in figures
    assert "routing_outbox_rows 0.0" in figures
    assert 'routing_consumer_lag_seconds{group="routing.directory"' in figures

    slow = asyncio.create_task(process.get("/v1/slow"))
    await asyncio.sleep(0.3)
    process.popen.send_signal(signal.SIGTERM)
    assert (await slow).json() == {"whole": True}
    assert await process.ended() == 0

    assert starter.wrote("steps drained")
    assert process.told("stopping") is not None
    ours = [line for line in process.lines if "aiokafka" not in str(line.get("logger"))]
    assert [line for line in ours if line["level"] in ("error", "critical")] == []
    assert INES not in process.log.read_text()
    assert await _connections(empty_database) == 0


async def _answers(process: Process, token: str, status: int) -> bool:
    return (await process.get("/v1/me", token)).status_code == status


async def _wrote(starter: Starter, line: str) -> bool:
    return starter.wrote(line)


async def _connections(place: ServiceDatabase) -> int:
    connection = await asyncpg.connect(place.server)
    try:
        found: int = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = $1", place.name
        )
        return found
    finally:
        await connection.close()


@pytest.mark.anyio
@pytest.mark.postgres
async def test_a_worker_waits_for_migrations_opens_no_door_and_ends_on_a_bug(
    starter: Starter, empty_database: ServiceDatabase
) -> None:
    process = starter.start("worker", FAULT="bug")
    await until(lambda: _told(process, "waits for the database"), 60)
    with pytest.raises(httpx.TransportError):
        await process.get("/livez")

    await asyncio.to_thread(migrations.upgrade, empty_database.owner_url, PROBE / "migrations")
    await until(lambda: _lives(process), 30)
    ready = await process.get("/readyz")
    door = await process.get("/v1/me")
    starter.diary.with_suffix(".break").touch()

    assert await process.ended() == 1
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"database": "ok", "lanes": "not connected yet"}
    assert door.status_code == 404
    died = process.told("loop died")
    assert died is not None
    assert (died["loop"], died["error"]) == ("steps", "KeyError")
    assert "brightline" not in process.log.read_text()


async def _told(process: Process, event: str) -> bool:
    return process.told(event) is not None


async def _lives(process: Process) -> bool:
    try:
        return (await process.get("/livez")).status_code == 200
    except httpx.TransportError:
        return False


class ProbeSettings(BaseServiceSettings):
    """For lives that end before they begin: these run in the test's own process."""

    model_config = SettingsConfigDict(env_prefix="NOBODY_", frozen=True, extra="ignore")
    service: ClassVar[str] = "routing"


@pytest.fixture
def lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What was logged; the process' logging is put back afterwards."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    nowhere = ServiceDatabase("routing", "routing", "postgresql://127.0.0.1:9")
    for name, value in told_of(nowhere, HTTP_PORT="0").items():
        monkeypatch.setenv(f"NOBODY_{name}", value)
    yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**before)


Lines = Callable[[], list[dict[str, Any]]]


def test_says_how_to_use_it(lines: Lines) -> None:
    assert _main(_nothing, ProbeSettings, ["everything"]) == 2
    assert "worker" in lines()[0]["reason"]


def test_names_each_setting_that_is_wrong(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOBODY_HTTP_PORT", "many")
    monkeypatch.delenv("NOBODY_OIDC_ISSUER")

    assert _main(_nothing, ProbeSettings, ["all"]) == 78
    reason = lines()[0]["reason"]
    assert "NOBODY_HTTP_PORT" in reason
    assert "NOBODY_OIDC_ISSUER" in reason


@pytest.mark.parametrize("name", ["SERVICE_SECRET", "LINK_SECRET"])
def test_a_secret_that_protects_nothing_is_a_wrong_setting(
    lines: Lines, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"NOBODY_{name}", "short")

    assert _main(_nothing, ProbeSettings, ["all"]) == 78
    assert "32 bytes" in lines()[0]["reason"]


def test_says_that_its_port_is_taken(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as place:
        monkeypatch.setenv("NOBODY_HTTP_PORT", str(place.getsockname()[1]))

        assert _main(_nothing, ProbeSettings, ["all"]) == 1
    assert "in use" in lines()[0]["reason"]


def _nothing(kit: Kit[Any]) -> Service:
    raise AssertionError("never built")
