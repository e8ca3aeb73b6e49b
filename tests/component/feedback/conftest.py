"""A fresh, migrated feedback database for each test that asks for `world`, and its doors."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

import feedback
from chassis.clock import FrozenClock, SystemClock
from chassis.testing.fixtures import FreshDatabase
from chassis.testing.people import Provider
from chassis.testing.web import kit_for, settings_for
from feedback.app import build
from feedback.settings import Settings
from tests.component.feedback.doors import Doors
from tests.component.feedback.world import World

LOCALE = Path(str(feedback.__file__)).parent / "locale"


@pytest.fixture
async def world(fresh_database: FreshDatabase) -> AsyncIterator[World]:
    made = await fresh_database(feedback)
    found = World(made, made.runtime(), made.loops())
    await found.people()
    yield found
    await found.close()


@pytest.fixture
async def doors(world: World) -> AsyncIterator[Doors]:
    """The service's HTTP side over the same database."""
    clock = FrozenClock(SystemClock().now() + timedelta(minutes=1))
    provider = Provider(clock)
    settings = settings_for(world.made, Settings)
    async with kit_for(world.made, settings, clock=clock, provider=provider, texts=LOCALE) as kit:
        yield Doors(world, build(kit).api, clock, provider, kit.links)
