"""How long to wait before a part that ended is started again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds: doubled with each failure in a row; a part that ran `calm` starts over."""

    first: float = 0.5
    most: float = 30.0
    calm: float = 60.0

    def delay(self, failures: int) -> float:
        """The wait before the start that follows the nth failure in a row."""
        return float(min(self.most, self.first * 2 ** min(failures - 1, 16)))

    def failures_after(self, failures: int, ran: float) -> int:
        """The failures in a row, now that a part ended which had run for `ran` seconds."""
        return 1 if ran >= self.calm else failures + 1
