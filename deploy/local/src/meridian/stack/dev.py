"""`python -m meridian.stack.dev`: one PostgreSQL and one Kafka for whoever runs tests by hand."""

import argparse
import signal
from pathlib import Path
from types import FrameType

from meridian.stack.keeper import KINDS, prepared
from meridian.stack.program import await_ready, spawn, stop


def main() -> None:
    """Start both, print the two variables (and write them to HOME/env), wait for a signal."""
    options = arguments()
    options.home.mkdir(parents=True, exist_ok=True)
    options.home.chmod(0o755)  # the database's user must get in
    ports = {"postgres": options.postgres_port, "kafka": options.kafka_port}
    servers = [prepared(kind, options.home, ports[kind]) for kind in KINDS]
    programs = [program for program, _ in servers]
    logs = [options.home / f"{program.name}.log" for program in programs]
    processes = [spawn(program, log) for program, log in zip(programs, logs, strict=True)]
    try:
        for program, process, log in zip(programs, processes, logs, strict=True):
            await_ready(program, process, log)
        exports = [
            f"export MERIDIAN_TEST_{kind.upper()}={address}\n"
            for kind, (_, address) in zip(KINDS, servers, strict=True)
        ]
        (options.home / "env").write_text("".join(exports))
        print("".join(exports), end="", flush=True)
        await_signal()
    finally:
        for program, process in zip(programs, processes, strict=True):
            stop(program, process)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="meridian.stack.dev", description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("/tmp/meridian-dev"))
    parser.add_argument("--postgres-port", type=int, default=0, help="0: any free one")
    parser.add_argument("--kafka-port", type=int, default=0, help="0: any free one")
    return parser.parse_args()


def await_signal() -> None:
    def nothing(number: int, frame: FrameType | None) -> None: ...

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, nothing)
    signal.pause()


if __name__ == "__main__":
    main()
