"""The servers of a test run: one real PostgreSQL, one real Kafka, started when a test needs them.

`tests/conftest.py` takes over the hooks and fixtures below. Under xdist all workers share them.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from meridian.stack.keeper import await_address, start_keeper, stop_keepers

_RUN = "MERIDIAN_TEST_RUN"
_GIVEN = {"postgres": "MERIDIAN_TEST_POSTGRES", "kafka": "MERIDIAN_TEST_KAFKA"}
_FIXTURES = {"postgres_dsn": "postgres", "kafka_bootstrap": "kafka"}


def pytest_configure(config: pytest.Config) -> None:
    """The first process of the run names the folder; xdist's workers inherit the variable."""
    if hasattr(config, "workerinput"):
        return
    folder = Path(tempfile.mkdtemp(prefix="meridian-test-"))
    folder.chmod(0o755)  # the database's user must get in
    os.environ[_RUN] = f"{os.getpid()}:{folder}"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start early what the collected tests will ask for, so that nobody waits for it later."""
    if session.config.option.collectonly:
        return
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    for fixture, kind in _FIXTURES.items():
        if fixture in wanted and _GIVEN[kind] not in os.environ:
            owner, folder = run_folder()
            start_keeper(kind, folder, owner)


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or _RUN not in os.environ:
        return
    _, folder = run_folder()
    stop_keepers(folder)
    shutil.rmtree(folder, ignore_errors=True)
    del os.environ[_RUN]


def run_folder() -> tuple[int, Path]:
    owner, folder = os.environ[_RUN].split(":", 1)
    return int(owner), Path(folder)


def address_of(kind: str) -> str:
    """Where that server answers: a given one, or the run's own, started now if nobody has."""
    given = os.environ.get(_GIVEN[kind])
    if given:
        return given
    owner, folder = run_folder()
    start_keeper(kind, folder, owner)
    return await_address(kind, folder)


@pytest.fixture(scope="session")
def postgres_dsn() -> str:
    """The superuser's DSN of the run's PostgreSQL."""
    return address_of("postgres")


@pytest.fixture(scope="session")
def kafka_bootstrap() -> str:
    """`host:port` of the run's Kafka."""
    return address_of("kafka")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
