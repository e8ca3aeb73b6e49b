"""Looking at a stack from outside: its parts as they answer now, and its logs."""

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from meridian.board import Board, Entry, Phase, to_json
from meridian.config import StackConfig
from meridian.stack.ports import accepts, answers_ok
from meridian.stack.services import SERVICES
from meridian.state import read_state, runs


def live_board(config: StackConfig) -> Board | None:
    """The supervisor's board, with each part asked again; None when nothing runs."""
    found = read_state(config.home)
    if found is None or not found.supervised:
        return None
    with ThreadPoolExecutor(8) as pool:
        return Board(tuple(pool.map(asked_again, found.board.entries)))


def asked_again(entry: Entry) -> Entry:
    if entry.phase is not Phase.READY or (runs(entry) and answers(entry)):
        return entry
    return replace(entry, phase=Phase.UNWELL, note="does not answer")


def answers(entry: Entry) -> bool:
    if not entry.address.startswith("http"):
        return accepts(int(entry.address.rsplit(":", 1)[1]))
    port = urlsplit(entry.address).port or 80
    services = {service.name for service in SERVICES}
    return answers_ok(port, "/readyz" if entry.name in services else "/livez")()


def described(config: StackConfig, board: Board | None) -> dict[str, Any]:
    return {
        "running": board is not None,
        "ready": bool(board and board.ready),
        "home": str(config.home),
        "console": config.console_url,
        "parts": to_json(board) if board else [],
    }


def known_logs(config: StackConfig) -> dict[str, Path]:
    return {file.stem: file for file in sorted(config.logs.glob("*.log"))}


def read_log(file: Path, *, lines: int, follow: bool) -> Iterator[str]:
    with file.open(errors="replace") as source:
        yield from (line.rstrip("\n") for line in deque(source, maxlen=lines))
        while follow:
            line = source.readline()
            if line:
                yield line.rstrip("\n")
            else:
                time.sleep(0.2)
