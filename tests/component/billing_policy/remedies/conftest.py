"""The service's HTTP side over a fresh database, with people, a policy in force and a ticket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

import billing_policy
from billing_policy.app import build
from billing_policy.settings import Settings
from chassis.clock import FrozenClock
from chassis.testing.people import Provider
from chassis.testing.web import kit_for, settings_for
from tests.component.billing_policy.remedies.office import Office
from tests.component.billing_policy.till import SECRET
from tests.component.billing_policy.world import MONDAY, World


@pytest.fixture
async def office(world: World) -> AsyncIterator[Office]:
    clock = FrozenClock(MONDAY)
    provider = Provider(clock)
    settings = settings_for(
        world.made,
        Settings,
        provider_url="http://127.0.0.1:9",
        provider_secret=SecretStr(SECRET),
    )
    texts = Path(billing_policy.__file__ or "").parent / "locale"
    async with kit_for(world.made, settings, clock=clock, provider=provider, texts=texts) as kit:
        found = Office(world, build(kit).api, clock, provider)
        await found.people()
        answer = await found.put_policy()
        assert answer.status_code == 200, answer.text
        yield found
