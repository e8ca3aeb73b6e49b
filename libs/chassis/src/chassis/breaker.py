"""When to stop a whole lane: many parked at once are a bad deployment, not bad events."""

from collections import deque
from collections.abc import Iterable
from uuid import UUID

MAX_AGGREGATES = 100
MAX_SHARE = 0.01
LEAST_EVENTS = 200
WINDOW_S = 60.0


class Breaker:
    """Told of each commit, by a clock that never goes back. `open`: why the lane must stop."""

    def __init__(self) -> None:
        self.open: str | None = None
        self._aggregates: set[UUID] = set()
        self._recent: deque[tuple[float, int, int]] = deque()

    def note(self, at: float, handled: int, poisoned: Iterable[UUID]) -> None:
        parked = list(poisoned)
        self._aggregates.update(parked)
        self._recent.append((at, handled + len(parked), len(parked)))
        while self._recent[0][0] < at - WINDOW_S:
            self._recent.popleft()
        self.open = self.open or self._reason()

    def reset(self) -> None:
        """A person looked at it: count anew."""
        self.open = None
        self._aggregates.clear()
        self._recent.clear()

    def _reason(self) -> str | None:
        if len(self._aggregates) > MAX_AGGREGATES:
            return f"{len(self._aggregates)} aggregates parked"
        events = sum(count for _, count, _ in self._recent)
        parked = sum(count for _, _, count in self._recent)
        if events >= LEAST_EVENTS and parked > MAX_SHARE * events:
            return f"{parked} of the last minute's {events} events parked"
        return None
