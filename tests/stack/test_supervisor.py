"""The supervisor on real processes: order, readiness, restarts and a clean stop."""

import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import psutil
import pytest

from chassis.clock import SystemClock
from meridian.backoff import Backoff
from meridian.board import Board, Phase
from meridian.problems import StackProblem
from meridian.stack.ports import answers_ok, free_port
from meridian.stack.program import Part, Program, Step
from meridian.supervisor import Supervisor

pytestmark = pytest.mark.anyio
FAKE = Path(__file__).with_name("fake_part.py")
QUICK = Backoff(first=0.05, most=0.2, calm=60)


@dataclass
class Stage:
    """A folder for one test: builds fake parts, runs them, and remembers every board."""

    folder: Path
    boards: list[Board] = field(default_factory=list)
    _news: anyio.Event = field(default_factory=anyio.Event)

    def publish(self, board: Board) -> None:
        self.boards.append(board)
        self._news.set()
        self._news = anyio.Event()

    @property
    def journal(self) -> list[str]:
        file = self.folder / "journal"
        return file.read_text().splitlines() if file.exists() else []

    def fake(self, name: str, *options: str, **traits: Any) -> Program:
        argv = (sys.executable, "-S", str(FAKE), name, "--journal", str(self.folder / "journal"))
        return Program(name, (*argv, *options), **traits)

    def serving(self, name: str, *options: str, **traits: Any) -> Program:
        port = free_port()
        return self.fake(
            name, "--port", str(port), *options, ready=answers_ok(port, "/readyz"), **traits
        )

    def supervisor(self, *parts: Part) -> Supervisor:
        logs = self.folder / "logs"
        return Supervisor(parts, logs, SystemClock(), self.publish, backoff=QUICK)

    @asynccontextmanager
    async def running(self, *parts: Part) -> AsyncIterator[Supervisor]:
        supervisor = self.supervisor(*parts)
        async with anyio.create_task_group() as group:
            group.start_soon(supervisor.run)
            yield supervisor
            supervisor.stop()

    async def until(self, wanted: Callable[[Board], bool]) -> Board:
        with anyio.fail_after(20):
            while not (self.boards and wanted(self.boards[-1])):
                await self._news.wait()
        return self.boards[-1]

    async def wrote(self, line: str) -> None:
        with anyio.fail_after(20):
            while line not in self.journal:  # noqa: ASYNC110 - another process writes it
                await anyio.sleep(0.05)


@pytest.fixture
async def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


async def test_starts_a_part_only_when_what_it_needs_is_ready(stage: Stage) -> None:
    ready = stage.folder / "ready"
    server = stage.serving("server", "--ready-file", str(ready))
    service = stage.serving("service", after=("server",))

    async with stage.running(server, service):
        await stage.wrote("server started")
        await anyio.sleep(0.3)
        assert stage.journal == ["server started"]
        assert stage.boards[-1]["service"].phase is Phase.WAITING
        ready.touch()
        await stage.until(lambda board: board.ready)

    assert stage.journal[:2] == ["server started", "service started"]


async def test_does_a_step_once_before_what_comes_after_it(stage: Stage) -> None:
    done: list[list[str]] = []

    def make() -> None:
        done.append(stage.journal)

    step = Step("tables", make, after=("server",))

    async with stage.running(
        stage.serving("server"), step, stage.serving("service", after=("tables",))
    ):
        board = await stage.until(lambda board: board.ready)

    assert done == [["server started"]]
    assert board["tables"].phase is Phase.DONE
    assert not board["tables"].keeps_running


async def test_stops_in_reverse_order_also_across_steps(stage: Stage) -> None:
    parts = (
        stage.serving("server"),
        Step("tables", lambda: None, after=("server",)),
        stage.serving("service", after=("tables",)),
        stage.serving("screens", after=("service",)),
    )

    async with stage.running(*parts):
        await stage.until(lambda board: board.ready)

    assert stage.journal[-3:] == ["screens stopped", "service stopped", "server stopped"]
    assert stage.boards[-1]["server"].phase is Phase.STOPPED


async def test_starts_a_part_that_died_again_and_shows_it(stage: Stage) -> None:
    async with stage.running(stage.serving("service")):
        first = await stage.until(lambda board: board.ready)
        os.kill(first["service"].pid or 0, signal.SIGKILL)
        shown = await stage.until(lambda board: board["service"].phase is Phase.RESTARTING)
        again = await stage.until(lambda board: board.ready and board["service"].restarts == 1)

    assert "was ended by SIGKILL; again in" in shown["service"].note
    assert again["service"].pid != first["service"].pid


async def test_waits_longer_after_each_failure_of_a_part_that_never_starts(stage: Stage) -> None:
    broken = stage.fake("broken", "--exit", "3", ready=lambda: False)

    async with stage.running(broken, stage.serving("sound")):
        board = await stage.until(lambda board: board["broken"].restarts >= 3)

    notes = {board["broken"].note for board in stage.boards if board["broken"].note}
    assert {
        "ended with status 3; again in 0.1 s",
        "ended with status 3; again in 0.2 s",
    } <= notes
    assert board["sound"].phase is Phase.READY


async def test_shows_a_part_that_runs_but_no_longer_answers(stage: Stage) -> None:
    well = stage.folder / "well"
    well.touch()

    async with stage.running(stage.serving("service", "--ready-file", str(well))):
        before = await stage.until(lambda board: board.ready)
        well.unlink()
        unwell = await stage.until(lambda board: board["service"].phase is Phase.UNWELL)
        well.touch()
        after = await stage.until(lambda board: board.ready)

    assert not unwell.ready
    assert before["service"].pid == after["service"].pid


async def test_stops_everything_when_an_essential_part_cannot_start(stage: Stage) -> None:
    supervisor = stage.supervisor(
        stage.serving("other"),
        stage.fake("server", "--exit", "7", ready=lambda: False, essential=True),
    )

    with pytest.raises(StackProblem, match=r"server ended with status 7[\s\S]*cannot go on"):
        await supervisor.run()

    pids = {entry.pid for board in stage.boards for entry in board.entries if entry.pid}
    assert not [pid for pid in pids if psutil.pid_exists(pid)]


async def test_tells_the_problem_of_an_essential_step(stage: Stage) -> None:
    def refuse() -> None:
        raise StackProblem("topic x has 3 partitions")

    supervisor = stage.supervisor(Step("topics", refuse, essential=True))

    with pytest.raises(StackProblem, match="topic x has 3 partitions"):
        await supervisor.run()


async def test_tries_a_step_again_that_is_not_essential(stage: Stage) -> None:
    tries: list[int] = []

    def second_time() -> None:
        tries.append(1)
        if len(tries) < 2:
            raise StackProblem("npm ci failed")

    async with stage.running(Step("assets", second_time)):
        await stage.until(lambda board: board["assets"].phase is Phase.DONE)

    assert len(tries) == 2


async def test_ends_a_part_that_does_not_listen(stage: Stage) -> None:
    async with stage.running(stage.serving("deaf", "--deaf", stop_within=0.3)):
        board = await stage.until(lambda board: board.ready)

    assert not psutil.pid_exists(board["deaf"].pid or 0)
    assert stage.boards[-1]["deaf"].phase is Phase.STOPPED


async def test_gives_up_on_an_essential_part_that_never_answers(stage: Stage) -> None:
    silent = stage.fake("server", ready=lambda: False, ready_within=0.5, essential=True)

    with pytest.raises(StackProblem, match=r"server: not ready within 0.5 s"):
        await stage.supervisor(silent).run()


async def test_runs_the_program_of_a_step_to_its_end_and_finishes_it(stage: Stage) -> None:
    finished: list[list[str]] = []
    child = stage.fake("child", "--exit", "0")
    step = Step("tables", lambda: child, lambda: finished.append(stage.journal))

    async with stage.running(step, stage.serving("service", after=("tables",))):
        await stage.until(lambda board: board.ready)

    assert finished == [["child started"]]
    assert stage.journal == ["child started", "service started", "service stopped"]


async def test_a_step_whose_program_fails_is_not_finished_and_tried_again(stage: Stage) -> None:
    finished: list[int] = []
    child = stage.fake("child", "--exit", "4")

    async with stage.running(Step("tables", lambda: child, lambda: finished.append(1))):
        board = await stage.until(lambda board: board["tables"].restarts == 2)

    assert "child ended with status 4" in board["tables"].note
    assert finished == []


async def test_a_stop_ends_the_program_of_a_step_too(stage: Stage) -> None:
    child = stage.fake("child")

    async with stage.running(Step("tables", lambda: child)):
        board = await stage.until(lambda board: board["tables"].pid is not None)
        await stage.wrote("child started")

    assert not psutil.pid_exists(board["tables"].pid or 0)
    assert stage.journal == ["child started", "child stopped"]
