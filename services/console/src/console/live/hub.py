"""Hands hints to open pages. A page that reads too slowly is told everything it shows changed."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

from console.live.model import Hint, Who, may_hear

WHO = Callable[[], Who | None]
LONGEST_QUEUE = 200


class Listener:
    """One open page. `who` is asked anew for each hint, so that lost rights silence it at once."""

    def __init__(self, who: WHO) -> None:
        self._who = who
        self._topics: set[str] = set()
        self._woken = asyncio.Event()

    def hear(self, hint: Hint) -> None:
        who = self._who()
        if who is not None and may_hear(who, hint) and len(self._topics) < LONGEST_QUEUE:
            self._topics |= hint.topics
            self._woken.set()

    async def next(self, seconds: float) -> frozenset[str] | None:
        """Topics since the last call, none after `seconds` of silence; None: rights are gone."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()
        heard, self._topics = frozenset(self._topics), set()
        return heard if self._who() is not None else None


class Hub:
    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    @property
    def open_pages(self) -> int:
        return len(self._listeners)

    def listen(self, who: WHO) -> Listener:
        listener = Listener(who)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    def tell(self, hints: Iterable[Hint]) -> None:
        for hint in hints:
            for listener in self._listeners:
                listener.hear(hint)
