"""The walls between tenants in routing's database, and what the loops role may see."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.tenancy import scope
from chassis.testing.walls import Exceptions, violations
from chassis.values import FIRM
from tests.component.routing.world import World
from tests.unit.routing.build import NORDHOST, PAGORA

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

WINDOWS = frozenset({"work_items", "unsettled", "tending_failures"})


async def test_every_table_keeps_its_walls(world: World) -> None:
    found = await violations(world.made.superuser_dsn, "routing", Exceptions(loops_windows=WINDOWS))

    assert found == []


async def test_one_clients_work_is_not_seen_in_anothers_name(world: World) -> None:
    await world.join("ines")
    await world.ticket("mail")
    await world.sweep()
    tables = ("work_items", "reservations", "decisions", "arrivals")

    for tenants, seen in ((scope(NORDHOST), 1), (scope(PAGORA), 0), (scope(FIRM), 0)):
        async with world.database.transaction(tenants) as tx:
            for table in tables:
                assert await tx.scalar(text(f"SELECT count(*) FROM {table}")) == seen
    async with world.database.transaction(scope(NORDHOST)) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM people")) == 0


async def test_nobody_writes_work_for_a_client_that_is_not_theirs(world: World) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with world.database.transaction(scope(PAGORA)) as tx:
            await tx.execute(
                text("INSERT INTO unsettled (tenant_id, work) VALUES (:t, :t)"), {"t": NORDHOST}
            )


@pytest.mark.parametrize("table", ["people", "reservations", "decisions", "shifts", "promises"])
async def test_the_loops_role_sees_waiting_work_and_no_more(world: World, table: str) -> None:
    await world.ticket("mail")

    async with world.loops.transaction(None) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM work_items")) == 1
    with pytest.raises(DBAPIError, match="permission denied"):
        async with world.loops.transaction(None) as tx:
            await tx.execute(text(f"SELECT * FROM {table}"))


async def test_the_loops_role_changes_nothing(world: World) -> None:
    await world.ticket("mail")

    with pytest.raises(DBAPIError, match="permission denied"):
        async with world.loops.transaction(None) as tx:
            await tx.execute(text("UPDATE work_items SET state = 'done'"))
