"""A fresh, migrated sla database for each test that asks for `world`, and its doors."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import sla
from chassis.clock import FrozenClock
from chassis.testing.fixtures import FreshDatabase
from chassis.testing.people import Provider
from chassis.testing.web import kit_for, settings_for
from sla.app import build
from sla.settings import Settings
from tests.component.sla.doors import Doors
from tests.component.sla.world import MONDAY, World


@pytest.fixture
async def world(fresh_database: FreshDatabase) -> AsyncIterator[World]:
    made = await fresh_database(sla)
    found = World(made, made.runtime(), made.loops())
    yield found
    await found.close()


@pytest.fixture
async def doors(world: World) -> AsyncIterator[Doors]:
    """The service's HTTP side over the same database."""
    clock = FrozenClock(MONDAY)
    provider = Provider(clock)
    settings = settings_for(world.made, Settings)
    texts = Path(sla.__file__ or "").parent / "locale"
    async with kit_for(world.made, settings, clock=clock, provider=provider, texts=texts) as kit:
        yield Doors(world, build(kit).api, clock, provider)
