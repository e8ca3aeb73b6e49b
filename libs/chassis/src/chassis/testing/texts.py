"""Which texts a package shows to people through problems: each needs its translation."""

import ast
from collections.abc import Iterator
from pathlib import Path

_MAKERS = {
    "Problem", "conflict", "forbidden", "gone", "invalid", "malformed", "no_rights", "not_found",
    "precondition_required", "stale", "too_large", "too_many", "unauthenticated", "unavailable",
}  # fmt: skip


def problem_texts(folder: Path) -> set[str]:
    """Every constant text inside a call that makes a problem, found in the source."""
    return {
        text
        for file in sorted(folder.rglob("*.py"))
        for text in _of_module(ast.parse(file.read_text("utf-8")))
    }


def _of_module(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _MAKERS:
            yield from _texts(node)
        if isinstance(node, ast.FunctionDef) and node.name in _MAKERS:
            for default in node.args.defaults:
                yield from _texts(default)


def _texts(node: ast.AST) -> Iterator[str]:
    """Sentences start with a capital; slugs and names of headers do not."""
    for part in ast.walk(node):
        value = part.value if isinstance(part, ast.Constant) else None
        if isinstance(value, str) and value[:1].isupper():
            yield value


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
