"""The one clock and the one source of new ids. Nothing else calls the system for either."""

import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def new_id(self) -> UUID:
        """A new uuid of version 7: ids made later sort later."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def new_id(self) -> UUID:
        return _uuid7(time.time_ns() // 1_000_000, os.urandom(10))


@dataclass
class FrozenClock:
    """Stands still until told to move; ids are a counter, so that a test can name them."""

    instant: datetime
    _count: int = field(default=0, init=False)

    def now(self) -> datetime:
        return self.instant

    def new_id(self) -> UUID:
        self._count += 1
        return _uuid7(int(self.instant.timestamp() * 1000), self._count.to_bytes(10, "big"))

    def advance(self, by: timedelta) -> datetime:
        self.instant += by
        return self.instant


def _uuid7(millis: int, entropy: bytes) -> UUID:
    value = millis << 80 | int.from_bytes(entropy, "big")
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def uuid7_floor(instant: datetime) -> UUID:
    """The smallest version-7 id of that instant: the border of a range of ids by time."""
    return _uuid7(int(instant.timestamp() * 1000), bytes(10))
