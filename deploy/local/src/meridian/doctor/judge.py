"""From measured figures to findings: plain functions, each the whole rule of one check."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

_GB = 1024**3
_DISK_NEEDED, _DISK_COMFORT = 2 * _GB, 5 * _GB
_SKEW_SECONDS = 1.0
_OUTBOX_SLOW, _OUTBOX_STUCK = 10.0, 60.0
_BEHIND = 1000


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` is empty only when all is well."""

    check: str
    level: Level
    what: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class GroupLag:
    group: str
    members: int
    behind: int


@dataclass(frozen=True, slots=True)
class Outbox:
    """Rows that wait to be sent, and the age of the oldest in seconds."""

    service: str
    waiting: int
    age: float


@dataclass(frozen=True, slots=True)
class DeadLetters:
    service: str
    parked: int
    unreadable: int


def judge_disk(free: int, where: str) -> Finding:
    """Below 2 GB nothing starts; below 5 GB it is time to look."""
    what = f"{free / _GB:.1f} GB free in {where}"
    if free < _DISK_NEEDED:
        return Finding("disk", Level.PROBLEM, what, "make room, or move the data: MERIDIAN_HOME")
    if free < _DISK_COMFORT:
        return Finding("disk", Level.WARNING, what, "make room before it runs out")
    return Finding("disk", Level.OK, what)


def judge_version(name: str, wanted: str, found: str | None) -> Finding:
    """`found` is None where the program could not be run at all."""
    if found is None:
        return Finding(name, Level.PROBLEM, "cannot be run here", "run: make setup")
    if found != wanted:
        what = f"{found} is installed, {wanted} is expected"
        return Finding(name, Level.PROBLEM, what, "run: make setup")
    return Finding(name, Level.OK, found)


def judge_ports(taken: Mapping[str, str]) -> Finding:
    """While the stack is stopped: `taken` maps a port to who listens there."""
    if not taken:
        return Finding("ports", Level.OK, "all free")
    what = "; ".join(f"{port} is in use{by}" for port, by in taken.items())
    return Finding("ports", Level.PROBLEM, what, "end what uses them, or: meridian up --ports free")


def judge_clock(server: str, skew: float) -> Finding:
    """Verdicts compare instants of several clocks: they must agree within a second."""
    what = f"{server} differs by {skew:+.3f} s"
    if abs(skew) > _SKEW_SECONDS:
        return Finding(
            "clock", Level.PROBLEM, what, "switch time synchronisation on (timedatectl set-ntp 1)"
        )
    return Finding("clock", Level.OK, what)


def judge_lag(lag: GroupLag) -> Finding:
    """A group that nobody belongs to never catches up, however little it is behind."""
    what = f"{lag.group}: {lag.behind} events behind, {lag.members} members"
    service = lag.group.partition(".")[0]
    if lag.behind and not lag.members:
        return Finding("lag", Level.PROBLEM, what, f"see why it does not read: {_logs(service)}")
    if lag.behind > _BEHIND:
        return Finding("lag", Level.WARNING, what, f"if it does not shrink: {_logs(service)}")
    return Finding("lag", Level.OK, what)


def judge_outbox(outbox: Outbox) -> Finding:
    """The relay sends within a second; an old row means it cannot."""
    what = f"{outbox.service}: {outbox.waiting} rows wait, the oldest {outbox.age:.1f} s"
    if outbox.age > _OUTBOX_STUCK:
        return Finding(
            "outbox", Level.PROBLEM, what, f"the relay is stuck: {_logs(outbox.service)}"
        )
    if outbox.age > _OUTBOX_SLOW:
        return Finding("outbox", Level.WARNING, what, "look again in a minute")
    return Finding("outbox", Level.OK, what)


def judge_dead_letters(letters: DeadLetters) -> Finding:
    """Each waits for a person."""
    what = f"{letters.service}: {letters.parked} parked, {letters.unreadable} unreadable"
    if letters.parked or letters.unreadable:
        return Finding("dead letters", Level.WARNING, what, "see them: meridian dead-letters list")
    return Finding("dead letters", Level.OK, what)


def judge_parts(unready: Mapping[str, str]) -> Finding:
    """`unready` maps a part to what the board says of it."""
    if not unready:
        return Finding("parts", Level.OK, "every part is ready")
    what = "; ".join(f"{name}: {why}" for name, why in unready.items())
    return Finding("parts", Level.PROBLEM, what, f"see: {_logs(next(iter(unready)))}")


def has_problem(findings: Iterable[Finding]) -> bool:
    return any(finding.level is Level.PROBLEM for finding in findings)


def _logs(name: str) -> str:
    return f"meridian logs '{name.removeprefix('migrate ')}'"
