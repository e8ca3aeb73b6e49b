"""Whether this process can do its work: named checks, each says what is wrong or nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Check = Callable[[], Awaitable[str | None]]

LIMIT_S = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    problem: str | None


class Readiness:
    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}
        self._stopping = False

    def add(self, name: str, check: Check) -> None:
        self._checks[name] = check

    def stop(self) -> None:
        """From now on never ready: the process is going away."""
        self._stopping = True

    @property
    def stopping(self) -> bool:
        """An answer without an end (server-sent events) ends itself when it sees this."""
        return self._stopping

    async def findings(self) -> list[Finding]:
        if self._stopping:
            return [Finding("process", "stopping")]
        names = tuple(self._checks)
        found = await asyncio.gather(*(_run(self._checks[name]) for name in names))
        return [Finding(name, problem) for name, problem in zip(names, found, strict=True)]


async def _run(check: Check) -> str | None:
    """A check that fails or hangs is a finding; only the kind of error is told."""
    try:
        async with asyncio.timeout(LIMIT_S):
            return await check()
    except TimeoutError:
        return f"no answer within {LIMIT_S:.0f} s"
    except Exception as error:
        return type(error).__name__
