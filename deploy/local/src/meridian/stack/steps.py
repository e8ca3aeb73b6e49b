"""What is done once at each start, before the services. Loaded while the servers start already."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from aiokafka.errors import KafkaError

from meridian.config import StackConfig
from meridian.demo.seed import seed
from meridian.problems import StackProblem
from meridian.stack import databases, topics
from meridian.stack.migrated import at_head
from meridian.stack.postgres import PostgresServer
from meridian.stack.program import Program, run_to_end
from meridian.stack.services import Service


def make_topics(config: StackConfig) -> None:
    with told():
        topics.make_topics(config.kafka_bootstrap)


def make_databases(
    server: PostgresServer, services: tuple[Service, ...], password_of: Callable[[str], str]
) -> None:
    with told():
        databases.make_databases(server.dsn, services, password_of)


def migrate(service: Service, config: StackConfig, program: Program, log: Path) -> None:
    owner = config.database_url(service.name, service.roles[2], scheme="postgresql")
    with told():
        if not at_head(service, owner):
            run_to_end(program, log)


def seed_firm(config: StackConfig, log: Path) -> None:
    """The demo firm through the services' own APIs; what is there already stays as it is."""
    with told(), log.open("a") as sink:

        def tell(what: str) -> None:
            sink.write(what + "\n")
            sink.flush()

        asyncio.run(seed(config, tell))


@contextmanager
def told() -> Iterator[None]:
    """A server's refusal is a problem of the stack, told in one line."""
    try:
        yield
    except (OSError, KafkaError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StackProblem(f"{type(error).__name__}: {error}") from error
