"""`make metrics`: renders rules and dashboards, holds them against the services and promtool."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.metrics.alerts import ALERTS
from deploy.metrics.exported import SERVICES, Family, exported, prefix
from deploy.metrics.rendered import HERE, rendered

RUNBOOKS = HERE.parents[1] / "docs" / "runbooks"
_NAME = re.compile(rf"\b(?:{'|'.join(map(prefix, SERVICES))})_[a-z_0-9]+\b")
_BOUND = re.compile(r'([a-z_0-9]+_bucket)\{le=\\?"([^"\\]+)\\?"\}')
_CHOSEN = re.compile(rf"({_NAME.pattern})\{{([^}}]*)\}}")
_LABEL = re.compile(r"([a-z_]+)=")


def main(words: list[str]) -> int:
    if words == ["write"]:
        write()
    files = rendered()
    problems = [*stale(), *unknown_names(files), *unknown_labels(files), *unknown_bounds(files)]
    problems += runbooks()
    if promtool() is None:
        print("not checked here: the rules and their tests by promtool: apt-get install prometheus")
    else:
        problems += disliked()
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(ALERTS)} alerts and {len(SERVICES) + 1} dashboards are in order")
    return 1 if problems else 0


def write() -> None:
    for name, text in rendered().items():
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(text, encoding="utf-8")


def stale() -> Iterator[str]:
    for name, text in rendered().items():
        if not (HERE / name).exists() or (HERE / name).read_text(encoding="utf-8") != text:
            yield f"deploy/metrics/{name} is stale: run `make metrics`"


def unknown_names(files: Mapping[str, str]) -> Iterator[str]:
    """What rules and dashboards ask for and no service exports."""
    known = set(_known())
    titles = {family.name for family in _known().values()}
    for file, text in files.items():
        allowed = known | titles if file.startswith("dashboards/") else known
        for name in sorted(set(_NAME.findall(text)) - allowed):
            yield f"{file}: {name} is exported by no service"


def unknown_labels(files: Mapping[str, str]) -> Iterator[str]:
    """A label that the metric has not matches nothing, and says so to nobody."""
    known = _known()
    for file, text in files.items():
        for name, chosen in sorted(set(_CHOSEN.findall(text))):
            ours = known[name].labels | {"le"} if name in known else frozenset()
            for label in sorted(set(_LABEL.findall(chosen)) - ours):
                yield f"{file}: {name} has no label {label}"


def unknown_bounds(files: Mapping[str, str]) -> Iterator[str]:
    """A bucket that does not exist gives no error in Prometheus, only silence."""
    known = _known()
    for file, text in files.items():
        for name, bound in sorted(set(_BOUND.findall(text))):
            if name in known and bound not in known[name].buckets:
                yield f"{file}: {name} has no bucket {bound}"


def _known() -> dict[str, Family]:
    return {name: each for service in SERVICES for name, each in exported(service).items()}


def runbooks() -> Iterator[str]:
    """Each alert has its page, each page its alert."""
    pages = {page.stem for page in RUNBOOKS.glob("*.md")} - {"README"}
    for name in sorted(set(ALERTS) - pages):
        yield f"docs/runbooks/{name}.md is missing"
    for name in sorted(pages - set(ALERTS)):
        yield f"docs/runbooks/{name}.md belongs to no alert"


def promtool() -> str | None:
    return shutil.which("promtool")


def disliked(folder: Path = HERE) -> list[str]:
    """What promtool has against the rules of the folder, and against what its tests expect."""
    tests = sorted(map(str, (folder / "tests").glob("*.yaml")))
    found = []
    for words in (["check", "rules", str(folder / "rules.yaml")], ["test", "rules", *tests]):
        command = [promtool() or "promtool", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            found.append(done.stdout + done.stderr)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
