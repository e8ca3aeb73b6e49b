"""A fresh, migrated billing-policy database for each test that asks for `world`."""

from collections.abc import AsyncIterator

import pytest

import billing_policy
from chassis.testing.fixtures import FreshDatabase
from tests.component.billing_policy.world import World


@pytest.fixture
async def world(fresh_database: FreshDatabase) -> AsyncIterator[World]:
    made = await fresh_database(billing_policy)
    found = World(made, made.runtime(), made.loops())
    yield found
    await found.close()
