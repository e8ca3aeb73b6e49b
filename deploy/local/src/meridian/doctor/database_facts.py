"""What the databases know: their clock, and per service the outbox and the dead letters."""

import asyncpg

from chassis.clock import Clock
from meridian.config import StackConfig
from meridian.doctor.judge import DeadLetters, Outbox
from meridian.stack.services import SERVICES, Service

_OUTBOX = """SELECT count(*) AS waiting,
       coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS age
  FROM outbox WHERE published_at IS NULL"""
_DEAD = """SELECT (SELECT count(*) FROM parked_events) AS parked,
       (SELECT count(*) FROM unreadable_records) AS unreadable"""


async def clock_skew(superuser_dsn: str, clock: Clock) -> float:
    """Seconds that the server is ahead of us; half the round trip is taken off."""
    connection = await asyncpg.connect(superuser_dsn, ssl=False)
    try:
        before = clock.now()
        there = await connection.fetchval("SELECT clock_timestamp()")
        after = clock.now()
    finally:
        await connection.close()
    return float((there - (before + (after - before) / 2)).total_seconds())


async def service_facts(config: StackConfig) -> tuple[list[Outbox], list[DeadLetters]]:
    """Asked with the role that may see every tenant's figures, and nothing else of theirs."""
    outboxes, letters = [], []
    for service in (each for each in SERVICES if each.exists and each.delivers):
        connection = await asyncpg.connect(loops_dsn(config, service), ssl=False)
        try:
            waiting = await connection.fetchrow(_OUTBOX)
            dead = await connection.fetchrow(_DEAD)
        finally:
            await connection.close()
        outboxes.append(Outbox(service.name, waiting["waiting"], waiting["age"]))
        letters.append(DeadLetters(service.name, dead["parked"], dead["unreadable"]))
    return outboxes, letters


def loops_dsn(config: StackConfig, service: Service) -> str:
    return config.database_url(service.name, service.roles[1], scheme="postgresql")
