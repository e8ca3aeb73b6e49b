"""Keeps the loops of a process going: waits out what passes, ends the process on what does not."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka.errors import KafkaError

from chassis.failures import infrastructure
from chassis.kit import Loop
from chassis.logs import error_fields
from chassis.wakeups import rest

DRAIN_S = 20.0
CANCEL_S = 2.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 30.0
WELL_AFTER_S = 60.0


class LoopEndedError(Exception):
    """A loop returned although nobody asked it to stop."""


def passing(error: BaseException) -> bool:
    """Whether waiting may help: the fault lies with the machinery, not with our code."""
    if isinstance(error, BaseExceptionGroup):
        return all(passing(each) for each in error.exceptions)
    return infrastructure(error) or isinstance(error, KafkaError)


class Supervisor:
    def __init__(self, stop: asyncio.Event, log: Any, *, drain_s: float = DRAIN_S) -> None:
        self._stop = stop
        self._log = log
        self._drain_s = drain_s

    async def run(self, loops: Sequence[Loop]) -> bool:
        """Until `stop` is set, or a loop dies, which stops all others. False when one died."""
        tasks = {asyncio.create_task(self._keep(loop), name=loop.name) for loop in loops}
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait({*tasks, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        self._stop.set()
        await self._drain(tasks)
        return all([self._ended_well(task) for task in tasks])

    async def _keep(self, loop: Loop) -> None:
        pause, clock = FIRST_PAUSE_S, asyncio.get_running_loop()
        while not self._stop.is_set():
            entered = clock.time()
            try:
                await loop.run(self._stop)
            except Exception as error:
                if not passing(error):
                    raise
                pause = FIRST_PAUSE_S if clock.time() - entered > WELL_AFTER_S else pause
                self._log.warning(
                    "loop waits", loop=loop.name, wait_s=round(pause, 1), **error_fields(error)
                )
                await rest(self._stop, pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
            else:
                if not self._stop.is_set():
                    raise LoopEndedError(loop.name)

    async def _drain(self, tasks: set["asyncio.Task[None]"]) -> None:
        """What does not end by itself in time is cut off: its rows are still there."""
        for limit in (self._drain_s, CANCEL_S):
            _, left = await asyncio.wait(tasks, timeout=limit)
            for task in left:
                self._log.error("loop does not stop", loop=task.get_name(), wait_s=limit)
                task.cancel()
            if not left:
                return

    def _ended_well(self, task: "asyncio.Task[None]") -> bool:
        if not task.done() or task.cancelled():
            return True
        error = task.exception()
        if error is None or (self._stop.is_set() and passing(error)):
            return True
        self._log.critical("loop died", loop=task.get_name(), **error_fields(error))
        return False
