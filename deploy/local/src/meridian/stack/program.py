"""The parts of a stack as data, and the plain way to start, await and stop one of them."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from meridian.problems import StackProblem
from meridian.stack.accounts import group_of


def ready_at_once() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Program:
    """What to run and keep running: when it is ready, and how it wants to be asked to stop.

    Without an `essential` part nothing else makes sense: if it cannot start, the stack stops.
    """

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = ready_at_once
    ready_within: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 25.0
    user: str | None = None
    folder: Path | None = None
    after: tuple[str, ...] = ()
    address: str = ""
    essential: bool = False


def nothing_more() -> None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do at each start, before the parts that come `after` it.

    `run` does it, or gives a program that does; `finish` is called when that has ended well.
    """

    name: str
    run: Callable[[], Program | None]
    finish: Callable[[], None] = nothing_more
    after: tuple[str, ...] = ()
    essential: bool = False


Part = Program | Step


# Empty is unset: where the caller forbids keeping, each start would compile every module anew.
_KEEP_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}


def spawn(program: Program, log: Path) -> subprocess.Popen[bytes]:
    """Start `program` in a session of its own, so that a Ctrl-C reaches the supervisor only."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        return subprocess.Popen(
            program.argv,
            env={**os.environ, **_KEEP_BYTECODE, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=program.folder,
            user=program.user,
            group=group_of(program.user),
            extra_groups=[] if program.user else None,
            start_new_session=True,
        )


def await_ready(program: Program, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the program answers; explain with the end of its log when it does not."""
    deadline = time.monotonic() + program.ready_within
    while not program.ready():
        if process.poll() is not None:
            raise StackProblem(ended(program, process, log))
        if time.monotonic() > deadline:
            stop(program, process)
            raise StackProblem(
                f"{program.name} was not ready within {program.ready_within:.0f} s.\n{tail(log)}"
            )
        time.sleep(0.05)


def ended(program: Program, process: subprocess.Popen[bytes], log: Path) -> str:
    return f"{program.name} {how_it_ended(process.returncode)}.\n{tail(log)}"


def how_it_ended(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    return f"was ended by {signal.Signals(-status).name}"


def stop(program: Program, process: subprocess.Popen[bytes]) -> None:
    """Ask politely, wait, then end the process group."""
    if process.poll() is not None:
        return
    process.send_signal(program.stop_signal)
    try:
        process.wait(program.stop_within)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def tail(log: Path, lines: int = 15) -> str:
    if not log.exists():
        return "(it wrote no log)"
    text = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join([f"The end of {log}:", *text])
