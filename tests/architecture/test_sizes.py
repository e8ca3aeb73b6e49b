"""Sizes of the house style: files, functions, parameters."""

from tests.architecture.source import SERVICES, Source, functions, of, sources


def lines(source: Source) -> int:
    return len(source.text.splitlines())


def limit(source: Source) -> int:
    """What tests stand on may be as long as tests."""
    if source.module.startswith("chassis.testing"):
        return 400
    return 250 if source.package == "chassis" else 300


def test_files_stay_readable_in_one_sitting() -> None:
    wrong = [
        f"{source.name}: {lines(source)}"
        for source in sources()
        if lines(source) > limit(source) and not source.skips("size")
    ]

    assert wrong == []


def test_functions_fit_on_a_screen() -> None:
    wrong = []
    for source in sources():
        for function in functions(source):
            first = function.body[0]
            start = first.end_lineno if _is_docstring(first) and len(function.body) > 1 else None
            length = (function.end_lineno or 0) - (start or function.lineno)
            if length > 50 and not source.skips("size"):
                wrong.append(f"{source.name}: {function.name} {length}")

    assert wrong == []


def test_positional_parameters_stay_few() -> None:
    wrong = []
    for source in of(*SERVICES, "chassis"):
        for function in functions(source):
            # The transaction is where a function works, not what it works on.
            named = [a.arg for a in function.args.args if a.arg not in ("self", "cls", "tx")]
            if len(named) > 5 and not source.skips("size") and not _is_route(function):
                wrong.append(f"{source.name}: {function.name}({', '.join(named)})")

    assert wrong == []


def test_handlers_are_load_decide_store() -> None:
    wrong = []
    for source in of(*SERVICES):
        parts = source.module.split(".")
        if len(parts) < 3 or parts[2] != "handlers":
            continue
        for function in functions(source):
            length = (function.end_lineno or 0) - function.lineno
            if length > 40 and not source.skips("size"):
                wrong.append(f"{source.name}: {function.name} {length}")

    assert wrong == []


def _is_docstring(node: object) -> bool:
    import ast

    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _is_route(function: object) -> bool:
    """FastAPI routes take their dependencies as parameters."""
    import ast

    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    return any("router" in ast.unparse(decorator) for decorator in function.decorator_list)
