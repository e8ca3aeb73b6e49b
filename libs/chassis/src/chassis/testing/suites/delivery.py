"""What every subscription must stand: duplicates, disorder, forgery, poison, a restart.

A subclass gives a `trial`. The story is told once plainly under the first tenant, and under the
second one the way the test is about: both must end with the same rows.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis.db import Transaction
from chassis.delivery import SilentMetrics
from chassis.messaging import Handler, Subscription
from chassis.testing.databases import ServiceDatabase
from chassis.testing.desk import Desk
from chassis.testing.events import RawRecord, raw
from contracts.catalog import Topic
from contracts.envelope import Event, EventData, EventMeta


@dataclass(frozen=True, slots=True)
class Told:
    """An event of a story as it travels."""

    topic: Topic
    meta: EventMeta
    data: EventData

    def record(self, changed: Mapping[str, bytes | None] | None = None) -> RawRecord:
        return raw(self.meta, self.data, changed=changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`story(tenant)` tells events of one new aggregate of that tenant, versions from 1 on.

    Told for either tenant it must lead to the same number of rows in each table with a tenant.
    """

    made: ServiceDatabase
    subscription: Subscription
    tenants: tuple[UUID, UUID]
    story: Callable[[UUID], Sequence[Told]]


class Crash(OSError):
    """An infrastructure error in the middle of a handler's work."""


@pytest.mark.anyio
@pytest.mark.postgres
class DeliverySuite:
    @pytest.fixture
    async def trial(self) -> Trial:
        raise NotImplementedError("the subclass gives it")

    async def test_a_duplicate_changes_nothing(self, trial: Trial) -> None:
        story = trial.story(trial.tenants[0])
        async with _at_work(trial) as work:
            await work.take(story)
            before = await _contents(trial.made)

            await work.take([*story, *story])
            await work.take(list(reversed(story)))

        assert await _contents(trial.made) == before

    async def test_events_out_of_order_end_where_those_in_order_end(self, trial: Trial) -> None:
        plain, other = (trial.story(tenant) for tenant in trial.tenants)
        async with _at_work(trial) as work:
            await work.take(plain)

            for told in reversed(other):
                await work.take([told])

        await _same(trial)

    async def test_another_tenants_name_on_an_event_reaches_nobodys_rows(
        self, trial: Trial
    ) -> None:
        plain, other = (trial.story(tenant) for tenant in trial.tenants)
        async with _at_work(trial) as work:
            await work.take(plain)

            for told in other:
                forged = {"ce_tenantid": str(trial.tenants[0]).encode()}
                await work.desk.take(told.record(forged), topic=told.topic)
            await work.take(other)

        await _same(trial)
        assert await _parked(trial.made) == ["tenant-mismatch"] * len(other)

    async def test_poison_stops_its_own_aggregate_only(self, trial: Trial) -> None:
        plain, other = (trial.story(tenant) for tenant in trial.tenants)
        bad = trial.story(trial.tenants[1])[0]
        async with _at_work(trial) as work:
            await work.take(plain)

            await work.desk.take(raw(bad.meta, b"\xff not json"), topic=bad.topic)
            await work.take(other)

        await _same(trial)
        assert await _parked(trial.made) == ["poison"]

    async def test_a_restart_in_the_middle_leaves_no_trace(self, trial: Trial) -> None:
        plain, other = (trial.story(tenant) for tenant in trial.tenants)
        async with _at_work(trial) as work:
            await work.take(plain)
        crashing = replace(trial, subscription=_crashing(trial.subscription))
        async with _at_work(trial) as work, _at_work(crashing) as crash:
            for told in other:
                if trial.subscription.wants(told.meta.type):
                    with pytest.raises(Crash):
                        await crash.take([told])
                await work.take([told])

        await _same(trial)


@dataclass(frozen=True, slots=True)
class _Work:
    desk: Desk

    async def take(self, story: Sequence[Told]) -> None:
        for told in story:
            await self.desk.take(told.record(), topic=told.topic)


@asynccontextmanager
async def _at_work(trial: Trial) -> AsyncIterator[_Work]:
    database = trial.made.runtime()
    try:
        yield _Work(Desk(database, trial.subscription, SilentMetrics()))
    finally:
        await database.close()


def _crashing(subscription: Subscription) -> Subscription:
    def crashing(handler: Handler) -> Handler:
        async def crash(event: Event[Any], tx: Transaction, now: datetime) -> None:
            await handler(event, tx, now)
            raise Crash

        return crash

    async def crash_all(events: Sequence[Event[Any]], tx: Transaction, now: datetime) -> None:
        assert subscription.handle_many is not None
        await subscription.handle_many(events, tx, now)
        raise Crash

    if subscription.handle_many is not None:
        return replace(subscription, handle_many=crash_all)
    handlers = {type_: crashing(handler) for type_, handler in subscription.handlers.items()}
    return replace(subscription, handlers=handlers)


async def _same(trial: Trial) -> None:
    plain, other = [await _counts(trial.made, tenant) for tenant in trial.tenants]
    assert other == plain


async def _counts(made: ServiceDatabase, tenant: UUID) -> dict[str, int]:
    """Rows of a tenant by table, without what is parked."""
    connection = await asyncpg.connect(made.superuser_dsn)
    try:
        tables = await connection.fetch(_TENANT_TABLES)
        return {
            row["name"]: await connection.fetchval(
                f"SELECT count(*) FROM {row['name']} WHERE tenant_id = $1", tenant
            )
            for row in tables
        }
    finally:
        await connection.close()


async def _contents(made: ServiceDatabase) -> dict[str, list[str]]:
    connection = await asyncpg.connect(made.superuser_dsn)
    try:
        tables = await connection.fetch(_TABLES)
        return {
            row["name"]: [
                found["line"]
                for found in await connection.fetch(
                    f"SELECT t::text AS line FROM {row['name']} AS t ORDER BY 1"
                )
            ]
            for row in tables
        }
    finally:
        await connection.close()


async def _parked(made: ServiceDatabase) -> list[str]:
    connection = await asyncpg.connect(made.superuser_dsn)
    try:
        return [row["reason"] for row in await connection.fetch("SELECT reason FROM parked_events")]
    finally:
        await connection.close()


_TABLES = """SELECT c.oid::regclass::text AS name FROM pg_class c
              WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                AND NOT c.relispartition"""
_TENANT_TABLES = """SELECT c.oid::regclass::text AS name FROM pg_class c
                      JOIN pg_attribute a ON a.attrelid = c.oid
                     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                       AND NOT c.relispartition AND a.attname = 'tenant_id'
                       AND c.relname <> 'parked_events'"""
