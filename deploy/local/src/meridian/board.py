"""What is known about each part of a stack: the one picture that all views are drawn from."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class Phase(StrEnum):
    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    UNWELL = "unwell"
    RESTARTING = "restarting"
    DONE = "done"
    ABSENT = "absent"
    STOPPING = "stopping"
    STOPPED = "stopped"


_SETTLED = frozenset({Phase.READY, Phase.DONE, Phase.ABSENT})


@dataclass(frozen=True, slots=True)
class Entry:
    """One part. `born` is the process's start time: with the pid it names it beyond doubt."""

    name: str
    phase: Phase
    since: datetime
    address: str = ""
    pid: int | None = None
    born: float | None = None
    restarts: int = 0
    note: str = ""
    keeps_running: bool = True

    @property
    def settled(self) -> bool:
        return self.phase in _SETTLED


@dataclass(frozen=True, slots=True)
class Board:
    """Entries in the order of their start."""

    entries: tuple[Entry, ...]

    @property
    def ready(self) -> bool:
        return all(entry.settled for entry in self.entries)

    def __getitem__(self, name: str) -> Entry:
        return next(entry for entry in self.entries if entry.name == name)

    def changed(self, name: str, now: datetime, **changes: Any) -> "Board":
        """The board with that entry changed; `since` moves only with the phase."""
        return Board(
            tuple(
                _changed(entry, now, changes) if entry.name == name else entry
                for entry in self.entries
            )
        )


def _changed(entry: Entry, now: datetime, changes: Mapping[str, Any]) -> Entry:
    moved = changes.get("phase", entry.phase) is not entry.phase
    return replace(entry, **changes, since=now if moved else entry.since)


def to_json(board: Board) -> list[dict[str, Any]]:
    return [asdict(entry) | {"since": entry.since.isoformat()} for entry in board.entries]


def from_json(rows: Iterable[Mapping[str, Any]]) -> Board:
    return Board(
        tuple(
            Entry(
                **{
                    **row,
                    "phase": Phase(row["phase"]),
                    "since": datetime.fromisoformat(row["since"]),
                }
            )
            for row in rows
        )
    )
