"""Hands hints to open pages. A page that reads too slowly is told everything it shows changed."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

from console.live.model import Hint, Who, may_hear

WHO = Callable[[], Who | None]
LONGEST_QUEUE = 200


class Listener:
    """One open page. `hears` picks what of a hint is its business, asked anew for each hint, so
    that lost rights silence it at once; `allowed` says whether the page may stay open.
    """

    def __init__(
        self, hears: Callable[[Hint], frozenset[str]], allowed: Callable[[], bool]
    ) -> None:
        self._hears = hears
        self._allowed = allowed
        self._topics: set[str] = set()
        self._woken = asyncio.Event()

    def hear(self, hint: Hint) -> None:
        topics = self._hears(hint)
        if topics and len(self._topics) < LONGEST_QUEUE:
            self._topics |= topics
            self._woken.set()

    async def next(self, seconds: float) -> frozenset[str] | None:
        """Topics since the last call, none after `seconds` of silence; None: rights are gone."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()
        heard, self._topics = frozenset(self._topics), set()
        return heard if self._allowed() else None


class Hub:
    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    @property
    def open_pages(self) -> int:
        return len(self._listeners)

    def listen(self, who: WHO) -> Listener:
        """For a person: what their rights let them hear at that moment."""

        def hears(hint: Hint) -> frozenset[str]:
            person = who()
            return hint.topics if person and may_hear(person, hint) else frozenset()

        return self._added(Listener(hears, lambda: who() is not None))

    def listen_to(self, topic: str) -> Listener:
        """For a customer: one ticket's topic, nothing beside it."""
        wanted = frozenset({topic})
        return self._added(Listener(lambda hint: hint.topics & wanted, lambda: True))

    def _added(self, listener: Listener) -> Listener:
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    def tell(self, hints: Iterable[Hint]) -> None:
        for hint in hints:
            for listener in self._listeners:
                listener.hear(hint)
