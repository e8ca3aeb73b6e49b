"""`python -m meridian.stack.dev`: one PostgreSQL and one Kafka for whoever runs tests by hand."""

import argparse
import signal
from pathlib import Path
from types import FrameType

from meridian.stack import kafka, postgres
from meridian.stack.ports import free_port
from meridian.stack.program import await_ready, spawn, stop


def main() -> None:
    """Start both, print the two variables (and write them to HOME/env), wait for a signal."""
    options = arguments()
    taken = frozenset({options.postgres_port, options.kafka_port})
    database = postgres.PostgresServer(
        options.home / "postgres", options.postgres_port or free_port(taken), "dev", durable=False
    )
    controller = free_port(taken | {database.port})
    broker_port = options.kafka_port or free_port(taken | {database.port, controller})
    broker = kafka.KafkaServer(options.home / "kafka", broker_port, controller)
    programs = [kafka.prepare(broker), postgres.prepare(database)]
    logs = [options.home / f"{program.name}.log" for program in programs]
    processes = [spawn(program, log) for program, log in zip(programs, logs, strict=True)]
    try:
        for program, process, log in zip(programs, processes, logs, strict=True):
            await_ready(program, process, log)
        exports = (
            f"export MERIDIAN_TEST_POSTGRES={database.dsn}\n"
            f"export MERIDIAN_TEST_KAFKA={broker.bootstrap}\n"
        )
        (options.home / "env").write_text(exports)
        print(exports, end="", flush=True)
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
    wanted = {signal.SIGINT, signal.SIGTERM}

    def nothing(number: int, frame: FrameType | None) -> None: ...

    for each in wanted:
        signal.signal(each, nothing)
    signal.pause()


if __name__ == "__main__":
    main()
