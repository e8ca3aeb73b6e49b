"""`python -m contracts write | check`: regenerate the documents, or fail when they are wrong.

The baseline of `check` is main as git knows it: `origin/main`, else `main`, else nothing.
"""

import json
import subprocess
import sys
from pathlib import Path

from contracts.compat import breaking_changes
from contracts.documents import generated

ROOT = Path(__file__).resolve().parents[2]


def write() -> int:
    wanted = generated()
    for name, text in wanted.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for stale in _present() - wanted.keys():
        (ROOT / stale).unlink()
    return 0


def check() -> int:
    problems = [*_stale(), *_broken()]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


def _stale() -> list[str]:
    wanted = generated()
    found = [
        f"{name} is stale: run `make contracts`"
        for name, text in wanted.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != text
    ]
    orphans = _present() - wanted.keys()
    return [*found, *(f"{name} has no row in the catalogue" for name in sorted(orphans))]


def _broken() -> list[str]:
    found: list[str] = []
    wanted = generated()
    for name, old in _baseline().items():
        if name not in wanted:
            found.append(f"{name}: the event was removed; keep it until no consumer reads it")
            continue
        for reason in breaking_changes(json.loads(old), json.loads(wanted[name])):
            found.append(f"{name}: {reason}; a breaking change is a new major version")
    return found


def _baseline() -> dict[str, str]:
    for main in ("origin/main", "main"):
        listed = _git("ls-tree", "-r", "--name-only", main, "--", "schemas")
        if listed is not None:
            names = [line for line in listed.splitlines() if line.endswith(".json")]
            shown = ((name, _git("show", f"{main}:./{name}")) for name in names)
            return {name: text for name, text in shown if text is not None}
    return {}


def _git(*words: str) -> str | None:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def _present() -> set[str]:
    folders = (("schemas", "*.json"), ("asyncapi", "*.yaml"))
    return {
        f"{folder}/{path.name}" for folder, shape in folders for path in (ROOT / folder).glob(shape)
    }


if __name__ == "__main__":
    commands = {"write": write, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.stderr.write("usage: python -m contracts write | check\n")
        sys.exit(2)
    sys.exit(commands[sys.argv[1]]())
