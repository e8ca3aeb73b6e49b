"""A fresh, migrated routing database for each test that asks for `world`."""

from collections.abc import AsyncIterator

import pytest

import routing
from chassis.testing.fixtures import FreshDatabase
from tests.component.routing.world import World


@pytest.fixture
async def world(fresh_database: FreshDatabase) -> AsyncIterator[World]:
    made = await fresh_database(routing)
    found = World(made, made.runtime(), made.loops())
    await found.setup()
    yield found
    await found.close()
