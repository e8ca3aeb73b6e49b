"""Starts the parts of a stack in order, keeps them running, and stops them in reverse order."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import anyio
import psutil
from anyio import to_thread

from chassis.clock import Clock
from meridian.backoff import Backoff
from meridian.board import Board, Entry, Phase
from meridian.problems import StackProblem
from meridian.stack.program import Part, Program, Step, ended, how_it_ended, spawn, stop, tail

_POLL_SECONDS = 0.1
_HEALTH_SECONDS = 2.0


@dataclass
class Supervisor:
    """`on_change` is given the whole board whenever anything on it changes."""

    parts: tuple[Part, ...]
    logs: Path
    clock: Clock
    on_change: Callable[[Board], None]
    absent: tuple[tuple[str, str], ...] = ()
    backoff: Backoff = field(default_factory=Backoff)

    def __post_init__(self) -> None:
        now = self.clock.now()
        missing = [Entry(name, Phase.ABSENT, now, note=why) for name, why in self.absent]
        self.board = Board((*(_entry(part, now) for part in self.parts), *missing))
        self._settled = {part.name: anyio.Event() for part in self.parts}
        self._gone = {part.name: anyio.Event() for part in self.parts}
        self._stopping = anyio.Event()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._problem: StackProblem | None = None

    def stop(self) -> None:
        """Stop everything in reverse order; `run` returns when that is done."""
        self._stopping.set()

    def kill(self) -> None:
        """End everything at once, for a person who asked twice."""
        self.stop()
        for process in self._processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)

    async def run(self) -> None:
        """Return once everything has stopped.

        Raises:
            StackProblem: an essential part could not start; everything else was stopped.
        """
        self.on_change(self.board)
        try:
            async with anyio.create_task_group() as group:
                for part in self.parts:
                    group.start_soon(self._hold, part)
        finally:
            self.kill()
        if self._problem:
            raise self._problem

    async def _hold(self, part: Part) -> None:
        """A part is gone only when all that came after it are: that makes the order of stopping."""
        if await self._all_settled(part.after):
            await (self._keep(part) if isinstance(part, Program) else self._perform(part))
        await self._dependents_gone(part)
        self._gone[part.name].set()

    async def _all_settled(self, names: Iterable[str]) -> bool:
        """Whether all of these came to be before the stop."""
        for name in names:
            await self._unless_stopped(self._settled[name])
        return not self._stopping.is_set()

    async def _dependents_gone(self, part: Part) -> None:
        for each in self.parts:
            if part.name in each.after:
                await self._gone[each.name].wait()

    async def _unless_stopped(self, event: anyio.Event) -> None:
        async with anyio.create_task_group() as group:

            async def wait(awaited: anyio.Event) -> None:
                await awaited.wait()
                group.cancel_scope.cancel()

            group.start_soon(wait, event)
            group.start_soon(wait, self._stopping)

    async def _pause(self, seconds: float) -> None:
        with anyio.move_on_after(seconds):
            await self._stopping.wait()

    async def _perform(self, step: Step) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._mark(step, phase=Phase.STARTING)
            try:
                await self._do(step)
            except StackProblem as problem:
                if step.essential:
                    return self._fail(problem)
                failures += 1
                await self._back_off(step, failures, str(problem).splitlines()[0].rstrip("."))
            else:
                return

    async def _do(self, step: Step) -> None:
        program = await to_thread.run_sync(step.run)
        if program is not None:
            process = await self._start(step, program)
            while process.poll() is None and not self._stopping.is_set():
                await self._pause(_POLL_SECONDS)
            if process.poll() is None:
                return await to_thread.run_sync(stop, program, process)
            if process.returncode != 0:
                raise StackProblem(ended(program, process, self._log(program)))
        await to_thread.run_sync(step.finish)
        self._mark(step, phase=Phase.DONE, pid=None, born=None, note="")
        self._settled[step.name].set()

    async def _keep(self, program: Program) -> None:
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            process = await self._start(program, program)
            await self._watch(program, process)
            if self._stopping.is_set():
                return await self._end(program, process)
            if program.essential and not self._settled[program.name].is_set():
                return self._fail(StackProblem(ended(program, process, self._log(program))))
            failures = self.backoff.failures_after(failures, time.monotonic() - began)
            await self._back_off(program, failures, how_it_ended(process.returncode))

    async def _start(self, part: Part, program: Program) -> subprocess.Popen[bytes]:
        process = spawn(program, self._log(program))
        self._processes[part.name] = process
        born = _birth(process.pid)
        self._mark(part, phase=Phase.STARTING, pid=process.pid, born=born, note="")
        return process

    async def _watch(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        """Until the process has ended or the stack stops, tell whether it is ready."""
        began, next_look, was_ready = time.monotonic(), 0.0, False
        while process.poll() is None and not self._stopping.is_set():
            if time.monotonic() >= next_look:
                ready = await self._look(program)
                was_ready = was_ready or ready
                self._tell(program, ready, was_ready, time.monotonic() - began)
                next_look = time.monotonic() + (_HEALTH_SECONDS if was_ready else _POLL_SECONDS)
            await self._pause(_POLL_SECONDS)

    async def _look(self, program: Program) -> bool:
        try:
            return await to_thread.run_sync(program.ready)
        except StackProblem as problem:
            self._fail(problem)
            return False

    def _tell(self, program: Program, ready: bool, was_ready: bool, running_for: float) -> None:
        if ready:
            self._mark(program, phase=Phase.READY, note="")
            self._settled[program.name].set()
        elif was_ready:
            self._mark(program, phase=Phase.UNWELL, note="does not answer")
        elif running_for > program.ready_within:
            self._late(program)

    def _late(self, program: Program) -> None:
        note = f"not ready within {program.ready_within:g} s"
        self._mark(program, phase=Phase.UNWELL, note=note)
        if program.essential:
            self._fail(StackProblem(f"{program.name}: {note}.\n{tail(self._log(program))}"))

    def _fail(self, problem: StackProblem) -> None:
        self._problem = self._problem or problem
        self.stop()

    async def _back_off(self, part: Part, failures: int, why: str) -> None:
        delay = self.backoff.delay(failures)
        self._mark(
            part,
            phase=Phase.RESTARTING,
            pid=None,
            born=None,
            restarts=self.board[part.name].restarts + 1,
            note=f"{why}; again in {delay:.1f} s",
        )
        await self._pause(delay)

    async def _end(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        await self._dependents_gone(program)
        self._mark(program, phase=Phase.STOPPING, note="")
        await to_thread.run_sync(stop, program, process)
        self._mark(program, phase=Phase.STOPPED, pid=None, born=None)

    def _log(self, part: Part) -> Path:
        return self.logs / f"{part.name}.log"

    def _mark(self, part: Part, **changes: object) -> None:
        board = self.board.changed(part.name, self.clock.now(), **changes)
        if board != self.board:
            self.board = board
            self.on_change(board)


def _entry(part: Part, now: datetime) -> Entry:
    if isinstance(part, Program):
        return Entry(part.name, Phase.WAITING, now, address=part.address)
    return Entry(part.name, Phase.WAITING, now, keeps_running=False)


def _birth(pid: int) -> float | None:
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None
