"""`meridian up` and the commands beside it, on a stack of fake parts in processes of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from meridian.board import Board
from meridian.config import keep_ports, load_config
from meridian.inspection import live_board
from meridian.preflight import too_little_room
from meridian.stack.ports import free_ports

FAKE_STACK = Path(__file__).with_name("fake_stack.py")


@dataclass(frozen=True)
class Place:
    """The home of one fake stack, and what a person can do to it."""

    home: Path

    def start(self) -> subprocess.Popen[str]:
        process = self.begin()
        self.until(self.is_ready)
        return process

    def begin(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(FAKE_STACK), str(self.home)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def meridian(self, *words: str) -> subprocess.CompletedProcess[str]:
        command, *rest = words
        return subprocess.run(
            [sys.executable, "-m", "meridian", command, "--home", str(self.home), *rest],
            capture_output=True,
            text=True,
            timeout=60,
        )

    def board(self) -> Board | None:
        return live_board(load_config(self.home))

    def is_ready(self, restarts: int = 0) -> bool:
        board = self.board()
        return board is not None and board.ready and board["service"].restarts == restarts

    def pids(self) -> dict[str, int]:
        board = self.board()
        assert board is not None
        return {entry.name: entry.pid for entry in board.entries if entry.pid}

    @property
    def journal(self) -> list[str]:
        file = self.home / "journal"
        return file.read_text().splitlines() if file.exists() else []

    def until(self, wanted: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not wanted():
            assert time.monotonic() < deadline, "it did not come to pass"
            time.sleep(0.1)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    keep_ports(load_config(tmp_path, new_ports=free_ports()))
    here = Place(tmp_path)
    yield here
    here.meridian("down")


def finish(process: subprocess.Popen[str], how: signal.Signals | None = None) -> str:
    if how is not None:
        process.send_signal(how)
    output, _ = process.communicate(timeout=30)
    return output


def alive(pids: dict[str, int]) -> set[str]:
    """A zombie that nobody has reaped yet is not alive."""
    running = {each.pid for each in psutil.process_iter() if each.status() != "zombie"}
    return {name for name, pid in pids.items() if pid in running}


def test_status_tells_scripts_whether_everything_is_ready(place: Place) -> None:
    before = place.meridian("status")
    process = place.start()

    during = place.meridian("status", "--json")

    assert before.returncode == 1
    assert "not running" in before.stdout
    assert during.returncode == 0
    found = json.loads(during.stdout)
    assert {part["name"]: part["phase"] for part in found["parts"]} == {
        "server": "ready",
        "service": "ready",
        "later": "absent",
    }
    finish(process, signal.SIGTERM)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_reverse_order(place: Place, how: signal.Signals) -> None:
    process = place.start()
    pids = place.pids()

    finish(process, how)

    assert process.returncode == 0
    assert place.journal[-2:] == ["service stopped", "server stopped"]
    assert not alive(pids)
    assert place.meridian("status").returncode == 1


def test_down_stops_what_up_started(place: Place) -> None:
    process = place.start()

    answer = place.meridian("down")

    assert "Meridian is stopped." in answer.stdout
    finish(process)
    assert process.returncode == 0
    assert "was not running" in place.meridian("down").stdout


def test_a_second_up_says_that_it_already_runs(place: Place) -> None:
    process = place.start()

    second, _ = place.begin().communicate(timeout=30)

    assert "already runs here" in second
    assert "meridian down" in second
    assert place.is_ready()
    finish(process, signal.SIGTERM)


def test_the_next_up_clears_away_what_a_dead_supervisor_left(place: Place) -> None:
    process = place.start()
    orphans = place.pids()
    finish(process, signal.SIGKILL)
    assert alive(orphans) == {"server", "service"}
    assert place.meridian("status").returncode == 1

    again = place.start()

    assert not alive(orphans)
    output = finish(again, signal.SIGTERM)
    assert "A supervisor had died; ended what it left running: service, server" in output


def test_down_ends_what_a_dead_supervisor_left(place: Place) -> None:
    process = place.start()
    orphans = place.pids()
    finish(process, signal.SIGKILL)

    place.meridian("down")

    assert not alive(orphans)


def test_never_ends_a_stranger_that_was_given_an_old_pid(place: Place) -> None:
    finish(place.start(), signal.SIGKILL)
    file = place.home / "run" / "state.json"
    state = json.loads(file.read_text())
    orphans = [part["pid"] for part in state["board"] if part["pid"]]
    stranger = subprocess.Popen(["sleep", "60"], start_new_session=True)
    for part in (part for part in state["board"] if part["pid"]):
        part |= {"pid": stranger.pid, "born": part["born"] - 10}
    file.write_text(json.dumps(state))

    place.meridian("down")

    assert stranger.poll() is None
    for pid in (stranger.pid, *orphans):
        os.kill(pid, signal.SIGKILL)
    stranger.wait()


def test_a_port_in_use_is_named_with_its_owner_and_nothing_is_started(place: Place) -> None:
    port = load_config(place.home).ports.kafka
    with socket.create_server(("127.0.0.1", port)):
        output, _ = place.begin().communicate(timeout=30)

    assert f"Port {port} (kafka) is in use by" in output
    assert f"pid {os.getpid()}" in output
    assert "meridian up --ports free" in output
    assert place.journal == []


def test_too_little_room_says_how_much_is_needed_and_where_else_to_go(tmp_path: Path) -> None:
    (told,) = too_little_room(tmp_path, needed=1 << 60)

    assert "Meridian needs 1073741824 GB" in told
    assert "MERIDIAN_HOME" in told
    assert too_little_room(tmp_path, needed=1) == []


def test_a_crashed_part_is_started_again_and_the_count_is_shown(place: Place) -> None:
    process = place.start()
    os.kill(place.pids()["service"], signal.SIGKILL)

    place.until(lambda: place.is_ready(restarts=1))

    output = finish(process, signal.SIGTERM)
    assert "was ended by SIGKILL; again in 0.5 s" in output


def test_logs_shows_the_end_of_a_part_and_names_the_parts_it_knows(place: Place) -> None:
    logs = place.home / "logs"
    logs.mkdir()
    (logs / "sla.log").write_text("one\ntwo\nthree\n")

    assert place.meridian("logs", "sla", "-n", "2").stdout == "two\nthree\n"
    unknown = place.meridian("logs", "nothing")

    assert unknown.returncode == 1
    assert "Name one of: sla" in unknown.stderr


def test_reset_deletes_the_data_and_asks_first(place: Place) -> None:
    (place.home / "kafka").mkdir()

    refused = place.meridian("reset")
    kept = (place.home / "kafka").exists()
    done = place.meridian("reset", "--yes")

    assert refused.returncode == 1
    assert kept
    assert done.returncode == 0
    assert not (place.home / "kafka").exists()
    assert not (place.home / "secrets.json").exists()


def test_secrets_are_made_once_and_are_the_owner_s_alone(tmp_path: Path) -> None:
    first = load_config(tmp_path).secrets

    assert load_config(tmp_path).secrets == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert first.database_password("sla") != first.database_password("sla_owner")


def test_doctor_answers_scripts_while_nothing_runs(place: Place) -> None:
    answer = place.meridian("doctor", "--json")

    checks = {finding["check"]: finding["level"] for finding in json.loads(answer.stdout)}
    assert checks["ports"] == "ok"
    assert checks["PostgreSQL"] == "ok"
    assert checks["Kafka"] == "ok"
    assert answer.returncode == 0
