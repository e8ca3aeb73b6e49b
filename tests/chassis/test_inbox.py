"""The version gate as a pure rule, and the inbox's days on a real database."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from chassis import inbox
from chassis.clock import uuid7_floor
from chassis.inbox import Seen, Verdict, gate
from chassis.testing.bench import Side
from chassis.testing.events import THEN, new_id
from chassis.values import first_version, next_version

VERSIONS = st.integers(min_value=1, max_value=6)


@pytest.mark.parametrize(
    ("seen", "version", "verdict"),
    [
        (Seen(), 1, Verdict.APPLY),
        (Seen(), 2, Verdict.GAP),
        (Seen(4), 5, Verdict.APPLY),
        (Seen(4), 4, Verdict.STALE),
        (Seen(4), 1, Verdict.STALE),
        (Seen(4), 6, Verdict.GAP),
        (Seen(4, parked=True), 5, Verdict.BEHIND),
        (Seen(4, parked=True), 4, Verdict.STALE),
        (Seen(4), first_version(epoch=1), Verdict.APPLY),
        (Seen(4), first_version(epoch=1) + 1, Verdict.GAP),
        (Seen(first_version(epoch=1)), 5, Verdict.STALE),
    ],
)
def test_lets_through_the_next_version_alone(seen: Seen, version: int, verdict: Verdict) -> None:
    assert gate(seen, version) is verdict


@pytest.mark.parametrize(
    ("seen", "version", "verdict"),
    [
        (Seen(), 7, Verdict.APPLY),
        (Seen(4), 7, Verdict.APPLY),
        (Seen(7), 7, Verdict.STALE),
        (Seen(4, parked=True), 7, Verdict.BEHIND),
    ],
)
def test_takes_a_restated_event_as_the_first(seen: Seen, version: int, verdict: Verdict) -> None:
    assert gate(seen, version, restated=True) is verdict


@pytest.mark.parametrize("seen", [Seen(), Seen(4), Seen(4, parked=True)])
def test_takes_any_newer_version_of_a_compacted_topic(seen: Seen) -> None:
    assert gate(seen, 9, compacted=True) is Verdict.APPLY
    assert gate(seen, seen.version, compacted=True) is Verdict.STALE


@given(st.lists(VERSIONS, max_size=40))
def test_whatever_arrives_is_applied_once_and_in_order(arrivals: list[int]) -> None:
    seen, applied = Seen(), list[int]()

    for version in arrivals:
        if gate(seen, version) is Verdict.APPLY:
            applied.append(version)
            seen = Seen(version)

    assert applied == list(range(1, len(applied) + 1))


@given(st.permutations(range(1, 7)))
def test_with_stored_gaps_every_order_of_arrival_ends_complete(arrivals: list[int]) -> None:
    seen, stored, applied = Seen(), set[int](), list[int]()

    for version in arrivals:
        stored.add(version)
        while stored and gate(seen, min(stored)) is Verdict.APPLY:
            seen = Seen(min(stored))
            applied.append(seen.version)
            stored.remove(seen.version)

    assert applied == [1, 2, 3, 4, 5, 6]


@given(st.integers(0, 50), st.integers(0, 3))
def test_the_next_version_always_passes(count: int, epoch: int) -> None:
    version = first_version(epoch) + count

    assert gate(Seen(version), next_version(version, epoch)) is Verdict.APPLY
    assert gate(Seen(version), next_version(version, epoch + 1)) is Verdict.APPLY


@pytest.mark.anyio
@pytest.mark.postgres
class TestDays:
    """`inbox` lies in one partition for each day of its ids."""

    today = date(2027, 3, 31)

    async def keep(self, reader: Side, today: date) -> int:
        days = {"today": today, "ahead": 2, "kept": 14}
        async with reader.delivery.loops.transaction(None) as tx:
            return int(await tx.scalar(inbox.KEEP, days))

    async def claim(self, reader: Side, event: UUID) -> set[UUID]:
        async with reader.database.transaction(None) as tx:
            return await inbox.claim(tx, "sla.clocks", [event])

    async def partition_of(self, reader: Side, event: UUID) -> str:
        return str(
            await reader.value(
                "SELECT tableoid::regclass::text FROM inbox WHERE event_id = $1", event=event
            )
        )

    def event_of(self, day: date) -> UUID:
        noon = THEN.replace(year=day.year, month=day.month, day=day.day)
        return UUID(int=uuid7_floor(noon).int + 7)

    async def test_makes_the_coming_days_once(self, own_reader: Side) -> None:
        first, second = (
            await self.keep(own_reader, self.today),
            await self.keep(own_reader, self.today),
        )

        assert (first, second) == (3, 0)
        await self.claim(own_reader, event := self.event_of(self.today + timedelta(days=1)))
        assert await self.partition_of(own_reader, event) == "inbox_on_20270401"

    async def test_what_came_before_its_day_was_made_moves_there(self, own_reader: Side) -> None:
        event = self.event_of(self.today)
        await self.claim(own_reader, event)
        before = await self.partition_of(own_reader, event)

        await self.keep(own_reader, self.today)

        assert before == "inbox_default"
        assert await self.partition_of(own_reader, event) == "inbox_on_20270331"
        assert await self.claim(own_reader, event) == set()

    async def test_drops_days_older_than_two_weeks(self, own_reader: Side) -> None:
        await self.keep(own_reader, self.today)
        await self.claim(own_reader, old := self.event_of(self.today))

        await self.keep(own_reader, self.today + timedelta(days=14))
        kept = await self.claim(own_reader, old)
        await self.keep(own_reader, self.today + timedelta(days=15))

        assert kept == set()
        assert await self.claim(own_reader, old) == {old}

    async def test_an_id_of_no_day_is_claimed_once_all_the_same(self, own_reader: Side) -> None:
        odd = UUID("ffffffff-ffff-4fff-8fff-ffffffffffff")

        assert await self.claim(own_reader, odd) == {odd}
        assert await self.claim(own_reader, odd) == set()

    async def test_the_runtime_role_may_not_make_or_drop_days(self, own_reader: Side) -> None:
        with pytest.raises(Exception, match="permission denied"):
            async with own_reader.database.transaction(None) as tx:
                await tx.scalar(inbox.KEEP, {"today": self.today, "ahead": 2, "kept": 14})

    async def test_one_aggregate_is_worked_by_one_owner_at_a_time(self, own_reader: Side) -> None:
        aggregate = new_id()
        async with own_reader.database.transaction(None) as tx:
            await inbox.save(tx, "sla.clocks", {aggregate: Seen(1)})

        async with own_reader.database.transaction(None) as tx:
            await inbox.lock(tx, "sla.clocks", [aggregate])
            with pytest.raises(Exception, match="lock timeout"):
                async with own_reader.database.transaction(None) as other:
                    await other.execute(text("SET LOCAL lock_timeout = '50ms'"))
                    await inbox.lock(other, "sla.clocks", [aggregate])
