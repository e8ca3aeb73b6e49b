"""A fresh, migrated billing-policy database for each test, and the service in front of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

import billing_policy
from billing_policy.app import build
from billing_policy.settings import Settings
from chassis.clock import FrozenClock
from chassis.testing.fixtures import FreshDatabase
from chassis.testing.people import Provider, add_tenant
from chassis.testing.web import kit_for, settings_for
from tests.component.billing_policy.doors import Doors
from tests.component.billing_policy.till import SECRET, Till, double
from tests.component.billing_policy.world import MONDAY, NORDHOST, PAGORA, World

TEXTS = Path(str(billing_policy.__file__)).parent / "locale"


@pytest.fixture
async def world(fresh_database: FreshDatabase) -> AsyncIterator[World]:
    made = await fresh_database(billing_policy)
    found = World(made, made.runtime(), made.loops())
    yield found
    await found.close()


@pytest.fixture
async def doors(world: World) -> AsyncIterator[Doors]:
    """The service's HTTP side; nobody answers where the provider should be."""
    clock = FrozenClock(MONDAY)
    provider = Provider(clock)
    settings = settings_for(
        world.made,
        Settings,
        provider_url="http://127.0.0.1:9",
        provider_secret=SecretStr(SECRET),
    )
    async with kit_for(world.made, settings, clock=clock, provider=provider, texts=TEXTS) as kit:
        yield Doors(world, build(kit).api, clock, provider)


@pytest.fixture
async def till(world: World, tmp_path: Path) -> AsyncIterator[Till]:
    """The whole service with the provider's double beside it; two clients are known."""
    clock = FrozenClock(MONDAY)
    for tenant in (NORDHOST, PAGORA):
        await add_tenant(world.database, tenant)
    async with double(tmp_path, clock) as beside:
        settings = settings_for(
            world.made,
            Settings,
            provider_url=beside.url,
            provider_secret=SecretStr(SECRET),
            provider_timeout_s=0.4,
            provider_look_up_s=0.05,
        )
        async with kit_for(world.made, settings, clock=clock, texts=TEXTS) as kit:
            found = Till(world, kit, build(kit), beside, clock)
            yield found
            await found.provider.close()
