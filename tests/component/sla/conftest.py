"""A fresh, migrated sla database for each test that asks for `world`, and its doors."""

from collections.abc import AsyncIterator

import pytest

import sla
from chassis.testing.fixtures import FreshDatabase
from tests.component.sla.world import World


@pytest.fixture
async def world(fresh_database: FreshDatabase) -> AsyncIterator[World]:
    made = await fresh_database(sla)
    found = World(made, made.runtime(), made.loops())
    yield found
    await found.close()
