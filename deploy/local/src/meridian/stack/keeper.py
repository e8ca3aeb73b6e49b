"""One server for a run of tests, kept by a process of its own that ends with the run.

`python -m meridian.stack.keeper postgres --folder DIR --watch PID` writes DIR/postgres.address.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import psutil

from meridian.problems import StackProblem
from meridian.stack import kafka, postgres
from meridian.stack.ports import free_port
from meridian.stack.program import Program, await_ready, spawn, stop

KINDS = ("postgres", "kafka")
_started: list[subprocess.Popen[bytes]] = []  # held: an unreaped child that is dropped warns


def prepared(kind: str, folder: Path, port: int = 0) -> tuple[Program, str]:
    """The program of that kind with its data in `folder`, and the address it will have."""
    port = port or free_port()
    if kind == "postgres":
        database = postgres.PostgresServer(folder / "postgres", port, "test", durable=False)
        return postgres.prepare(database), database.dsn
    broker = kafka.KafkaServer(folder / "kafka", port, free_port(frozenset({port})))
    return kafka.prepare(broker), broker.bootstrap


def keep(kind: str, folder: Path, watched: int) -> None:
    """Start the server, say where it is, and stop it when the watched process has gone."""
    program, address = prepared(kind, folder)
    log = folder / f"{kind}.log"
    process = spawn(program, log)
    signal.signal(signal.SIGTERM, end)
    try:
        await_ready(program, process, log)
        say(folder / f"{kind}.address", address)
        while psutil.pid_exists(watched) and process.poll() is None:
            time.sleep(0.5)
    finally:
        stop(program, process)


def end(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


def say(file: Path, text: str) -> None:
    draft = file.with_suffix(".draft")
    draft.write_text(text)
    draft.rename(file)


def start_keeper(kind: str, folder: Path, watched: int) -> None:
    """Start it once per folder, however many processes ask."""
    try:
        claim = os.open(folder / f"{kind}.keeper", os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        return
    command = ["-W", "ignore", "-m", "meridian.stack.keeper", kind]
    options = ["--folder", str(folder), "--watch", str(watched)]
    with (folder / f"{kind}.keeper.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _started.append(process)
    os.write(claim, str(process.pid).encode())
    os.close(claim)


def await_address(kind: str, folder: Path, within: float = 120) -> str:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        for ending in ("address", "problem"):
            file = folder / f"{kind}.{ending}"
            if file.exists() and ending == "address":
                return file.read_text()
            if file.exists():
                raise StackProblem(file.read_text())
        time.sleep(0.05)
    raise StackProblem(f"{kind} did not start within {within:.0f} s; see {folder}")


def stop_keepers(folder: Path) -> None:
    """Ask every keeper of the folder to end, and wait until its server has."""
    for file in folder.glob("*.keeper"):
        try:
            keeper = psutil.Process(int(file.read_text() or 0))
            keeper.terminate()
            keeper.wait(30)
        except (psutil.NoSuchProcess, ValueError):
            continue


def main() -> None:
    parser = argparse.ArgumentParser(prog="meridian.stack.keeper", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--watch", type=int, required=True, help="the process to end with")
    options = parser.parse_args()
    try:
        keep(options.kind, options.folder, options.watch)
    except StackProblem as problem:
        say(options.folder / f"{options.kind}.problem", str(problem))
        sys.exit(1)


if __name__ == "__main__":
    main()
