"""The whole platform, started once as a newcomer starts it, for acceptance and browser tests."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from meridian.config import StackConfig, load_config
from meridian.demo.platform import Platform
from tests.acceptance.people import World

START_S = 300


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackConfig]:
    """`meridian up --detach` in a home of its own, on free ports; emptied at the end.

    MERIDIAN_TEST_HOME names a home whose stack already runs; it is used and left running.
    """
    given = os.environ.get("MERIDIAN_TEST_HOME")
    if given:
        yield load_config(Path(given))
        return
    home = tmp_path_factory.mktemp("meridian")
    command = [sys.executable, "-m", "meridian"]
    started = subprocess.run(
        [*command, "up", "--detach", "--ports", "free", "--home", str(home)],
        capture_output=True,
        text=True,
        timeout=START_S,
        check=False,
    )
    try:
        assert started.returncode == 0, started.stdout + started.stderr
        yield load_config(home)
    finally:
        subprocess.run([*command, "reset", "--yes", "--home", str(home)], timeout=120, check=False)


@pytest.fixture
async def platform(running_stack: StackConfig) -> AsyncIterator[Platform]:
    async with Platform(running_stack) as made:
        yield made


@pytest.fixture
async def world(platform: Platform) -> World:
    return World(platform)
