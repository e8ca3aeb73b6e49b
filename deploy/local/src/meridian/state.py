"""What a running stack leaves on disk: who supervises it, on which ports, and each part's process.

A pid alone proves nothing after a crash; with its process's start time it does.
"""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from meridian.board import Board, Entry, from_json, to_json
from meridian.problems import StackProblem

_SLACK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class State:
    supervisor: int
    born: float
    board: Board

    @property
    def supervised(self) -> bool:
        return is_same_process(self.supervisor, self.born)

    @property
    def left_behind(self) -> tuple[Entry, ...]:
        """Processes that still run although their supervisor is gone."""
        if self.supervised:
            return ()
        return tuple(entry for entry in self.board.entries if runs(entry))


def runs(entry: Entry) -> bool:
    if entry.pid is None or entry.born is None:
        return False
    return is_same_process(entry.pid, entry.born)


def is_same_process(pid: int, born: float) -> bool:
    try:
        process = psutil.Process(pid)
        alive = process.status() != psutil.STATUS_ZOMBIE
        return alive and abs(process.create_time() - born) < _SLACK_SECONDS
    except psutil.NoSuchProcess:
        return False


def state_file(home: Path) -> Path:
    return home / "run" / "state.json"


def write_state(home: Path, board: Board) -> None:
    """Written on every change, whole or not at all."""
    file = state_file(home)
    file.parent.mkdir(parents=True, exist_ok=True)
    me = psutil.Process()
    whole = {"supervisor": me.pid, "born": me.create_time(), "board": to_json(board)}
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(whole, indent=1))
    draft.rename(file)


def read_state(home: Path) -> State | None:
    file = state_file(home)
    if not file.exists():
        return None
    whole = json.loads(file.read_text())
    return State(whole["supervisor"], whole["born"], from_json(whole["board"]))


def forget_state(home: Path) -> None:
    state_file(home).unlink(missing_ok=True)


@contextmanager
def only_supervisor(home: Path) -> Iterator[None]:
    """Hold the home's lock; the system lets it go when this process ends, however it ends."""
    file = home / "run" / "lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackProblem(
                "Meridian already runs here. See it with `meridian status`, "
                "stop it with `meridian down`."
            ) from error
        yield


def end_left_behind(state: State, patience: float = 20.0) -> tuple[str, ...]:
    """Stop what a supervisor that died left running, services before servers; their names."""
    left = tuple(reversed(state.left_behind))
    for entry in left:
        if not end(entry, signal.SIGTERM, patience):
            end(entry, signal.SIGKILL, patience)
    return tuple(entry.name for entry in left)


def end(entry: Entry, how: signal.Signals, patience: float) -> bool:
    """Whether the process is gone within `patience` seconds after it was signalled."""
    if entry.pid is not None and runs(entry):
        os.killpg(entry.pid, how)
    deadline = time.monotonic() + patience
    while runs(entry) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not runs(entry)
