"""`make k8s`: renders both overlays and holds them against schemas, rules and planted errors.

What cannot be checked on this machine is said, each with what is missing for it.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from deploy.k8s import generated, planted, rules, schemas, tools

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
SERVICES = HERE.parents[1] / "services"
OVERLAYS = ("dev", "prod")

Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Checkers:
    """The outer checkers that this machine has, and the schemas made for one of them."""

    schemas: Path
    missing: tuple[str, ...]

    def schema_errors(self, manifests: list[Manifest]) -> list[str]:
        place = "{{.ResourceKind}}{{.KindSuffix}}.json"
        options = ("-strict", "-schema-location", f"{self.schemas}/{place}")
        return _asked(tools.KUBECONFORM, (*options, "-output", "text"), manifests)

    def policy_errors(self, manifests: list[Manifest]) -> list[str]:
        options = ("test", "--no-color", "-p", str(HERE / "policy"))
        return _asked(tools.CONFTEST, options, manifests)

    def checkable(self, manifests: list[Manifest]) -> list[Manifest]:
        return [one for one in manifests if self._known(one)]

    def unknown_kinds(self, manifests: list[Manifest]) -> list[str]:
        return sorted({one["kind"] for one in manifests if not self._known(one)})

    def _known(self, one: Manifest) -> bool:
        group, _, version = one["apiVersion"].rpartition("/")
        return (self.schemas / schemas.file_name(one["kind"], group, version)).exists()


def main() -> int:
    parser = argparse.ArgumentParser(prog="deploy.k8s.check", description=__doc__)
    parser.add_argument("crds", nargs="?", type=Path, help="the operators' own definitions")
    crds: Path | None = parser.parse_args().crds
    with tempfile.TemporaryDirectory() as folder:
        checkers = prepared(Path(folder), crds)
        problems = [*generated.stale(), *dockerfiles()]
        unchecked = list(checkers.missing)
        for overlay in OVERLAYS:
            manifests = rendered(overlay)
            problems += [f"{overlay}: {each}" for each in examined(manifests, checkers)]
            unchecked += [
                f"schema of {kind}: give its CustomResourceDefinition with CRDS=DIR"
                for kind in checkers.unknown_kinds(manifests)
            ]
        problems += unseen(rendered("prod"), checkers)
    return told(problems, unchecked)


def prepared(folder: Path, crds: Path | None) -> Checkers:
    missing = tuple(tools.fetch())
    schemas.write_core(folder)
    if crds:
        schemas.write_custom(folder, crds)
    return Checkers(folder, missing)


def rendered(overlay: str) -> list[Manifest]:
    command = [str(BIN / "kubectl"), "kustomize", str(HERE / "overlays" / overlay)]
    done = subprocess.run(command, capture_output=True, check=True)
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def examined(manifests: list[Manifest], checkers: Checkers) -> Iterator[str]:
    yield from rules.broken(manifests)
    if tools.KUBECONFORM.path.exists():
        yield from checkers.schema_errors(checkers.checkable(manifests))
    if tools.CONFTEST.path.exists():
        yield from checkers.policy_errors(manifests)


def unseen(manifests: list[Manifest], checkers: Checkers) -> Iterator[str]:
    """The planted errors that their checker does not find."""
    for error in planted.of("rules"):
        if not any(error.said in said for said in rules.broken(error.into(manifests))):
            yield f"planted, not found by our rules: {error.said}"
    if tools.CONFTEST.path.exists():
        for error in planted.of("policy"):
            if error.said not in "\n".join(checkers.policy_errors([error.alone(manifests)])):
                yield f"planted, not found by conftest: {error.said}"
    if tools.KUBECONFORM.path.exists():
        for error in planted.of("schemas"):
            if error.kind in checkers.unknown_kinds(manifests):
                continue
            if error.said not in "\n".join(checkers.schema_errors([error.alone(manifests)])):
                yield f"planted, not found by kubeconform: {error.kind} {error.said}"


def dockerfiles() -> list[str]:
    """What hadolint has against the image of any service."""
    files = sorted(SERVICES.glob("*/Dockerfile"))
    command = [str(BIN / "hadolint"), "--no-color", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() + done.stderr.splitlines()


def _asked(tool: tools.Tool, options: tuple[str, ...], manifests: list[Manifest]) -> list[str]:
    """What the tool has against these manifests, line by line."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump_all(manifests, file)
        file.flush()
        command = [str(tool.path), *options, file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = (done.stdout + done.stderr).replace(f"{file.name} - ", "").splitlines()
    return [line for line in lines if line.strip()] if done.returncode else []


def told(problems: list[str], unchecked: list[str]) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    for each in dict.fromkeys(unchecked):
        print(f"not checked here: {each}")
    if not problems:
        print(f"overlays {' and '.join(OVERLAYS)} and every Dockerfile are in order")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
