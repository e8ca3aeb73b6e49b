"""What passes is waited out; what does not ends every loop; a stop lets each finish."""

import asyncio
from typing import Any

import pytest
import structlog
from aiokafka.errors import KafkaConnectionError
from sqlalchemy.exc import DBAPIError

from chassis.kit import Loop
from chassis.supervision import LoopEndedError, Supervisor, passing

pytestmark = pytest.mark.anyio


class Work:
    """A loop that fails as told, each time it is entered, and then works until the stop."""

    def __init__(self, *faults: Exception | None, ends: bool = True) -> None:
        self._faults = list(faults)
        self._ends = ends
        self.entered = 0
        self.drained = False
        self.working = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        self.entered += 1
        if self._faults:
            fault = self._faults.pop(0)
            if fault is not None:
                raise fault
            return
        self.working.set()
        await stop.wait()
        await asyncio.sleep(0.01 if self._ends else 60)
        self.drained = True


def loop(name: str, work: Work) -> Loop:
    return Loop(name=name, run=work.run)


async def run(stop: asyncio.Event, *works: Work, drain_s: float = 1.0) -> tuple[bool, list[Any]]:
    loops = [loop(f"work-{n}", work) for n, work in enumerate(works)]
    with structlog.testing.capture_logs() as lines:
        well = await Supervisor(stop, structlog.get_logger(), drain_s=drain_s).run(loops)
    return well, [(line["event"], line.get("loop"), line.get("error")) for line in lines]


async def test_a_stop_lets_every_loop_finish() -> None:
    stop, works = asyncio.Event(), (Work(), Work())
    running = asyncio.create_task(run(stop, *works))
    await asyncio.gather(*(work.working.wait() for work in works))

    stop.set()

    assert await running == (True, [])
    assert all(work.drained for work in works)


@pytest.mark.parametrize(
    "fault",
    [
        ConnectionResetError(),
        TimeoutError(),
        KafkaConnectionError(),
        DBAPIError("SELECT 1", {}, OSError()),
        ExceptionGroup("two", [TimeoutError(), ExceptionGroup("one", [OSError()])]),
    ],
)
async def test_what_passes_is_waited_out(fault: Exception) -> None:
    stop, work = asyncio.Event(), Work(fault, fault)
    running = asyncio.create_task(run(stop, work))
    await work.working.wait()
    stop.set()
    well, lines = await running

    assert (well, work.entered) == (True, 3)
    assert [event for event, _, _ in lines] == ["loop waits", "loop waits"]


@pytest.mark.parametrize(
    "fault",
    [KeyError("x"), ValueError(), ExceptionGroup("mixed", [TimeoutError(), KeyError()])],
)
async def test_a_bug_ends_all_loops_and_is_told(fault: Exception) -> None:
    stop, broken, other = asyncio.Event(), Work(fault), Work()
    well, lines = await run(stop, other, broken)

    assert not well
    assert stop.is_set()
    assert other.drained
    assert lines == [("loop died", "work-1", type(fault).__name__)]


async def test_a_loop_that_just_ends_is_a_bug() -> None:
    well, lines = await run(asyncio.Event(), Work(None), Work())

    assert not well
    assert lines == [("loop died", "work-0", LoopEndedError.__name__)]


async def test_a_loop_that_does_not_stop_is_cut_off_and_named() -> None:
    stop, deaf, other = asyncio.Event(), Work(ends=False), Work()
    running = asyncio.create_task(run(stop, deaf, other, drain_s=0.05))
    await deaf.working.wait()
    stop.set()
    well, lines = await running

    assert well
    assert other.drained
    assert lines == [("loop does not stop", "work-0", None)]


async def test_the_machinery_failing_in_the_middle_of_a_stop_is_no_bug() -> None:
    class Late(Work):
        async def run(self, stop: asyncio.Event) -> None:
            self.working.set()
            await stop.wait()
            raise ConnectionResetError

    stop, late = asyncio.Event(), Late()
    running = asyncio.create_task(run(stop, late))
    await late.working.wait()
    stop.set()

    assert (await running)[0]


def test_a_bad_value_never_passes() -> None:
    class Duplicate(Exception):
        sqlstate = "23505"

    assert not passing(DBAPIError("INSERT", {}, Duplicate()))
