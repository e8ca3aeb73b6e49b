"""What every door needs, and how much it takes from one side in a while."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis.clock import Clock
from chassis.db import Database
from intake.admission.handlers import Door
from intake.tenants.handlers import Catalogue
from intake.understanding.handlers import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """`secret` makes the digests under which automatic mail is counted."""

    database: Database
    door: Door
    catalogue: Catalogue
    reader: Reader
    clock: Clock
    secret: bytes = field(repr=False)

    def new_id(self) -> UUID:
        return self.clock.new_id()


@dataclass(slots=True)
class Bucket:
    """`rate` a second on average, `burst` at once, counted for each name."""

    rate: float
    burst: float
    now: Callable[[], datetime]
    _left: dict[str, tuple[datetime, float]] = field(default_factory=dict)

    MOST_NAMES = 10_000

    def seconds_to_wait(self, name: str) -> int:
        """0 when one more may come; it is counted then."""
        now = self.now()
        since, left = self._left.get(name, (now, self.burst))
        left = min(self.burst, left + (now - since).total_seconds() * self.rate)
        if left < 1:
            self._left[name] = (now, left)
            return max(1, round((1 - left) / self.rate))
        if len(self._left) >= self.MOST_NAMES:
            self._left.clear()
        self._left[name] = (now, left - 1)
        return 0
