"""The whole examination: the machine always, the servers and services where they run."""

import asyncio
from collections.abc import Iterator

import asyncpg
from aiokafka.errors import KafkaError

from chassis.clock import Clock
from meridian.board import Board
from meridian.config import StackConfig
from meridian.doctor import database_facts, kafka_facts
from meridian.doctor.judge import (
    Finding,
    Level,
    judge_clock,
    judge_dead_letters,
    judge_lag,
    judge_outbox,
    judge_parts,
)
from meridian.doctor.machine import machine_findings
from meridian.inspection import live_board
from meridian.stack.table import postgres_server


def examine(config: StackConfig, clock: Clock) -> tuple[Finding, ...]:
    board = live_board(config)
    found = list(machine_findings(config, running=board is not None))
    if board is None:
        return (*found, Finding("parts", Level.OK, "Meridian is not running"))
    return (*found, *parts_findings(board), *asyncio.run(server_findings(config, clock)))


def parts_findings(board: Board) -> Iterator[Finding]:
    unready = {
        entry.name: f"{entry.phase} {entry.note}".strip()
        for entry in board.entries
        if not entry.settled
    }
    yield judge_parts(unready)


async def server_findings(config: StackConfig, clock: Clock) -> list[Finding]:
    """A server that does not answer is a finding itself, not the end of the examination."""
    found: list[Finding] = []
    try:
        found += await database_findings(config, clock)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        found.append(unanswered("postgres", error))
    try:
        found += await kafka_findings(config, clock)
    except (OSError, KafkaError) as error:
        found.append(unanswered("kafka", error))
    return found


async def database_findings(config: StackConfig, clock: Clock) -> list[Finding]:
    skew = await database_facts.clock_skew(postgres_server(config).dsn, clock)
    outboxes, letters = await database_facts.service_facts(config)
    return [
        judge_clock("PostgreSQL", skew),
        *(judge_outbox(outbox) for outbox in outboxes),
        *(judge_dead_letters(each) for each in letters),
    ]


async def kafka_findings(config: StackConfig, clock: Clock) -> list[Finding]:
    skew = await kafka_facts.clock_skew(config.kafka_bootstrap, clock)
    lags = await kafka_facts.group_lags(config.kafka_bootstrap)
    return [judge_clock("Kafka", skew), *(judge_lag(lag) for lag in lags)]


def unanswered(server: str, error: Exception) -> Finding:
    what = f"{server} does not answer: {type(error).__name__}: {error}"
    return Finding(server, Level.PROBLEM, what, f"see: meridian logs {server}")
