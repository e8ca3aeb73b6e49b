"""Stopping a stack from outside, clearing up after a crash, and emptying a home."""

import os
import shutil
import signal
import time
from pathlib import Path

from rich.console import Console

from meridian import state
from meridian.config import StackConfig
from meridian.problems import StackProblem
from meridian.stack import postgres
from meridian.stack.table import postgres_server

_FILES = tuple(
    f"{name}.sqlite{end}" for name in ("mailbox", "provider") for end in ("", "-wal", "-shm")
)


def stop_stack(home: Path, console: Console, within: float = 90) -> bool:
    """Ask the supervisor to stop and wait; end what a dead one left. Whether anything ran."""
    found = state.read_state(home)
    if found is None:
        return False
    if not found.supervised:
        clean_up_after_a_crash(home, console)
        return True
    with console.status("stopping Meridian"):
        os.kill(found.supervisor, signal.SIGTERM)
        deadline = time.monotonic() + within
        while found.supervised and time.monotonic() < deadline:
            time.sleep(0.1)
    if found.supervised:
        raise StackProblem(f"Meridian did not stop within {within:.0f} s; see `meridian status`.")
    return True


def empty(config: StackConfig) -> None:
    """Delete what the stack made, also the database where it lies behind a link."""
    postgres.remove(postgres_server(config))
    for name in ("kafka", "logs", "reports", "run"):
        shutil.rmtree(config.home / name, ignore_errors=True)
    for name in ("secrets.json", "identity-key.pem", *_FILES):
        (config.home / name).unlink(missing_ok=True)


def clean_up_after_a_crash(home: Path, console: Console) -> None:
    left = state.read_state(home)
    if left is None:
        return
    names = state.end_left_behind(left)
    if names:
        console.print(f"A supervisor had died; ended what it left running: {', '.join(names)}")
    state.forget_state(home)
