"""Which parts a whole stack has and in which order they come: the one place to look."""

import http.client
import sys
from collections.abc import Callable
from dataclasses import dataclass

import asyncpg
from aiokafka.errors import KafkaError

from meridian.config import StackConfig
from meridian.problems import StackProblem
from meridian.stack import kafka, postgres
from meridian.stack.assets import make_assets
from meridian.stack.databases import make_databases
from meridian.stack.migrated import at_head
from meridian.stack.ports import HOST
from meridian.stack.program import Part, Program, Step, run_to_end
from meridian.stack.services import SERVICES, Service, environment
from meridian.stack.topics import make_topics

_QUIET = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore::DeprecationWarning"}


@dataclass(frozen=True, slots=True)
class Layout:
    """`absent`: services that are not written yet, each with the reason."""

    parts: tuple[Part, ...]
    absent: tuple[tuple[str, str], ...] = ()


def layout(config: StackConfig, services: tuple[Service, ...] = SERVICES) -> Layout:
    """Prepare the servers' data folders and lay out every part; nothing runs yet."""
    present = tuple(service for service in services if service.exists)
    missing = tuple(service for service in services if not service.exists)
    parts: tuple[Part, ...] = (
        kafka.prepare(kafka_server(config)),
        postgres.prepare(postgres_server(config)),
        identity(config),
        mailbox(config),
        topics(config),
        databases(config, present),
        Step("web assets", lambda: make_assets(config.logs / "web assets.log")),
        *(migration(service, config) for service in present),
        *(service_program(service, config) for service in present),
    )
    why = "has no __main__ yet"
    return Layout(parts, tuple((service.name, why) for service in missing))


def kafka_server(config: StackConfig) -> kafka.KafkaServer:
    return kafka.KafkaServer(
        config.home / "kafka", config.ports.kafka, config.ports.kafka_controller
    )


def postgres_server(config: StackConfig) -> postgres.PostgresServer:
    password = config.secrets.database_password(postgres.SUPERUSER)
    return postgres.PostgresServer(config.home / "postgres", config.ports.postgres, password)


def identity(config: StackConfig) -> Program:
    port = config.ports.identity
    key = config.home / "identity-key.pem"
    return Program(
        "identity",
        module("meridian.stack.identity", "--port", str(port), "--key", str(key)),
        environment=_QUIET,
        ready=answers_ok(port, "/livez"),
        address=config.issuer,
    )


def mailbox(config: StackConfig) -> Program:
    ports, file = config.ports, config.home / "mailbox.sqlite"
    options = ("--web-port", str(ports.mailbox), "--smtp-port", str(ports.smtp_out))
    return Program(
        "mailbox",
        module("meridian.stack.mailbox", *options, "--file", str(file)),
        environment=_QUIET,
        ready=answers_ok(ports.mailbox, "/livez"),
        address=config.mailbox_url,
    )


def migration(service: Service, config: StackConfig) -> Step:
    name = f"migrate {service.name}"
    program = Program(
        name,
        module(service.name, "migrate"),
        environment=environment(service, config),
        ready_within=120,
    )
    log = config.logs / f"{service.name}.log"
    owner = config.database_url(service.name, service.roles[2], scheme="postgresql")

    def migrate() -> None:
        if not at_head(service, owner):
            run_to_end(program, log)

    return Step(name, told(migrate), after=("databases",))


def service_program(service: Service, config: StackConfig) -> Program:
    port = config.service_port(service.name)
    after = (f"migrate {service.name}", "topics", "identity")
    return Program(
        service.name,
        module(service.name, "all"),
        environment=environment(service, config),
        ready=answers_ok(port, "/readyz"),
        after=(*after, "web assets") if service.name == "console" else after,
        address=config.service_url(service.name),
    )


def topics(config: StackConfig) -> Step:
    return Step(
        "topics",
        told(lambda: make_topics(config.kafka_bootstrap)),
        after=("kafka",),
        essential=True,
    )


def databases(config: StackConfig, services: tuple[Service, ...]) -> Step:
    dsn = postgres_server(config).dsn
    return Step(
        "databases",
        told(lambda: make_databases(dsn, services, config.secrets.database_password)),
        after=("postgres",),
        essential=True,
    )


def told(work: Callable[[], None]) -> Callable[[], None]:
    """The same work, with a server's refusal told as a problem of the stack."""

    def run() -> None:
        try:
            work()
        except (OSError, KafkaError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise StackProblem(f"{type(error).__name__}: {error}") from error

    return run


def module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


def answers_ok(port: int, path: str) -> Callable[[], bool]:
    def ask() -> bool:
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask
