"""A routing database to act in: clients, people on shift, tickets, and one matcher."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import asyncpg

from chassis import timers
from chassis.db import Database, Transaction
from chassis.directory.model import TenantRecord
from chassis.directory.store import save_tenant
from chassis.telemetry import Telemetry
from chassis.tenancy import scope
from chassis.testing.databases import ServiceDatabase
from chassis.testing.events import meta, ticket_facts
from chassis.values import FIRM, StaffId, TenantId
from contracts.envelope import Event
from contracts.sla_clock import ClockStartedV1
from contracts.tenant import TenantState
from contracts.ticket import MessageSentV1, TicketClassifiedV1, TicketFacts
from contracts.vocabulary import (
    AuthorKind,
    Cefr,
    Channel,
    ClockState,
    Metric,
    Presence,
    TicketState,
)
from routing.matching import consumers
from routing.matching.model import work_id
from routing.matching.ticker import TIMINGS as MATCHING_TIMINGS
from routing.matching.ticker import Matcher, Waiter
from routing.metrics import Metrics
from routing.people import handlers as people
from routing.people.model import Duty, Meter, Person, Rights
from routing.rosters.ticker import TIMINGS as ROSTER_TIMINGS
from tests.unit.routing.build import NORDHOST, PAGORA, SEED, a_profile, staff_id

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(hours=8)
TIMINGS = MATCHING_TIMINGS | ROSTER_TIMINGS


class Never:
    async def wait(self, seconds: float) -> bool:
        return False


@dataclass
class World:
    """`now` is what the matcher takes for the present; tests move it."""

    made: ServiceDatabase
    database: Database
    loops: Database
    now: datetime = NOW
    metrics: Metrics = field(default_factory=lambda: Metrics(Telemetry("routing")))
    _versions: dict[UUID, int] = field(default_factory=dict)
    _superuser: asyncpg.Connection | None = None

    async def setup(self) -> None:
        for tenant, slug in ((NORDHOST, "nordhost"), (PAGORA, "pagora")):
            await self.configure(tenant, slug)

    async def configure(self, tenant: TenantId, slug: str, **given: Any) -> None:
        values: dict[str, Any] = {
            "slug": slug,
            "name": slug.title(),
            "initials": slug[:2].upper(),
            "chip": slug[:2],
            "zone": "Europe/Oslo",
            "default_language": "en",
            "languages": ("en", "de"),
            "brands": (),
            "plans": (),
            "priorities": (),
        }
        version = self._versions[tenant] = self._versions.get(tenant, 0) + 1
        async with self.database.transaction(scope(tenant, FIRM)) as tx:
            record = TenantRecord(tenant, version, TenantState(**values | given))
            await save_tenant(tx, record)

    async def join(
        self,
        name: str,
        *,
        tenants: Sequence[TenantId] = (NORDHOST,),
        roles: Sequence[str] = ("agent",),
        until: datetime | None = NOW + DAY,
        back: datetime | None = None,
        languages: Mapping[str, Cefr] | None = None,
        capacity: Mapping[Meter, int] | None = None,
    ) -> Person:
        """Somebody of that name, on shift unless `until` is None."""
        profile = a_profile(name, languages=languages, capacity=capacity)
        rights = Rights(roles=frozenset(roles), tenants=frozenset(tenants))
        async with self.database.transaction(scope(FIRM)) as tx:
            joined = await people.put_person(tx, staff_id(name), profile, rights, self.now)
            assert isinstance(joined, Person)
            present = await people.follow_roster(tx, joined.id, Duty(until, back), self.now)
        assert present is not None
        return present

    async def person(self, name: str) -> Person:
        async with self.database.transaction(scope(FIRM)) as tx:
            found = await people.person(tx, staff_id(name))
        assert found is not None
        return found

    async def roster(self, name: str, duty: Duty) -> None:
        async with self.database.transaction(scope(FIRM)) as tx:
            await people.follow_roster(tx, staff_id(name), duty, self.now)

    async def choose(self, name: str, presence: Presence) -> None:
        async with self.database.transaction(scope(FIRM)) as tx:
            await people.choose_presence(tx, staff_id(name), presence, "", self.now)

    async def ticket(self, word: str, tenant: TenantId = NORDHOST, **given: Any) -> UUID:
        """A ticket arrives, or its facts change: the same word is the same ticket."""
        id_ = uuid5(SEED, word)
        event = Event(
            meta("ticket.classified.v1", id_, 1, tenant=tenant),
            TicketClassifiedV1(ticket=facts(word, **given)),
        )
        async with self.database.transaction(scope(tenant, FIRM)) as tx:
            await consumers.on_ticket_classified(event, tx, self.now)
        return id_

    async def reply(self, ticket: UUID, word: str, tenant: TenantId = NORDHOST) -> None:
        """A colleague answers the customer."""
        data = MessageSentV1(
            ticket=facts(word),
            message=uuid5(ticket, "answer"),
            author_kind=AuthorKind.AGENT,
            public=True,
            received_at=self.now,
        )
        event = Event(meta("message.sent.v1", ticket, 3, tenant=tenant), data)
        async with self.database.transaction(scope(tenant)) as tx:
            await consumers.on_message_sent(event, tx, self.now)

    async def clock(
        self, ticket: UUID, due_in: timedelta, tenant: TenantId = NORDHOST, **given: Any
    ) -> None:
        values: dict[str, Any] = {
            "ticket": ticket,
            "metric": Metric.FIRST_REPLY,
            "cycle": 1,
            "contract": SEED,
            "contract_version": 1,
            "calendar_version": 1,
            "target_s": 3600,
            "elapsed_s": 0,
            "started_at": self.now,
            "due_at": self.now + due_in,
            "state": ClockState.RUNNING,
            "at": self.now,
        }
        data = ClockStartedV1(**values | given)
        about = meta("clock.started.v1", uuid5(ticket, data.metric), 1, tenant=tenant)
        async with self.database.transaction(scope(tenant, FIRM)) as tx:
            await consumers.on_clock_changed(Event(about, data), tx, self.now)

    def matcher(self, database: Database | None = None, waiter: Waiter | None = None) -> Matcher:
        """Patient, however busy the machine is."""
        return Matcher(
            database=database or self.database,
            loops=self.loops,
            metrics=self.metrics,
            waiter=waiter or Never(),
            present=self._present,
            sweep_at_most_s=60,
        )

    async def sweep(self) -> int:
        return await self.matcher().sweep()

    async def pass_time(self, by: timedelta) -> None:
        """Let timers fall due and the matcher look, as their loops would."""
        self.now += by
        await self.fire_due()
        await self.sweep()

    async def fire_due(self) -> None:
        """What the timer loop does, at the test's own present."""
        while due := await self._due():
            for named in due:
                await self._fire(named)

    async def _due(self) -> list[tuple[UUID, str, UUID, datetime]]:
        async with self.loops.transaction(None) as tx:
            found = [each for kind in TIMINGS for each in await timers.due(tx, kind, self.now)]
        return sorted(found, key=lambda named: (named[3], named[2]))

    async def _fire(self, named: tuple[UUID, str, UUID, datetime]) -> None:
        async with self.database.transaction(scope(named[0], FIRM)) as tx:
            for timer in await timers.claim(tx, [named]):
                await TIMINGS[timer.kind].handler(timer, tx, self.now)

    async def work(self, ticket: UUID) -> dict[str, Any]:
        (found,) = await self.rows("SELECT * FROM work_items WHERE id = $1", work_id(ticket))
        return found

    async def owner(self, ticket: UUID) -> StaffId | None:
        owner: StaffId | None = (await self.work(ticket))["owner"]
        return owner

    async def reservations(self, ticket: UUID) -> list[dict[str, Any]]:
        return await self.rows(
            "SELECT * FROM reservations WHERE work = $1 ORDER BY id", work_id(ticket)
        )

    async def told(self, aggregate: UUID) -> list[str]:
        """Types of the events about an aggregate, in order."""
        found = await self.rows(
            "SELECT type FROM outbox WHERE aggregate_id = $1 ORDER BY version", aggregate
        )
        return [row["type"].removesuffix(".v1") for row in found]

    async def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """What a superuser sees: every tenant's rows."""
        if self._superuser is None:
            self._superuser = await asyncpg.connect(self.made.superuser_dsn)
        return [dict(row) for row in await self._superuser.fetch(statement, *values)]

    async def close(self) -> None:
        if self._superuser is not None:
            await self._superuser.close()
        await self.database.close()
        await self.loops.close()

    async def _present(self, tx: Transaction) -> datetime:
        return self.now


def facts(word: str, **given: Any) -> TicketFacts:
    values = {
        "language": "de",
        "state": TicketState.OPEN,
        "opened_at": NOW,
        "channel": Channel.MAIL,
        "customer": uuid5(SEED, f"customer of {word}"),
    }
    return ticket_facts(word).model_copy(update=values | given)


def chat(**given: Any) -> dict[str, Any]:
    return {"channel": Channel.CHAT, "live": True, **given}
