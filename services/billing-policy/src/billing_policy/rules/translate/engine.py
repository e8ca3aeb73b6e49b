"""Conditions in CEL as tests. Only what was tried in a process of its own comes here."""

from collections.abc import Mapping
from typing import Any

import cel

from billing_policy.rules.model import FailedTest, Test, Value


def compile_condition(expression: str) -> Test:
    """
    Raises:
        ValueError: it cannot be read.
    """
    program: Any = cel.compile(expression)

    def test(facts: Mapping[str, Value]) -> bool:
        # The engine says what went wrong with errors of many kinds, all of them Exceptions.
        try:
            found = program.execute(dict(facts))
        except Exception as error:
            raise FailedTest(str(error)[:200]) from None
        if not isinstance(found, bool):
            raise FailedTest(f"gives {type(found).__name__}, not true or false")
        return found

    return test
