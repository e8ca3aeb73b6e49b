"""The commands of `meridian` on the whole running platform, which is stopped and started again."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from meridian.config import StackConfig

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900), pytest.mark.xdist_group("stack")]


class Whole:
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


@pytest.fixture
def whole(running_stack: StackConfig) -> Whole:
    return Whole(running_stack.home)


def test_every_part_answers_once_up_returns(whole: Whole) -> None:
    found = whole.status()

    assert found["ready"]
    assert {part["phase"] for part in found["parts"]} <= {"ready", "done"}


def test_the_doctor_finds_nothing_wrong_with_it(whole: Whole) -> None:
    answer = whole.run("doctor", "--json")

    found = json.loads(answer.stdout)
    assert [each for each in found if each["level"] == "problem"] == []
    assert {"clock", "outbox", "lag", "dead letters"} <= {each["check"] for each in found}
    assert answer.returncode == 0


def test_no_event_waits_for_a_person(whole: Whole) -> None:
    answer = whole.run("dead-letters", "list", "--json")

    assert answer.returncode == 0, answer.stderr
    assert not any(json.loads(answer.stdout).values())


def test_tenants_lists_the_demo_firm_s_clients(whole: Whole) -> None:
    found = json.loads(whole.run("tenants", "--json").stdout)

    slugs = [tenant["slug"] for tenant in found]
    demo = {"birkenhaus", "copperfox", "lumolearn", "nordhost", "pagora", "tideline"}
    # Other tests on the same stack may have made clients of their own.
    assert demo <= set(slugs)
    assert slugs == sorted(slugs)


def test_a_killed_service_comes_back_by_itself(whole: Whole) -> None:
    before = whole.part("routing")
    os.kill(before["pid"], signal.SIGKILL)
    while whole.part("routing")["restarts"] == before["restarts"]:
        time.sleep(0.2)

    whole.until_ready()

    assert whole.part("routing")["pid"] != before["pid"]


def test_it_stops_without_a_trace_and_starts_again_with_its_data(whole: Whole) -> None:
    pids = [part["pid"] for part in whole.status()["parts"] if part["pid"]]
    whole.run("down")
    left = {each.pid for each in psutil.process_iter() if each.status() != "zombie"}
    assert left.isdisjoint(pids)

    began = time.monotonic()
    assert whole.run("up", "--detach").returncode == 0
    seconds = time.monotonic() - began

    print(f"second start: {seconds:.1f} s")
    assert whole.status()["ready"]
