"""Names of the house style, and what the style asks us to avoid."""

import ast

from tests.architecture.source import SERVICES, capabilities, functions, of, sources

BANNED_FILES = {"utils", "util", "common", "base", "helpers", "helper", "misc", "manager"}
CAPABILITY_FILES = {
    "__init__", "model", "decide", "handlers", "store", "tables", "consumers", "api", "api_models",
    "ticker", "translate",
}  # fmt: skip
HTTP_VERBS = {"get", "post", "put", "patch", "delete", "head"}


def test_no_file_is_named_after_nothing() -> None:
    assert [s.name for s in sources() if s.path.stem in BANNED_FILES] == []


def test_every_module_says_what_it_is_for() -> None:
    wrong = [s.name for s in sources() if not ast.get_docstring(s.tree) and s.text.strip()]

    assert wrong == []


def test_every_service_reads_in_the_same_order() -> None:
    for service in SERVICES:
        files = {s.path.name for s in of(service) if len(s.module.split(".")) <= 2}
        if files and service != "console":
            assert {"__main__.py", "app.py", "settings.py", "metrics.py"} <= files, service


def test_capabilities_have_the_same_small_set_of_files() -> None:
    edges = {"console"}
    wrong = []
    for service, capability in capabilities():
        if service in edges:
            continue
        for source in of(service):
            parts = source.module.split(".")
            inside = parts[:2] == [service, capability] and len(parts) > 2
            if inside and parts[2] not in CAPABILITY_FILES and not source.skips("room"):
                wrong.append(source.name)

    assert wrong == []


def test_consumers_are_called_on_something_and_decisions_decide() -> None:
    wrong = []
    for source in of(*SERVICES):
        parts = source.module.split(".")
        if len(parts) < 3 or parts[2] != "consumers":
            continue
        for node in source.tree.body:
            if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith(("on_", "_")):
                wrong.append(f"{source.name}: {node.name}")

    assert wrong == []


def test_errors_are_not_caught_wholesale_to_go_on() -> None:
    wrong = []
    for source in sources():
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.ExceptHandler) or source.skips("broad-except"):
                continue
            broad = node.type is None or (
                isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
            )
            passes = all(isinstance(line, ast.Pass | ast.Continue) for line in node.body)
            if broad and passes:
                wrong.append(f"{source.name}:{node.lineno}")

    assert wrong == []


def test_public_decisions_say_what_they_decide() -> None:
    wrong = []
    for source in of(*SERVICES):
        parts = source.module.split(".")
        if len(parts) >= 3 and parts[2] == "decide":
            for function in functions(source):
                name = function.name
                if name.startswith(("decide_", "choose_", "next_")) and not ast.get_docstring(
                    function
                ):
                    wrong.append(f"{source.name}: {name}")

    assert wrong == []
