"""A fresh, migrated routing database for each test that asks for `world`, and its doors."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import routing
from chassis.clock import FrozenClock
from chassis.testing.fixtures import FreshDatabase
from chassis.testing.people import Provider
from chassis.testing.web import kit_for, settings_for
from routing.app import build
from routing.settings import Settings
from tests.component.routing.doors import Doors
from tests.component.routing.world import World

LOCALE = Path(str(routing.__file__)).parent / "locale"


@pytest.fixture
async def world(fresh_database: FreshDatabase) -> AsyncIterator[World]:
    made = await fresh_database(routing)
    found = World(made, made.runtime(), made.loops())
    await found.setup()
    yield found
    await found.close()


@pytest.fixture
async def doors(world: World) -> AsyncIterator[Doors]:
    """The service's HTTP side over the same database, at the world's present."""
    clock = FrozenClock(world.now)
    provider = Provider(clock)
    settings = settings_for(world.made, Settings)
    async with kit_for(world.made, settings, clock=clock, provider=provider, texts=LOCALE) as kit:
        yield Doors(world, build(kit).api, clock, provider)
