"""Long random histories on a real database: what must hold after every single step."""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from chassis.tenancy import scope
from chassis.values import FIRM
from contracts.vocabulary import Cefr, Channel, Presence, TicketState
from routing.matching.decide.transfer import Actor
from routing.matching.handlers import answering, deciding
from routing.people import handlers as people
from routing.people.model import FULL, Duty, Person, speaks
from tests.component.routing.world import World
from tests.unit.routing.build import NORDHOST, PAGORA, SEED, staff_id

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

STEPS = 60
BOTH = scope(NORDHOST, PAGORA, FIRM)
CREW = ("ines", "omar", "yuki", "salma")
LEAD = Actor(staff_id("ruth"), leads=True)


class History:
    """A firm at work, one random thing after the other."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.tickets: dict[str, dict[str, Any]] = {}
        self.first_waits: dict[UUID, datetime] = {}

    async def begin(self) -> None:
        for number, name in enumerate(CREW):
            await self.world.join(
                name,
                tenants=([NORDHOST], [NORDHOST, PAGORA], [PAGORA], [NORDHOST, PAGORA])[number],
                languages={"de": Cefr.C1, "en": Cefr.B1} if number % 2 else {"de": Cefr.B2},
            )

    async def step(self) -> None:
        often = [self.arrive, self.change, self.answer]
        seldom = [self.wait, self.pause, self.go_home, self.hand_over, self.give_up]
        await self.chance.choice([*often, *often, *seldom])()
        await self.world.sweep()

    async def arrive(self) -> None:
        word = f"ticket {len(self.tickets)}"
        channel = self.chance.choice([Channel.MAIL, Channel.CHAT, Channel.PHONE, Channel.WEB])
        self.tickets[word] = {
            "tenant": self.chance.choice([NORDHOST, PAGORA]),
            "channel": channel,
            "live": channel in (Channel.CHAT, Channel.PHONE),
            "language": self.chance.choice(["de", "de", "en", "und"]),
            "opened_at": self.world.now,
        }
        await self.world.ticket(word, **self.tickets[word])

    async def change(self) -> None:
        if self.tickets:
            word = self.chance.choice(sorted(self.tickets))
            state = self.chance.choice([*TicketState, *[TicketState.OPEN] * 4])
            self.tickets[word]["state"] = state
            await self.world.ticket(word, **self.tickets[word])

    async def answer(self) -> None:
        rows = await self.world.rows("SELECT * FROM reservations WHERE state = 'pending'")
        if not rows:
            return
        offer = self.chance.choice(sorted(rows, key=lambda row: str(row["id"])))
        async with self.world.database.transaction(BOTH) as tx:
            if self.chance.random() < 0.6:
                await answering.accept(tx, offer["id"], offer["person"], None, self.world.now)
            else:
                await answering.reject(
                    tx, offer["id"], offer["person"], None, reason="busy", now=self.world.now
                )

    async def wait(self) -> None:
        await self.world.pass_time(timedelta(seconds=self.chance.choice([5, 20, 130, 700])))

    async def pause(self) -> None:
        state = self.chance.choice([Presence.AWAY, Presence.AVAILABLE, Presence.AVAILABLE])
        await self.world.choose(self.chance.choice(CREW), state)

    async def go_home(self) -> None:
        now, back = self.world.now, self.world.now + timedelta(hours=16)
        on = Duty(until=now + timedelta(hours=8), back=now + timedelta(hours=24))
        off = Duty(back=self.chance.choice([None, back]))
        await self.world.roster(self.chance.choice(CREW), self.chance.choice([on, on, off]))
        await self.world.pass_time(timedelta())

    async def hand_over(self) -> None:
        if self.tickets:
            async with self.world.database.transaction(BOTH) as tx:
                to = staff_id(self.chance.choice(CREW))
                await deciding.transfer(
                    tx, self._any_ticket(), to, LEAD, note="", now=self.world.now
                )

    async def give_up(self) -> None:
        if self.tickets:
            async with self.world.database.transaction(BOTH) as tx:
                await deciding.give_up(tx, self._any_ticket(), LEAD, "no idea", self.world.now)

    def _any_ticket(self) -> UUID:
        return uuid5(SEED, self.chance.choice(sorted(self.tickets)))

    async def crew(self) -> list[Person]:
        async with self.world.database.transaction(scope(FIRM)) as tx:
            return await people.all_people(tx)


async def i2_units_are_what_live_claims_hold(history: History) -> None:
    rows = await history.world.rows(
        """SELECT p.id, p.units, coalesce(sum(r.units), 0) AS held FROM people p
             LEFT JOIN reservations r ON r.person = p.id AND r.state IN ('pending', 'accepted')
            GROUP BY p.id, p.units"""
    )
    for row in rows:
        assert row["units"] == row["held"]


async def i3_one_owner_who_holds_the_accepted_claim(history: History) -> None:
    rows = await history.world.rows(
        """SELECT w.state, w.owner, w.ticket_state, r.state AS claim, r.person FROM work_items w
             LEFT JOIN reservations r ON r.work = w.id AND r.state IN ('pending', 'accepted')"""
    )
    for row in rows:
        expected = {"pending": "offered", "accepted": "owned"}.get(row["claim"])
        assert expected is None or row["state"] == expected
        assert row["owner"] == (row["person"] if row["claim"] == "accepted" else None)
        finished = row["ticket_state"] in ("solved", "closed", "merged", "spam")
        assert (row["state"] == "done") == finished


async def i4_nobody_idle_could_take_what_waits(history: History) -> None:
    """An oracle of its own: no shared code with the choice but the language ladder."""
    crew, now = await history.crew(), history.world.now
    waiting = await history.world.rows("SELECT * FROM work_items WHERE state = 'waiting'")
    for item in waiting:
        excluded = await history.world.rows(
            "SELECT person FROM exclusions WHERE work = $1 AND until > $2", item["id"], now
        )
        kept_away = {row["person"] for row in excluded}
        free = [person for person in crew if person.id not in kept_away]
        able = [person for person in free if _could(person, item, now)]
        assert able == []


def _could(person: Person, item: dict[str, Any], now: datetime) -> bool:
    cost = {"mail": 30, "web": 30, "chat": 30, "phone": 120}[str(item["channel"])]
    floor = Cefr.C1 if item["channel"] == "phone" else Cefr.B2
    language = "en" if item["language"] == "und" else str(item["language"])
    until = person.duty.until
    return (
        item["tenant_id"] in person.rights.tenants
        and person.presence is Presence.AVAILABLE
        and until is not None
        and until - now >= timedelta(minutes=20)
        and person.units + cost <= FULL
        and speaks(person.profile.languages, language, floor)
    )


async def i5_nobody_waits_anew(history: History) -> None:
    for row in await history.world.rows("SELECT id, waiting_since FROM work_items"):
        first = history.first_waits.setdefault(row["id"], row["waiting_since"])
        assert row["waiting_since"] == first


async def versions_have_no_gaps(history: History) -> None:
    rows = await history.world.rows(
        """SELECT aggregate_id, array_agg(version ORDER BY version) AS versions
             FROM outbox GROUP BY aggregate_id"""
    )
    for row in rows:
        assert row["versions"] == list(range(1, len(row["versions"]) + 1))


async def sweep_line_over_the_history(history: History) -> None:
    """Adding up every change gives today's load; beyond a whole person only where recorded."""
    for person in await history.crew():
        rows = await history.world.rows(
            "SELECT * FROM load_changes WHERE person = $1 ORDER BY id", person.id
        )
        load, over = 0, False
        for row in rows:
            load += row["delta"]
            assert row["units_after"] == load >= 0
            over = load > FULL and (over or row["over_capacity"])
            assert load <= FULL or over
        assert load == person.units


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_happens_the_invariants_hold(world: World, seed: int) -> None:
    history = History(world, seed)
    await history.begin()

    for _ in range(STEPS):
        await history.step()
        await i2_units_are_what_live_claims_hold(history)
        await i3_one_owner_who_holds_the_accepted_claim(history)
        await i4_nobody_idle_could_take_what_waits(history)
        await i5_nobody_waits_anew(history)
    await versions_have_no_gaps(history)
    await sweep_line_over_the_history(history)
    owned = await world.rows("SELECT 1 FROM load_changes WHERE delta > 0")
    assert len(owned) > 5
    assert await world.rows("SELECT * FROM tending_failures") == []
