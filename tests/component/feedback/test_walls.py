"""The walls between tenants in feedback's database."""

import pytest
from sqlalchemy import text

from chassis.tenancy import scope
from chassis.testing.walls import violations
from chassis.values import FIRM
from tests.component.feedback.world import NORDHOST, PAGORA, World

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

TABLES = ("tickets", "surveys", "answers", "followups", "score_days")


async def test_every_table_keeps_its_walls(world: World) -> None:
    assert await violations(world.made.superuser_dsn, "feedback") == []


async def test_one_clients_opinion_is_not_seen_in_anothers_name(world: World) -> None:
    life = await world.life().asked()
    await world.answer(life.survey, 1, "slow")

    for tenants, seen in ((scope(NORDHOST), 1), (scope(PAGORA), 0), (scope(FIRM), 0)):
        async with world.database.transaction(tenants) as tx:
            for table in TABLES:
                assert await tx.scalar(text(f"SELECT count(*) FROM {table}")) == seen, table


async def test_the_loops_role_sees_nobodys_words(world: World) -> None:
    from sqlalchemy.exc import DBAPIError

    for table in (*TABLES, "praises", "customers"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with world.loops.transaction(None) as tx:
                await tx.execute(text(f"SELECT * FROM {table}"))
