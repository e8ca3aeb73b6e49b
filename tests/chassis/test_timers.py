"""Timers on a real database: once, in order, within walls, held back by a ceiling, parked."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from sqlalchemy import text

from chassis import timers
from chassis.db import Database, Transaction
from chassis.tenancy import scope
from chassis.testing.databases import ServiceDatabase
from chassis.timer_loop import MAX_TRIES, TimerLoop
from chassis.timers import Timer, Timing

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

A = UUID("a0000000-0000-7000-8000-00000000000a")
B = UUID("b0000000-0000-7000-8000-00000000000b")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Silent:
    def __init__(self) -> None:
        self.fired: list[tuple[str, float]] = []
        self.failed: list[str] = []

    def timer_fired(self, kind: str, lateness_s: float) -> None:
        self.fired.append((kind, lateness_s))

    def timer_failed(self, kind: str, error: str) -> None:
        self.failed.append(error)


class NeverWoken:
    async def wait(self, seconds: float) -> bool:
        return False


class Bench:
    """The two roles' databases and a handler that notes what fired."""

    def __init__(self, made: ServiceDatabase) -> None:
        self.database: Database = made.runtime()
        self.loops: Database = made.loops()
        self.metrics = Silent()
        self.seen: list[Timer] = []

    async def note(self, timer: Timer, tx: Transaction, now: datetime) -> None:
        visible = await tx.scalar(text("SELECT current_setting('app.tenants')"))
        assert visible == str(timer.tenant)
        self.seen.append(timer)

    def loop(self, **timings: Timing) -> TimerLoop:
        return TimerLoop(
            database=self.database,
            loops=self.loops,
            timings=timings or {"note": Timing(self.note)},
            waiter=NeverWoken(),
            metrics=self.metrics,
        )

    async def arm(self, tenant: UUID, name: str, due_at: datetime, kind: str = "note") -> Timer:
        timer = Timer(tenant, kind, uuid5(tenant, name), due_at, {"name": name})
        async with self.database.transaction(scope(tenant)) as tx:
            await timers.arm(tx, timer)
        return timer

    async def rows(self, tenant: UUID) -> list[tuple[str, int]]:
        async with self.database.transaction(scope(tenant)) as tx:
            found = await tx.all(text("SELECT state, tries FROM timers ORDER BY key"))
        return [(row["state"], row["tries"]) for row in found]


@pytest.fixture
async def bench(foundation_database: ServiceDatabase) -> AsyncIterator[Bench]:
    made = Bench(foundation_database)
    yield made
    await made.database.close()
    await made.loops.close()


async def test_fires_what_is_due_in_due_order_over_all_tenants(bench: Bench) -> None:
    await bench.arm(A, "third", LONG_AGO + timedelta(hours=3))
    await bench.arm(B, "first", LONG_AGO + timedelta(hours=1))
    await bench.arm(A, "second", LONG_AGO + timedelta(hours=2))
    await bench.arm(A, "later", datetime(2100, 1, 1, tzinfo=UTC))

    fired = await bench.loop().sweep()

    assert fired == 3
    assert [timer.payload["name"] for timer in bench.seen] == ["first", "second", "third"]
    assert all(lateness > 0 for _, lateness in bench.metrics.fired)


async def test_fires_once_though_many_loops_look(bench: Bench) -> None:
    for number in range(50):
        await bench.arm(A if number % 2 else B, f"t{number}", LONG_AGO + timedelta(seconds=number))

    fired = await asyncio.gather(*(bench.loop().sweep() for _ in range(4)))

    assert sum(fired) == 50
    assert len({timer.key for timer in bench.seen}) == 50


async def test_arming_again_moves_it_and_disarming_takes_it_away(bench: Bench) -> None:
    await bench.arm(A, "moved", LONG_AGO)
    await bench.arm(A, "moved", datetime(2100, 1, 1, tzinfo=UTC))
    gone = await bench.arm(A, "gone", LONG_AGO)
    async with bench.database.transaction(scope(A)) as tx:
        await timers.disarm(tx, A, gone.kind, gone.key)

    assert await bench.loop().sweep() == 0


async def test_a_rolled_back_transaction_arms_nothing(bench: Bench) -> None:
    with pytest.raises(RuntimeError):
        async with bench.database.transaction(scope(A)) as tx:
            await timers.arm(tx, Timer(A, "note", uuid5(A, "never"), LONG_AGO))
            raise RuntimeError("the handler broke after arming")

    assert await bench.loop().sweep() == 0


async def test_a_handler_that_fails_leaves_its_timer_and_the_others_fire(bench: Bench) -> None:
    async def break_on_bad(timer: Timer, tx: Transaction, now: datetime) -> None:
        if timer.payload["name"] == "bad":
            raise ValueError("cannot judge this one")
        await bench.note(timer, tx, now)

    await bench.arm(A, "good", LONG_AGO)
    await bench.arm(A, "bad", LONG_AGO + timedelta(seconds=1))
    await bench.arm(B, "also good", LONG_AGO + timedelta(seconds=2))

    fired = await bench.loop(note=Timing(break_on_bad)).sweep()

    assert fired == 2
    # The chunk's first attempt was rolled back, so "good" was handled twice and fired once.
    assert {timer.payload["name"] for timer in bench.seen} == {"good", "also good"}
    assert len(bench.metrics.fired) == 2
    assert await bench.rows(A) == [("armed", 1)]
    assert await bench.rows(B) == []


async def test_a_poisonous_timer_is_parked_after_its_last_try(bench: Bench) -> None:
    async def always_break(timer: Timer, tx: Transaction, now: datetime) -> None:
        raise ValueError("never")

    await bench.arm(A, "poison", LONG_AGO)
    loop = bench.loop(note=Timing(always_break))
    for _ in range(MAX_TRIES):
        await loop.sweep()
        async with bench.database.transaction(scope(A)) as tx:
            await tx.execute(text("UPDATE timers SET retry_at = NULL"))

    assert await bench.rows(A) == [("parked", MAX_TRIES)]
    assert await loop.sweep() == 0
    assert bench.metrics.failed == ["ValueError"] * MAX_TRIES


async def test_a_ceiling_holds_back_what_the_feed_does_not_cover_yet(bench: Bench) -> None:
    ceiling: list[datetime | None] = [None]

    async def feed(tx: Transaction) -> datetime | None:
        return ceiling[0]

    await bench.arm(A, "covered", LONG_AGO)
    await bench.arm(A, "not yet", LONG_AGO + timedelta(hours=1))
    loop = bench.loop(note=Timing(bench.note, ceiling=feed))
    before = await loop.sweep()
    ceiling[0] = LONG_AGO + timedelta(minutes=30)
    after = await loop.sweep()

    assert (before, after) == (0, 1)
    assert [timer.payload["name"] for timer in bench.seen] == ["covered"]


async def test_a_handler_may_arm_the_same_timer_again(bench: Bench) -> None:
    async def again(timer: Timer, tx: Transaction, now: datetime) -> None:
        bench.seen.append(timer)
        await timers.arm(tx, Timer(timer.tenant, timer.kind, timer.key, now + timedelta(hours=1)))

    await bench.arm(A, "repeat", LONG_AGO)
    await bench.loop(note=Timing(again)).sweep()

    assert await bench.rows(A) == [("armed", 0)]
    assert await bench.loop(note=Timing(again)).sweep() == 0


async def test_one_tenant_cannot_see_or_disarm_anothers_timer(bench: Bench) -> None:
    timer = await bench.arm(A, "walled", LONG_AGO)
    async with bench.database.transaction(scope(B)) as tx:
        await timers.disarm(tx, A, timer.kind, timer.key)

    assert await bench.rows(B) == []
    assert await bench.rows(A) == [("armed", 0)]
