"""`meridian up` from the inside: check, prepare, supervise, and leave nothing behind."""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import anyio
from rich.console import Console

from chassis.clock import SystemClock
from meridian import preflight, state
from meridian.board import Board
from meridian.config import StackConfig, keep_ports
from meridian.problems import StackProblem
from meridian.stack.program import tail
from meridian.stack.table import Layout, layout
from meridian.stopping import clean_up_after_a_crash
from meridian.supervisor import Supervisor
from meridian.view import LiveView, PlainView

_HOPELESS = 5  # starts in vain before a detached start reports failure
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_stack(
    config: StackConfig,
    console: Console,
    lay_out: Callable[[StackConfig], Layout] = layout,
) -> None:
    """Run until told to stop. Nothing is started unless everything can be."""
    with state.only_supervisor(config.home):
        clean_up_after_a_crash(config.home, console)
        preflight.check(config)
        keep_ports(config)
        plan = lay_out(config)
        # Its warnings while a broker starts would tear the table; the state is shown anyway.
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL + 1)
        clock = SystemClock()
        view: LiveView | PlainView = (
            LiveView(console, config, clock.now)
            if console.is_terminal
            else PlainView(console, config)
        )
        with view:

            def publish(board: Board) -> None:
                state.write_state(config.home, board)
                view.show(board)

            supervisor = Supervisor(plan.parts, config.logs, clock, publish, plan.absent)
            try:
                anyio.run(supervise, supervisor)
            finally:
                state.forget_state(config.home)


async def supervise(supervisor: Supervisor) -> None:
    problem: StackProblem | None = None
    async with anyio.create_task_group() as group:
        group.start_soon(obey_signals, supervisor)
        try:
            await supervisor.run()
        except StackProblem as found:
            problem = found
        group.cancel_scope.cancel()
    if problem:
        raise problem


async def obey_signals(supervisor: Supervisor) -> None:
    """The first signal stops in order, the second at once."""
    with anyio.open_signal_receiver(*_SIGNALS) as signals:
        asked = 0
        async for _ in signals:
            asked += 1
            (supervisor.stop if asked == 1 else supervisor.kill)()


def run_detached(config: StackConfig, console: Console, *, ports: str, within: float = 300) -> None:
    """Start the supervisor in the background and return once everything is ready."""
    log = config.logs / "supervisor.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "meridian", "up", "--home", str(config.home), "--ports", ports],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )
    deadline = time.monotonic() + within
    with console.status("starting Meridian") as spinner:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise StackProblem(log.read_text().strip())
            found = state.read_state(config.home)
            if found and found.supervisor == process.pid and found.board.ready:
                return
            if found:
                give_up_on_the_hopeless(found.board, config)
                spinner.update(f"starting Meridian: {waiting_for(found.board)}")
            time.sleep(0.2)
    raise StackProblem(
        f"Not everything was ready within {within:.0f} s; it goes on in the background. "
        "See: meridian status"
    )


def give_up_on_the_hopeless(board: Board, config: StackConfig) -> None:
    for entry in board.entries:
        if entry.restarts >= _HOPELESS and not entry.settled:
            log = config.logs / f"{entry.name.removeprefix('migrate ')}.log"
            raise StackProblem(
                f"{entry.name} does not start: {entry.note}. The rest runs on in the background; "
                f"stop it with: meridian down\n{tail(log)}"
            )


def waiting_for(board: Board) -> str:
    return ", ".join(entry.name for entry in board.entries if not entry.settled)
