"""What is done at each start, before the services. Loaded while the servers start already."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from aiokafka.errors import KafkaError

from meridian.config import StackConfig
from meridian.problems import StackProblem
from meridian.stack import databases, migrated, topics
from meridian.stack.postgres import PostgresServer
from meridian.stack.program import Program
from meridian.stack.services import Service


def make_topics(config: StackConfig) -> None:
    with told():
        wanted = topics.wanted_topics(config.home / "kafka" / "catalogue.json")
        topics.make_topics(config.kafka_bootstrap, wanted)


def make_databases(
    server: PostgresServer, services: tuple[Service, ...], password_of: Callable[[str], str]
) -> None:
    with told():
        databases.make_databases(server.dsn, services, password_of)


def migration_if_needed(
    service: Service, config: StackConfig, migration: Program
) -> Program | None:
    with told():
        done = migrated.at_head(service, owner_dsn(service, config), stamp(service, config))
    return None if done else migration


def remember_migration(service: Service, config: StackConfig) -> None:
    with told():
        migrated.remember(service, owner_dsn(service, config), stamp(service, config))


def owner_dsn(service: Service, config: StackConfig) -> str:
    return config.database_url(service.name, service.roles[2], scheme="postgresql")


def stamp(service: Service, config: StackConfig) -> Path:
    return config.home / "run" / "migrated" / service.name


@contextmanager
def told() -> Iterator[None]:
    """A server's refusal is a problem of the stack, told in one line."""
    try:
        yield
    except (OSError, KafkaError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StackProblem(f"{type(error).__name__}: {error}") from error
