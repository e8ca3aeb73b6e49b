"""The whole platform as a newcomer starts it, on free ports and in a home of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600), pytest.mark.xdist_group("stack")]


class Platform:
    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "meridian", *words],
            env={**os.environ, "MERIDIAN_HOME": str(self.home)},
            capture_output=True,
            text=True,
        )

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return found

    def part(self, name: str) -> dict[str, Any]:
        return next(part for part in self.status()["parts"] if part["name"] == name)

    def until_ready(self) -> None:
        deadline = time.monotonic() + 120
        while not self.status()["ready"]:
            assert time.monotonic() < deadline, self.run("status").stdout
            time.sleep(0.5)


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    home = Path(tempfile.mkdtemp(prefix="meridian-whole-"))
    home.chmod(0o755)
    whole = Platform(home)
    started = whole.run("up", "--detach", "--ports", "free")
    assert started.returncode == 0, started.stdout + started.stderr
    yield whole
    whole.run("down")
    whole.run("reset", "--yes")
    shutil.rmtree(home)


def test_every_part_answers_once_up_returns(platform: Platform) -> None:
    found = platform.status()

    assert found["ready"]
    assert {part["phase"] for part in found["parts"]} <= {"ready", "done"}


def test_the_doctor_finds_nothing_wrong_with_it(platform: Platform) -> None:
    answer = platform.run("doctor", "--json")

    found = json.loads(answer.stdout)
    assert [each for each in found if each["level"] == "problem"] == []
    assert {"clock", "outbox", "lag", "dead letters"} <= {each["check"] for each in found}
    assert answer.returncode == 0


def test_tenants_lists_the_demo_firm_s_clients(platform: Platform) -> None:
    found = json.loads(platform.run("tenants", "--json").stdout)

    assert [tenant["slug"] for tenant in found] == sorted(
        ("birkenhaus", "copperfox", "lumolearn", "nordhost", "pagora", "tideline")
    )


def test_a_killed_service_comes_back_by_itself(platform: Platform) -> None:
    before = platform.part("routing")
    os.kill(before["pid"], signal.SIGKILL)
    while platform.part("routing")["restarts"] == before["restarts"]:
        time.sleep(0.2)

    platform.until_ready()

    assert platform.part("routing")["pid"] != before["pid"]


def test_it_stops_without_a_trace_and_starts_again_with_its_data(platform: Platform) -> None:
    pids = [part["pid"] for part in platform.status()["parts"] if part["pid"]]
    platform.run("down")
    left = {each.pid for each in psutil.process_iter() if each.status() != "zombie"}
    assert left.isdisjoint(pids)

    began = time.monotonic()
    assert platform.run("up", "--detach").returncode == 0
    seconds = time.monotonic() - began

    print(f"second start: {seconds:.1f} s")
    assert platform.status()["ready"]
