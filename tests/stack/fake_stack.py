"""A stack of two fake parts under the real supervisor, as `meridian up` would run it."""

import sys
from pathlib import Path

from rich.console import Console

from meridian.cli import told
from meridian.config import StackConfig, load_config
from meridian.running import run_stack
from meridian.stack.ports import answers_ok
from meridian.stack.program import Program
from meridian.stack.table import Layout

FAKE = Path(__file__).with_name("fake_part.py")


def lay_out(config: StackConfig) -> Layout:
    def fake(name: str, port: int, *after: str) -> Program:
        journal = config.home / "journal"
        argv = (sys.executable, "-S", str(FAKE), name, "--journal", str(journal))
        return Program(
            name,
            (*argv, "--port", str(port)),
            ready=answers_ok(port, "/livez"),
            after=after,
            address=f"http://127.0.0.1:{port}",
        )

    ports = config.ports
    parts = (fake("server", ports.identity), fake("service", ports.mailbox, "server"))
    return Layout(parts, (("later", "has no __main__ yet"),))


def main() -> None:
    run_stack(load_config(Path(sys.argv[1])), Console(), lay_out)


if __name__ == "__main__":
    told(main)
