"""Asynchronous questions asked by plain code, wherever it runs."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def run_apart(question: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """Run it in a loop and a thread of its own: the caller may be inside a loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(question())).result()
