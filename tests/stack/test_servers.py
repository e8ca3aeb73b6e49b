"""The run's own servers: real ones, which keep their data over a restart and are started once."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from meridian.stack.keeper import prepared
from meridian.stack.ports import free_port
from meridian.stack.program import await_ready, spawn, stop

pytestmark = pytest.mark.anyio


@contextmanager
def running(kind: str, folder: Path, port: int) -> Iterator[str]:
    program, address = prepared(kind, folder, port)
    log = folder / "log"
    process = spawn(program, log)
    try:
        await_ready(program, process, log)
        yield address
    finally:
        stop(program, process)


@pytest.fixture
def reachable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that the database's own user can enter; pytest's are private to the caller."""
    folder = Path(tempfile.mkdtemp(prefix="meridian-servers-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


async def test_postgres_keeps_its_data_over_a_restart(reachable: Path) -> None:
    port = free_port()
    with running("postgres", reachable, port) as dsn:
        connection = await asyncpg.connect(dsn)
        await connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        await connection.close()

    with running("postgres", reachable, port) as dsn:
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("SELECT n FROM kept") == 7
        await connection.close()


async def test_postgres_asks_for_the_password_on_loopback(postgres_dsn: str) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres_dsn.replace("//postgres:", "//postgres:not-"))


async def test_postgres_folds_letters_of_every_script_alike_on_every_machine(
    postgres_dsn: str,
) -> None:
    connection = await asyncpg.connect(postgres_dsn)

    folded = await connection.fetchval("SELECT lower('ÄĞОLЖ')")

    await connection.close()
    assert folded == "äğоlж"


async def test_kafka_keeps_its_records_over_a_restart(reachable: Path) -> None:
    port = free_port()
    with running("kafka", reachable, port) as bootstrap:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic("kept", 1, 1)])
        await admin.close()
        producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, acks="all", enable_idempotence=True
        )
        await producer.start()
        await producer.send_and_wait("kept", b"seven")
        await producer.stop()

    with running("kafka", reachable, port) as bootstrap:
        consumer = AIOKafkaConsumer(
            "kept", bootstrap_servers=bootstrap, auto_offset_reset="earliest"
        )
        await consumer.start()
        record = await consumer.getone()
        await consumer.stop()
        assert record.value == b"seven"


async def test_kafka_makes_no_topic_that_nobody_asked_for(kafka_bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()

    (described,) = await admin.describe_topics(["never-created"])

    assert described["error_code"] == 3
    assert "never-created" not in await admin.list_topics()
    await admin.close()


_CONFTEST = """
from meridian.stack.testing import (
    postgres_dsn, pytest_collection_finish, pytest_configure, pytest_unconfigure
)
"""
_TEST = """
import os, pathlib, time

def test_waits_for_the_other_worker(postgres_dsn):
    wrote = pathlib.Path(os.environ["WROTE"])
    line = f"{postgres_dsn} {os.environ['MERIDIAN_TEST_RUN']}"
    (wrote / os.environ["PYTEST_XDIST_WORKER"]).write_text(line)
    while len(list(wrote.iterdir())) < 2:
        time.sleep(0.1)
"""


def test_all_workers_of_a_run_share_one_server_that_ends_with_the_run(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(_CONFTEST)
    for name in ("test_a.py", "test_b.py"):
        (tmp_path / name).write_text(_TEST)
    wrote = tmp_path / "wrote"
    wrote.mkdir()

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", str(tmp_path)],
        env={**clean_environment(), "WROTE": str(wrote)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    ((address, where),) = {tuple(file.read_text().split()) for file in wrote.iterdir()}
    folder = Path(where.split(":", 1)[1])
    assert address.startswith("postgresql://")
    assert not folder.exists()
    assert not processes(lambda command: str(folder) in command)


def clean_environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MERIDIAN_TEST", "PYTEST"))
    }


def processes(wanted: Callable[[str], bool]) -> list[psutil.Process]:
    return [
        each
        for each in psutil.process_iter(["cmdline"])
        if wanted(" ".join(each.info["cmdline"] or []))
    ]
