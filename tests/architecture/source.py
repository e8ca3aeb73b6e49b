"""The project's own source as data: files, capabilities, imports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("intake", "routing", "sla", "feedback", "billing_policy", "console")


@dataclass(frozen=True)
class Source:
    path: Path
    package: str

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def module(self) -> str:
        parts = self.path.with_suffix("").parts
        dotted = ".".join(parts[parts.index("src") + 1 :])
        return dotted.removesuffix(".__init__")

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def tree(self) -> ast.Module:
        return _parse(self.path)

    @property
    def imports(self) -> tuple[str, ...]:
        """Absolute names of what is imported: `from a import b` gives `a.b`."""
        found: list[str] = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found.extend(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.extend(f"{node.module}.{alias.name}" for alias in node.names)
        return tuple(found)

    def skips(self, rule: str) -> bool:
        """A file names the rule it breaks, and why, in a comment: `# house: <rule>: why`."""
        return f"# house: {rule}:" in self.text


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def sources() -> tuple[Source, ...]:
    return tuple(
        Source(path, package.name)
        for top in ("libs/chassis", "contracts", "deploy/local", "services/*")
        for package in sorted(ROOT.glob(f"{top}/src/*"))
        if package.is_dir() and not package.name.endswith(".egg-info")
        for path in sorted(package.rglob("*.py"))
    )


def of(*packages: str) -> list[Source]:
    return [source for source in sources() if source.package in packages]


def capabilities() -> Iterator[tuple[str, str]]:
    """(service, capability) for each package inside a service."""
    for source in of(*SERVICES):
        parts = source.module.split(".")
        if source.path.name == "__init__.py" and len(parts) == 2:
            yield parts[0], parts[1]


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
