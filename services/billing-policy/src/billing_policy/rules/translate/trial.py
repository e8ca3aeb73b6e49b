"""The trial of conditions, run as a process of its own: it may crash, stall or eat memory.

Reads `{"expressions": […], "samples": […]}` and writes one line when it begins a condition and
one when it is done, so that whoever waits knows which one it died of. It shares no state.
"""

import json
import resource
import sys
from typing import TextIO

from billing_policy.rules.model import FailedTest
from billing_policy.rules.translate.engine import compile_condition

CPU_S = 2
MEMORY = 400 * 1024 * 1024
# A quarter of what the service's own threads have: what passes here has room there.
STACK = 2 * 1024 * 1024


def limit() -> None:
    for kind, most in (
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_STACK, STACK),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def attempt(asked: dict[str, list[object]], out: TextIO) -> None:
    for number, expression in enumerate(asked["expressions"]):
        out.write(f"{number}\n")
        out.flush()
        out.write(f"{json.dumps(_problem(str(expression), asked['samples']))}\n")
        out.flush()


def _problem(expression: str, samples: list[object]) -> str | None:
    try:
        test = compile_condition(expression)
        for sample in samples:
            assert isinstance(sample, dict)
            test(sample)
    except FailedTest as error:
        return str(error)
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error).splitlines()[0][:200]
    return None


if __name__ == "__main__":
    limit()
    attempt(json.load(sys.stdin), sys.stdout)
