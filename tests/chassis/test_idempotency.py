"""One key, one effect: repetitions get the stored answer, other bodies an error."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest

from chassis import idempotency
from chassis.db import Database
from chassis.idempotency import Answer, KeyReusedError, RequestKey
from chassis.tenancy import scope
from chassis.testing.databases import ServiceDatabase

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

A = UUID("a0000000-0000-7000-8000-00000000000a")
B = UUID("b0000000-0000-7000-8000-00000000000b")
KEY = RequestKey("k-1", "ines@brightline.example", "/v1/tickets/{ticket}/replies", b"sha-of-body")


class Counter:
    def __init__(self) -> None:
        self.done = 0

    async def work(self) -> Answer:
        self.done += 1
        return Answer(201, {"message": f"m-{self.done}"}, {"ETag": '"7"'})


@pytest.fixture
async def database(foundation_database: ServiceDatabase) -> AsyncIterator[Database]:
    made = foundation_database.runtime()
    yield made
    await made.close()


async def ask(database: Database, key: RequestKey | None, counter: Counter, tenant: UUID) -> Answer:
    async with database.transaction(scope(tenant)) as tx:
        return await idempotency.once(tx, key, tenant, counter.work)


async def test_a_repetition_gets_the_first_answer(database: Database) -> None:
    counter = Counter()

    first = await ask(database, KEY, counter, A)
    second = await ask(database, KEY, counter, A)

    assert counter.done == 1
    assert (second.status, second.body, second.headers) == (first.status, first.body, first.headers)
    assert (first.replayed, second.replayed) == (False, True)


async def test_twenty_at_once_do_the_work_once(database: Database) -> None:
    counter = Counter()

    answers = await asyncio.gather(*(ask(database, KEY, counter, A) for _ in range(20)))

    assert counter.done == 1
    assert {answer.body["message"] for answer in answers} == {"m-1"}


async def test_the_same_key_with_another_body_or_route_is_an_error(database: Database) -> None:
    counter = Counter()
    await ask(database, KEY, counter, A)

    for other in (replace(KEY, body_sha256=b"other"), replace(KEY, route="/v1/other")):
        with pytest.raises(KeyReusedError):
            await ask(database, other, counter, A)
    assert counter.done == 1


async def test_keys_belong_to_their_tenant_and_their_caller(database: Database) -> None:
    counter = Counter()

    await ask(database, KEY, counter, A)
    await ask(database, KEY, counter, B)
    await ask(database, replace(KEY, caller="omar@brightline.example"), counter, A)

    assert counter.done == 3


async def test_work_that_failed_leaves_the_key_free(database: Database) -> None:
    async def fail() -> Answer:
        raise RuntimeError("before the commit")

    counter = Counter()
    with pytest.raises(RuntimeError):
        async with database.transaction(scope(A)) as tx:
            await idempotency.once(tx, KEY, A, fail)
    answer = await ask(database, KEY, counter, A)

    assert (answer.replayed, counter.done) == (False, 1)


async def test_without_a_key_the_work_is_simply_done(database: Database) -> None:
    counter = Counter()

    await ask(database, None, counter, A)
    await ask(database, None, counter, A)

    assert counter.done == 2
