"""What must hold before anything is started: free ports and room on the disk."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import psutil

from meridian.config import StackConfig
from meridian.problems import StackProblem
from meridian.stack.ports import is_free
from meridian.stack.services import SERVICES

NEEDED_BYTES = 2 * 1024**3
_WITHOUT_A_SERVICE = (
    "identity",
    "mailbox",
    "provider",
    "smtp_in",
    "smtp_out",
    "kafka",
    "kafka_controller",
    "postgres",
)


def check(config: StackConfig) -> None:
    """Say everything that stands in the way at once.

    Raises:
        StackProblem: naming each obstacle and what to do about it.
    """
    obstacles = [*ports_in_use(config), *too_little_room(config.home)]
    if obstacles:
        raise StackProblem("\n".join(obstacles))


def ports_in_use(config: StackConfig) -> list[str]:
    taken = {name: port for name, port in wanted_ports(config).items() if not is_free(port)}
    if not taken:
        return []
    lines = [f"Port {port} ({name}) is in use{by_whom(port)}." for name, port in taken.items()]
    return [*lines, "End what uses it, or start on other ports: meridian up --ports free"]


def wanted_ports(config: StackConfig) -> Mapping[str, int]:
    every: Mapping[str, int] = asdict(config.ports)
    services = [service.name for service in SERVICES if service.exists]
    return {name: every[name] for name in (*services, *_WITHOUT_A_SERVICE)}


def by_whom(port: int) -> str:
    try:
        for found in psutil.net_connections("tcp"):
            if found.laddr and found.laddr.port == port and found.status == psutil.CONN_LISTEN:
                name = psutil.Process(found.pid).name() if found.pid else "another user's process"
                return f" by {name}" + (f" (pid {found.pid})" if found.pid else "")
    except psutil.Error:
        return ""
    return ""


def too_little_room(home: Path, needed: int = NEEDED_BYTES) -> list[str]:
    free = shutil.disk_usage(home).free
    if free >= needed:
        return []
    return [
        f"Only {free / 1024**3:.1f} GB are free where {home} lies; Meridian needs "
        f"{needed / 1024**3:.0f} GB. Make room, or set MERIDIAN_HOME to a folder elsewhere."
    ]
