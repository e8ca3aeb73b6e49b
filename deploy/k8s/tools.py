"""The two checkers that are Go programs: taken at pinned versions where Go is present."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".local" / "bin"


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    module: str
    version: str
    checks: str

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}-{self.version}"


KUBECONFORM = Tool(
    "kubeconform", "github.com/yannh/kubeconform/cmd/kubeconform", "v0.8.0", "every kind's schema"
)
CONFTEST = Tool(
    "conftest", "github.com/open-policy-agent/conftest", "v0.71.1", "the rules of deploy/k8s/policy"
)


def fetch(tools: tuple[Tool, ...] = (KUBECONFORM, CONFTEST)) -> Iterator[str]:
    """Build what is missing, once; yields a line for each that cannot be had."""
    for tool in tools:
        if tool.path.exists():
            continue
        go = shutil.which("go")
        if go is None:
            yield f"{tool.checks}: {tool.name} {tool.version} needs Go (https://go.dev) to be built"
            continue
        print(f"building {tool.name} {tool.version} (once; a minute or two)", flush=True)
        trouble = _build(tool, go)
        if trouble:
            yield f"{tool.checks}: {tool.name} {tool.version} could not be built: {trouble}"


def _build(tool: Tool, go: str) -> str:
    FOLDER.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [go, "install", f"{tool.module}@{tool.version}"],
        env={**os.environ, "GOBIN": str(FOLDER)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        return (done.stderr.strip().splitlines() or ["go says nothing"])[-1]
    (FOLDER / tool.name).rename(tool.path)
    return ""
