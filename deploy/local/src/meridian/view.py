"""How a board looks to a person: one table, redrawn in place or told line by line."""

from collections.abc import Callable, Iterable
from datetime import datetime

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from meridian.board import Board, Entry, Phase
from meridian.config import StackConfig
from meridian.doctor.judge import Finding, Level

_LOOKS = {
    Phase.WAITING: ("·", "dim"),
    Phase.STARTING: ("…", "cyan"),
    Phase.READY: ("●", "green"),
    Phase.UNWELL: ("▲", "yellow"),
    Phase.RESTARTING: ("↻", "red"),
    Phase.DONE: ("✓", "green"),
    Phase.ABSENT: ("–", "dim"),
    Phase.STOPPING: ("…", "yellow"),
    Phase.STOPPED: ("○", "dim"),
}


def table(board: Board, now: datetime) -> Table:
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("part", "state", "address", "for", "restarts"):
        drawn.add_column(heading, no_wrap=True)
    drawn.add_column("", overflow="fold")
    for entry in board.entries:
        drawn.add_row(*cells(entry, now))
    return drawn


def cells(entry: Entry, now: datetime) -> tuple[RenderableType, ...]:
    sign, style = _LOOKS[entry.phase]
    return (
        Text(entry.name),
        Text(f"{sign} {entry.phase}", style=style),
        Text(entry.address),
        Text(spoken((now - entry.since).total_seconds()), style="dim"),
        Text(str(entry.restarts) if entry.restarts else "", style="red"),
        Text(entry.note, style="dim"),
    )


def spoken(seconds: float) -> str:
    whole = int(max(0, seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def addresses(config: StackConfig) -> Table:
    """Where to go once everything is ready."""
    rows = (
        ("agents, leads, clients", config.console_url),
        ("mails that left", config.mailbox_url),
        ("payment provider (a double)", config.provider_url),
        ("write to a client (SMTP)", f"127.0.0.1:{config.ports.smtp_in}"),
        ("API of intake", config.service_url("intake") + "/docs"),
    )
    drawn = Table.grid(padding=(0, 2))
    for what, where in rows:
        drawn.add_row(Text(what, style="dim"), Text(where, style="bold"))
    return drawn


def what_matters(board: Board) -> Board:
    """Once everything is ready the steps are history: the table must fit a small terminal."""
    if not board.ready:
        return board
    return Board(tuple(entry for entry in board.entries if entry.keeps_running))


def footer(board: Board, config: StackConfig) -> RenderableType:
    hint = Text("Ctrl-C stops everything", style="dim")
    if board.ready:
        return Group(addresses(config), Text(), hint)
    if any(entry.phase in (Phase.STOPPING, Phase.STOPPED) for entry in board.entries):
        return Text("stopping; Ctrl-C again ends everything at once", style="dim")
    return hint


def findings_table(findings: Iterable[Finding]) -> Table:
    signs = {
        Level.OK: Text("✓ ok", style="green"),
        Level.WARNING: Text("▲ look", style="yellow"),
        Level.PROBLEM: Text("✗ problem", style="red"),
    }
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("check", "", "what", "what to do"):
        drawn.add_column(heading, overflow="fold")
    for finding in findings:
        drawn.add_row(
            Text(finding.check), signs[finding.level], Text(finding.what), Text(finding.advice)
        )
    return drawn


class LiveView:
    """For a terminal: the table is redrawn in place, once a second and on each change."""

    def __init__(self, console: Console, config: StackConfig, now: Callable[[], datetime]) -> None:
        self._config = config
        self._now = now
        self._board = Board(())
        self._live = Live(
            console=console, get_renderable=self._draw, refresh_per_second=2, transient=False
        )

    def __enter__(self) -> "LiveView":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, board: Board) -> None:
        self._board = board
        self._live.refresh()

    def _draw(self) -> RenderableType:
        shown = what_matters(self._board)
        return Group(table(shown, self._now()), Text(), footer(self._board, self._config))


class PlainView:
    """For logs and pipes: one line for each change of state."""

    def __init__(self, console: Console, config: StackConfig) -> None:
        self._console = console
        self._config = config
        self._board = Board(())

    def __enter__(self) -> "PlainView":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def show(self, board: Board) -> None:
        before = {entry.name: entry.phase for entry in self._board.entries}
        for entry in board.entries:
            if before.get(entry.name) is not entry.phase and entry.phase is not Phase.WAITING:
                line = f"{entry.name}: {entry.phase} {entry.address} {entry.note}"
                self._console.print(line.rstrip(), highlight=False, soft_wrap=True)
        if board.ready and not self._board.ready:
            self._console.print(addresses(self._config))
        self._board = board
