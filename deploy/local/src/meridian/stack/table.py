"""Which parts a whole stack has and in which order they come: the one place to look."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from meridian.config import StackConfig
from meridian.stack import kafka, postgres
from meridian.stack.assets import stale
from meridian.stack.ports import answers_ok
from meridian.stack.program import Part, Program, Step
from meridian.stack.services import SERVICES, Service, environment

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
        provider(config),
        topics(config),
        databases(config, present),
        web_assets(config),
        *(migration(service, config) for service in present),
        *(service_program(service, config) for service in present),
        *firm(config, present),
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


def provider(config: StackConfig) -> Program:
    port, file = config.ports.provider, config.home / "provider.sqlite"
    hook = config.service_url("billing_policy") + "/v1/provider/events"
    options = ("--port", str(port), "--file", str(file), "--hook", hook)
    return Program(
        "provider",
        module("meridian.stack.provider", *options),
        environment=_QUIET | {"PROVIDER_SECRET": config.secrets.provider},
        ready=answers_ok(port, "/livez"),
        address=config.provider_url,
    )


def migration(service: Service, config: StackConfig) -> Step:
    program = Program(
        service.name, module(service.name, "migrate"), environment=environment(service, config)
    )
    return Step(
        f"migrate {service.name}",
        later("migration_if_needed", service, config, program),
        later("remember_migration", service, config),
        after=("databases",),
    )


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
    return Step("topics", later("make_topics", config), after=("kafka",), essential=True)


def databases(config: StackConfig, services: tuple[Service, ...]) -> Step:
    work = later(
        "make_databases", postgres_server(config), services, config.secrets.database_password
    )
    return Step("databases", work, after=("postgres",), essential=True)


def web_assets(config: StackConfig) -> Step:
    program = Program("web assets", module("meridian", "assets", "--home", str(config.home)))
    return Step("web assets", lambda: program if stale() else None)


def firm(config: StackConfig, services: tuple[Service, ...]) -> tuple[Step, ...]:
    """The demo firm lives in these three; with one of them missing there is nothing to seed."""
    homes = ("intake", "routing", "sla")
    if not {service.name for service in services}.issuperset(homes):
        return ()
    program = Program("demo firm", module("meridian", "seed", "--home", str(config.home)))
    return (Step("demo firm", lambda: program, after=homes),)


def later(name: str, *values: object) -> Callable[[], Any]:
    """That function of `meridian.stack.steps`, which is loaded while the servers start already."""
    return lambda: getattr(import_module("meridian.stack.steps"), name)(*values)


def module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)
