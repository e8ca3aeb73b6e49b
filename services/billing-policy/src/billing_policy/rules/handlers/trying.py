"""Tries a draft's conditions in a process of its own, so that one that crashes is an answer."""

import asyncio
import json
import sys
from collections.abc import Sequence
from itertools import islice

from billing_policy.rules.decide import FACTS, check_policy, expressions
from billing_policy.rules.model import Finding, Policy, Value

WALL_S = 20.0
MODULE = "billing_policy.rules.translate.trial"
MOST_STOPS = 3
NOT_TRIED = "was not tried: others stopped the engine"
STOPPED = "stops the engine: it crashes, takes too long or needs too much memory"


async def find_problems(draft: Policy) -> tuple[Finding, ...]:
    """What is wrong with a draft: by reading it first, then by trying its conditions."""
    read = check_policy(draft)
    if read:
        return read
    placed = expressions(draft)
    told = await attempt([expression for _, expression in placed])
    return tuple(
        Finding(place, problem) for (place, _), problem in zip(placed, told, strict=True) if problem
    )


async def attempt(conditions: Sequence[str]) -> list[str | None]:
    """The problem of each condition, None for a good one. One that stops the trial is found out,
    and the trial goes on behind it.
    """
    told: list[str | None] = []
    while len(told) < len(conditions) and told.count(STOPPED) < MOST_STOPS:
        told += await _trial(conditions[len(told) :])
    return told + [NOT_TRIED] * (len(conditions) - len(told))


async def _trial(conditions: Sequence[str]) -> list[str | None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", MODULE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    asked = json.dumps({"expressions": list(conditions), "samples": samples()}).encode()
    try:
        out, _ = await asyncio.wait_for(process.communicate(asked), WALL_S)
    except TimeoutError:
        out = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _read(out.decode().split("\n"), len(conditions))


def _read(lines: list[str], count: int) -> list[str | None]:
    """Lines come in pairs: which condition is begun, what was found. The last may lack its pair."""
    told: list[str | None] = [json.loads(line) for line in islice(lines, 1, None, 2) if line]
    return told if len(told) == count else [*told, STOPPED]


def samples() -> list[dict[str, Value]]:
    """Facts that differ enough to reach both sides of most conditions."""
    usual: dict[str, Value] = {fact.name: fact.sample for fact in FACTS}
    empty: dict[str, Value] = {
        name: 0 if isinstance(value, int) else "" for name, value in usual.items()
    }
    large: dict[str, Value] = {
        name: 10**12 if isinstance(value, int) else "x" * 60 for name, value in usual.items()
    }
    return [usual, {**empty, "days_since_charge": -1}, large]
