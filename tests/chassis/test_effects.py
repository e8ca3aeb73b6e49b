"""Effects on a real database: called once under a stable key; unknown ones are looked up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from sqlalchemy import text

from chassis import effects
from chassis.db import Database, Transaction
from chassis.effect_loop import EffectLoop
from chassis.effects import Done, Effect, Failed, Outcome, Unknown
from chassis.tenancy import scope
from chassis.testing.databases import ServiceDatabase

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

A = UUID("a0000000-0000-7000-8000-00000000000a")
B = UUID("b0000000-0000-7000-8000-00000000000b")
FAR = datetime(2100, 1, 1, tzinfo=UTC)

Answer = Callable[[Effect], Outcome]


class Provider:
    """The other side: answers as told and keeps a ledger of what it really did."""

    def __init__(self, answer: Answer, found: Answer | None = None) -> None:
        self.answer = answer
        self.found = found or (lambda effect: Unknown("not found yet"))
        self.calls: list[str] = []
        self.lookups: list[str] = []
        self.settled_with: list[Outcome] = []

    async def perform(self, effect: Effect) -> Outcome:
        self.calls.append(effect.key)
        return self.answer(effect)

    async def look_up(self, effect: Effect) -> Outcome:
        self.lookups.append(effect.key)
        return self.found(effect)

    async def settled(
        self, effect: Effect, outcome: Done | Failed, tx: Transaction, now: datetime
    ) -> None:
        self.settled_with.append(outcome)


class Counted:
    def __init__(self) -> None:
        self.states: list[str] = []

    def effect_settled(self, kind: str, state: str) -> None:
        self.states.append(state)


class NeverWoken:
    async def wait(self, seconds: float) -> bool:
        return False


class Bench:
    def __init__(self, made: ServiceDatabase) -> None:
        self.database: Database = made.runtime()
        self.loops: Database = made.loops()
        self.metrics = Counted()

    def loop(self, provider: Provider) -> EffectLoop:
        return EffectLoop(
            database=self.database,
            loops=self.loops,
            performers={"mail": provider},
            waiter=NeverWoken(),
            metrics=self.metrics,
        )

    async def ask(self, key: str, tenant: UUID = A, not_before: datetime | None = None) -> bool:
        effect = Effect(uuid5(tenant, key), tenant, "mail", key, {"message": key}, not_before)
        async with self.database.transaction(scope(tenant)) as tx:
            return await effects.put(tx, effect)

    async def state(self, key: str, tenant: UUID = A) -> tuple[str, int]:
        async with self.database.transaction(scope(tenant)) as tx:
            row = await tx.one(
                text("SELECT state, attempts FROM effects WHERE key = :key"), {"key": key}
            )
        return row["state"], row["attempts"]

    async def make_due(self) -> None:
        async with self.database.transaction(scope(A, B)) as tx:
            await tx.execute(text("UPDATE effects SET due_at = clock_timestamp()"))


@pytest.fixture
async def bench(foundation_database: ServiceDatabase) -> AsyncIterator[Bench]:
    made = Bench(foundation_database)
    yield made
    await made.database.close()
    await made.loops.close()


async def test_an_effect_is_called_once_and_its_reference_kept(bench: Bench) -> None:
    provider = Provider(lambda effect: Done(f"ref-{effect.key}"))
    await bench.ask("ack-1")

    await bench.loop(provider).sweep()
    await bench.loop(provider).sweep()

    assert provider.calls == ["ack-1"]
    assert await bench.state("ack-1") == ("done", 1)
    assert provider.settled_with == [Done("ref-ack-1")]


async def test_the_same_key_is_asked_for_once_in_a_tenant_and_again_in_another(
    bench: Bench,
) -> None:
    asked = [await bench.ask("ack"), await bench.ask("ack"), await bench.ask("ack", tenant=B)]

    assert asked == [True, False, True]


async def test_four_workers_call_each_effect_once(bench: Bench) -> None:
    provider = Provider(lambda effect: Done())
    for number in range(40):
        await bench.ask(f"mail-{number}")

    await asyncio.gather(*(bench.loop(provider).sweep() for _ in range(4)))

    assert sorted(provider.calls) == sorted(f"mail-{number}" for number in range(40))


async def test_an_unknown_outcome_is_looked_up_and_never_called_again(bench: Bench) -> None:
    provider = Provider(lambda effect: Unknown("timed out after sending"), lambda e: Done("r-7"))
    await bench.ask("refund-7")

    await bench.loop(provider).sweep()
    assert await bench.state("refund-7") == ("unknown", 1)
    await bench.make_due()
    await bench.loop(provider).sweep()

    assert (provider.calls, provider.lookups) == (["refund-7"], ["refund-7"])
    assert await bench.state("refund-7") == ("done", 1)


async def test_a_look_up_that_finds_nothing_leaves_it_unknown(bench: Bench) -> None:
    provider = Provider(lambda effect: Unknown("timed out"))
    await bench.ask("refund-8")
    for _ in range(3):
        await bench.loop(provider).sweep()
        await bench.make_due()

    assert provider.calls == ["refund-8"]
    assert await bench.state("refund-8") == ("unknown", 1)
    assert provider.settled_with == []


async def test_an_exception_while_calling_counts_as_unknown(bench: Bench) -> None:
    def explode(effect: Effect) -> Outcome:
        raise ConnectionResetError("the line went dead")

    provider = Provider(explode)
    await bench.ask("refund-9")
    await bench.loop(provider).sweep()

    assert await bench.state("refund-9") == ("unknown", 1)
    assert bench.metrics.states == ["unknown"]


async def test_a_worker_that_died_in_the_middle_leaves_an_unknown_not_a_second_call(
    bench: Bench,
) -> None:
    await bench.ask("refund-10")
    async with bench.loops.transaction(None) as tx:
        (found,) = await effects.ready(tx, ("mail",), 10)
    async with bench.database.transaction(scope(A)) as tx:
        assert await effects.claim(tx, found, lease_s=0.0)
    provider = Provider(lambda effect: Done("called"), lambda effect: Done("was there"))

    await bench.loop(provider).sweep()

    assert (provider.calls, provider.lookups) == ([], ["refund-10"])
    assert await bench.state("refund-10") == ("done", 1)


async def test_a_refusal_with_a_retry_is_called_again_later_and_without_never(
    bench: Bench,
) -> None:
    answers = iter([Failed("mailbox busy", retry_after_s=0), Failed("no such mailbox")])
    provider = Provider(lambda effect: next(answers))
    await bench.ask("mail-11")
    for _ in range(3):
        await bench.loop(provider).sweep()

    assert provider.calls == ["mail-11", "mail-11"]
    assert await bench.state("mail-11") == ("failed", 2)
    assert provider.settled_with[-1] == Failed("no such mailbox")


async def test_a_held_effect_waits_until_it_is_released_with_more_payload(bench: Bench) -> None:
    seen: list[object] = []

    def note(effect: Effect) -> Outcome:
        seen.append(dict(effect.payload))
        return Done()

    provider = Provider(note)
    await bench.ask("ack-12", not_before=FAR)
    await bench.loop(provider).sweep()
    assert seen == []
    async with bench.database.transaction(scope(A)) as tx:
        assert await effects.release(tx, A, "ack-12", {"due_at": "2026-11-23T10:00:00Z"})
    await bench.loop(provider).sweep()

    assert seen == [{"message": "ack-12", "due_at": "2026-11-23T10:00:00Z"}]
    async with bench.database.transaction(scope(A)) as tx:
        assert not await effects.release(tx, A, "ack-12")


async def test_a_cancelled_effect_never_goes(bench: Bench) -> None:
    provider = Provider(lambda effect: Done())
    await bench.ask("mail-13", not_before=datetime.now(UTC) + timedelta(hours=1))  # noqa: TID251
    async with bench.database.transaction(scope(A)) as tx:
        assert await effects.cancel(tx, A, "mail-13")
    await bench.make_due()
    await bench.loop(provider).sweep()

    assert provider.calls == []


async def test_the_loops_role_sees_states_but_no_payload(bench: Bench) -> None:
    await bench.ask("mail-14")

    async with bench.loops.transaction(None) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM effects")) == 1
    with pytest.raises(Exception, match="permission denied"):
        async with bench.loops.transaction(None) as tx:
            await tx.scalar(text("SELECT payload FROM effects"))


async def test_one_tenant_cannot_release_or_cancel_anothers_effect(bench: Bench) -> None:
    await bench.ask("mail-15", not_before=FAR)
    async with bench.database.transaction(scope(B)) as tx:
        released = await effects.release(tx, A, "mail-15")
        cancelled = await effects.cancel(tx, A, "mail-15")

    assert (released, cancelled) == (False, False)
    assert await bench.state("mail-15") == ("waiting", 0)
