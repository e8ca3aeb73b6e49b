"""The reading order of a capability, its pure core, and its doors to its neighbours."""

import sys

import pytest

from tests.architecture.source import SERVICES, Source, capabilities, of

LAYERS = {
    "model": 0,
    "decide": 1,
    "tables": 2,
    "store": 3,
    "translate": 3,
    "handlers": 4,
    "api_models": 4,
    "consumers": 5,
    "api": 5,
    "ticker": 5,
}
PURE = ("model", "decide")
# The console decides nothing: its packages are screens, which share what every screen needs.
SCREENS = "console"
DOORS = ("handlers", "model", "decide", "api_models", "translate")
SERVICE_FILES = ("app", "settings", "metrics", "__main__", "__init__")


def room(module: str) -> tuple[str, str, str] | None:
    """(service, capability, file) of a module inside a capability; a package counts as its file."""
    parts = module.split(".")
    if len(parts) < 3 or parts[0] not in SERVICES:
        return None
    return parts[0], parts[1], parts[2]


def inside(*files: str) -> list[Source]:
    found = []
    for source in of(*SERVICES):
        placed = room(source.module)
        if placed and placed[2] in files:
            found.append(source)
    return found


def test_imports_inside_a_capability_go_down_only() -> None:
    wrong = []
    for source in inside(*LAYERS):
        service, capability, name = room(source.module) or ("", "", "")
        for imported in source.imports:
            there = room(imported)
            same_room = there is not None and there[:2] == (service, capability)
            if there and same_room and LAYERS.get(there[2], 0) > LAYERS[name]:
                wrong.append(f"{source.name} imports {imported}")

    assert wrong == []


def test_the_domain_imports_the_standard_library_and_values_only() -> None:
    wrong = []
    for source in inside(*PURE):
        service = source.module.split(".")[0]
        for imported in source.imports:
            top = imported.split(".")[0]
            there = room(imported)
            pure_here = there is not None and there[0] == service and there[2] in PURE
            allowed = (
                top in sys.stdlib_module_names
                or imported.startswith(("chassis.values", "contracts.vocabulary"))
                or pure_here
                or (service == SCREENS and imported.startswith("contracts."))
            )
            if not allowed and not source.skips("pure"):
                wrong.append(f"{source.name} imports {imported}")

    assert wrong == []


def test_the_domain_awaits_nothing_and_asks_no_clock() -> None:
    wrong = [
        f"{source.name}: {word}"
        for source in inside(*PURE)
        for word in (
            "async def",
            "await ",
            "import random",
            "import logging",
            "import os",
            "import time\n",
        )
        if word in source.text
    ]

    assert wrong == []


def test_a_capability_enters_another_through_its_doors_only() -> None:
    wrong = []
    for source in of(*SERVICES):
        here = room(source.module)
        if here is None or here[0] == SCREENS:
            continue
        for imported in source.imports:
            there = room(imported)
            if there and there[0] == here[0] and there[1] != here[1]:
                named = {capability for service, capability in capabilities() if service == here[0]}
                if there[1] in named and there[2] not in DOORS and not source.skips("doors"):
                    wrong.append(f"{source.name} imports {imported}")

    assert wrong == []


def test_only_the_store_and_the_tables_speak_sql() -> None:
    speakers = {"store", "tables"}
    wrong = []
    for source in of(*SERVICES):
        placed = room(source.module)
        if placed is None or placed[2] in speakers or source.skips("sql"):
            continue
        if any(imported.startswith("sqlalchemy") for imported in source.imports):
            wrong.append(source.name)

    assert wrong == []


def test_commit_is_written_in_one_place() -> None:
    wrong = [
        source.name
        for source in of(*SERVICES, "chassis", "meridian")
        if ".commit()" in source.text
        and source.module not in ("chassis.db", "chassis.migrations")
        and not source.skips("commit")
    ]

    assert wrong == []


@pytest.mark.parametrize("word", ["datetime.now", "uuid4(", "time.time(", "utcnow"])
def test_nobody_but_the_clock_asks_the_system_for_time_or_ids(word: str) -> None:
    wrong = [
        source.name
        for source in of(*SERVICES, "chassis", "contracts", "meridian")
        if word in source.text and source.module != "chassis.clock" and not source.skips("clock")
    ]

    assert wrong == []
