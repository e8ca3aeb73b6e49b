"""What every test may ask for: the run's real servers. The code is in meridian.stack.testing."""

from chassis.testing.fixtures import (
    database_factory,
    foundation_database,
    fresh_database,
)
from meridian.stack.testing import (
    anyio_backend,
    kafka_bootstrap,
    postgres_dsn,
    pytest_collection_finish,
    pytest_configure,
    pytest_unconfigure,
)
from tests.acceptance.stack import platform, running_stack, world

__all__ = [
    "anyio_backend",
    "database_factory",
    "foundation_database",
    "fresh_database",
    "kafka_bootstrap",
    "platform",
    "postgres_dsn",
    "pytest_collection_finish",
    "pytest_configure",
    "pytest_unconfigure",
    "running_stack",
    "world",
]
