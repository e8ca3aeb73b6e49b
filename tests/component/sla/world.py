"""An sla database to act in: contracts, tickets that live, a feed that is known up to somewhere."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import asyncpg
from sqlalchemy import text

from chassis.db import Database
from chassis.directory.model import Entry as Colleague
from chassis.directory.store import save_entry
from chassis.telemetry import Telemetry
from chassis.tenancy import scope
from chassis.testing.databases import ServiceDatabase
from chassis.testing.events import meta, named, ticket_facts
from chassis.timer_loop import TimerLoop
from chassis.values import FIRM, TenantId
from contracts import ticket as events
from contracts.catalog import TICKET, row_of
from contracts.envelope import Event
from contracts.ticket import TicketEvent
from contracts.vocabulary import AuthorKind, Metric, Priority, Role, TicketState, WaitingOn
from sla.calendars.decide import always
from sla.clocks.consumers import TicketFeed
from sla.clocks.handlers import judging
from sla.clocks.ticker import timings
from sla.duty import handlers as duty
from sla.duty.model import Shift
from sla.escalations import ticker as escalations_ticker
from sla.metrics import Meters
from sla.periods import ticker as periods_ticker
from sla.policies import handlers as policies
from sla.policies.model import Contract, Hours, Rules, Target

NORDHOST = TenantId(UUID("a0000000-0000-7000-8000-00000000000a"))
PAGORA = TenantId(UUID("b0000000-0000-7000-8000-00000000000b"))
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
WAITS = {TicketState.PENDING: WaitingOn.CUSTOMER, TicketState.HOLD: WaitingOn.THIRD_PARTY}


class Never:
    async def wait(self, seconds: float) -> bool:
        return False


class Silent:
    def timer_fired(self, kind: str, lateness_s: float) -> None: ...
    def timer_failed(self, kind: str, error: str) -> None:
        raise AssertionError(f"{kind}: {error}")


@dataclass
class World:
    made: ServiceDatabase
    database: Database
    loops: Database
    meters: Meters = field(default_factory=lambda: Meters(Telemetry("sla")))

    async def contract(self, tenant: TenantId = NORDHOST, **given: Any) -> Contract:
        """Round the clock unless told otherwise: first reply 1 h, next 2 h, resolution 24 h."""
        values: dict[str, Any] = {
            "tenant": tenant,
            "id": uuid5(tenant, "contract"),
            "version": 0,
            "effective_from": OCTOBER,
            "calendar_version": 0,
            "calendar": always("Europe/Berlin"),
            "targets": promises(first_reply=1, next_reply=2, resolution=24),
            "rules": Rules(),
            "attainment": {Metric.FIRST_REPLY: Decimal("0.95")},
        }
        draft = Contract(**(values | given))
        async with self.database.transaction(scope(tenant)) as tx:
            made, fresh = await policies.put_contract(
                tx, draft, asked="{}", by="tests", now=min(draft.effective_from, MONDAY)
            )
            if fresh:
                await judging.take_up(tx, made)
        return made

    def life(self, word: str = "one", tenant: TenantId = NORDHOST, **given: Any) -> "Life":
        return Life(self, uuid5(tenant, word), tenant, ticket_facts(word), **given)

    async def staff(self, name: str, *roles: Role, tenants: tuple[UUID, ...] = (NORDHOST,)) -> UUID:
        entry = Colleague(
            home=FIRM,
            person=named(name),
            subject=f"{name}@brightline.example",
            name=name.title(),
            roles=frozenset(roles),
            tenants=frozenset(TenantId(tenant) for tenant in tenants),
            active=bool(roles),
        )
        async with self.database.transaction(scope(FIRM)) as tx:
            await save_entry(tx, entry, 1)
        return entry.person

    async def shift(self, person: UUID, start: datetime, end: datetime, **given: Any) -> None:
        values: dict[str, Any] = {"kind": "work", "lead": True}
        shift = Shift(
            id=uuid5(person, start.isoformat()),
            person=person,
            starts_at=start,
            ends_at=end,
            **(values | given),
        )
        async with self.database.transaction(scope(FIRM)) as tx:
            await duty.take_shift(tx, shift)

    async def known_until(self, at: datetime, partitions: int = 4) -> None:
        """The ticket feed's heartbeats have said so on each partition."""
        for partition in range(partitions):
            await self.run(
                """INSERT INTO watermarks (consumer, topic, partition, complete_until)
                   VALUES ('sla.clocks', $1, $2, $3)
                   ON CONFLICT (consumer, topic, partition)
                   DO UPDATE SET complete_until = excluded.complete_until""",
                TICKET.name, partition, at,
            )  # fmt: skip

    async def sweep(self) -> int:
        """Fire what is due, as the service's loop would."""
        loop = TimerLoop(
            database=self.database,
            loops=self.loops,
            timings={
                **timings(self.meters),
                **escalations_ticker.timings(self.meters),
                **periods_ticker.timings(self.meters),
            },
            waiter=Never(),
            metrics=Silent(),
        )
        fired, total = 1, 0
        while fired:
            fired = await loop.sweep()
            total += fired
        return total

    async def clocks(self, ticket: UUID, tenant: TenantId = NORDHOST) -> dict[str, Any]:
        """`first_reply` or `next_reply 2` → row."""
        rows = await self.rows(
            "SELECT * FROM clocks WHERE tenant_id = $1 AND ticket_id = $2", tenant, ticket
        )
        return {_short(row): row for row in rows}

    async def states(self, ticket: UUID) -> dict[str, str]:
        return {name: row["state"] for name, row in (await self.clocks(ticket)).items()}

    async def told(self, ticket: UUID) -> list[str]:
        """Clock events of a ticket, in the order written."""
        rows = await self.rows(
            """SELECT type, convert_from(payload, 'UTF8')::jsonb ->> 'metric' AS metric
                 FROM outbox WHERE topic = 'sla.clock.v1'
                  AND convert_from(payload, 'UTF8')::jsonb ->> 'ticket' = $1 ORDER BY id""",
            str(ticket),
        )
        return [f"{row['metric']} {row['type'].split('.')[1]}" for row in rows]

    async def escalations(self) -> list[tuple[int, str, UUID | None]]:
        rows = await self.rows("SELECT level, state, on_duty FROM escalations ORDER BY level")
        return [(row["level"], row["state"], row["on_duty"]) for row in rows]

    async def counts(self, tenant: TenantId = NORDHOST) -> dict[tuple[str, str], int]:
        rows = await self.rows(
            """SELECT metric, state, sum(count)::int AS n FROM attainment_days
                WHERE tenant_id = $1 GROUP BY 1, 2 HAVING sum(count) > 0""",
            tenant,
        )
        return {(row["metric"], row["state"]): row["n"] for row in rows}

    async def timers(self) -> dict[tuple[str, str], datetime]:
        """Armed timers of clocks by kind and metric."""
        rows = await self.rows(
            """SELECT t.kind, c.metric, t.due_at FROM timers t
                 JOIN clocks c ON c.id = t.key ORDER BY t.due_at"""
        )
        return {(row["kind"], row["metric"]): row["due_at"] for row in rows}

    async def rows(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """As the superuser sees them: no walls."""
        connection = await asyncpg.connect(self.made.superuser_dsn)
        try:
            found: list[asyncpg.Record] = await connection.fetch(statement, *values)
            return found
        finally:
            await connection.close()

    async def value(self, statement: str, *values: Any) -> Any:
        return (await self.rows(statement, *values))[0][0]

    async def run(self, statement: str, *values: Any) -> None:
        await self.rows(statement, *values)

    async def close(self) -> None:
        await asyncio.gather(self.database.close(), self.loops.close())


@dataclass
class Life:
    """A ticket that lives: each call is an event of intake, taken as the consumer takes it."""

    world: World
    id: UUID
    tenant: TenantId
    facts: events.TicketFacts
    version: int = 0

    async def open(
        self, at: datetime = MONDAY, *, priority: Priority = Priority.NORMAL, **given: Any
    ) -> "Life":
        """Opened, with its first message, and classified a second later."""
        await self.opened(at, **given)
        await self.customer(at)
        return await self.classified(at + timedelta(seconds=1), priority=priority)

    async def opened(self, at: datetime = MONDAY, **given: Any) -> "Life":
        by_agent = given.pop("agent_created", False)
        self.change(state=TicketState.NEW, opened_at=at, **given)
        return await self.tell(at, events.TicketOpenedV1, agent_created=by_agent)

    async def classified(self, at: datetime, **given: Any) -> "Life":
        self.change(**given)
        return await self.tell(at, events.TicketClassifiedV1)

    async def customer(self, at: datetime, *, machine: bool = False, **given: Any) -> "Life":
        if not machine and self.facts.state not in (TicketState.NEW, TicketState.SOLVED):
            self.change(state=TicketState.OPEN)
        self.change(**given)
        return await self.wrote(at, events.MessageReceivedV1, AuthorKind.CUSTOMER, machine=machine)

    async def agent(
        self, at: datetime, then: TicketState = TicketState.OPEN, *, public: bool = True
    ) -> "Life":
        self.change(state=then)
        kind = events.MessageSentV1 if public else events.MessageNotedV1
        return await self.wrote(at, kind, AuthorKind.AGENT, public=public)

    async def bot(self, at: datetime) -> "Life":
        return await self.wrote(at, events.MessageSentV1, AuthorKind.BOT)

    async def solved(self, at: datetime) -> "Life":
        self.change(state=TicketState.SOLVED)
        return await self.tell(
            at, events.TicketSolvedV1, solved_at=at, confirm_until=at + timedelta(days=4)
        )

    async def reopened(self, at: datetime, by: AuthorKind = AuthorKind.CUSTOMER) -> "Life":
        self.change(state=TicketState.OPEN, cycle=self.facts.cycle + 1)
        return await self.tell(at, events.TicketReopenedV1, reopened_at=at, by=by)

    async def closed(self, at: datetime) -> "Life":
        self.change(state=TicketState.CLOSED)
        return await self.tell(at, events.TicketClosedV1, closed_at=at, timed_out=True)

    async def status(self, at: datetime, state: TicketState) -> "Life":
        self.change(state=state)
        return await self.tell(at, events.TicketWaitingOnChangedV1, changed_at=at)

    async def priority(self, at: datetime, priority: Priority) -> "Life":
        self.change(priority=priority)
        return await self.tell(at, events.TicketPriorityChangedV1, changed_at=at)

    async def spam(self, at: datetime, spam: bool = True) -> "Life":
        self.change(state=TicketState.SPAM if spam else TicketState.OPEN)
        return await self.tell(at, events.TicketMarkedSpamV1, spam=spam, marked_at=at)

    async def merged(self, at: datetime, into: "Life", since: datetime | None) -> "Life":
        self.change(state=TicketState.MERGED)
        return await self.tell(
            at, events.TicketMergedV1, into=into.id, merged_at=at, oldest_unanswered_at=since
        )

    async def wrote(
        self, at: datetime, kind: type[TicketEvent], author: AuthorKind, **given: Any
    ) -> "Life":
        said = {
            "message": named(f"{self.id} {self.version}"),
            "author_kind": author,
            "public": True,
            "received_at": at,
        }
        return await self.tell(at, kind, **(said | given))

    def change(self, **given: Any) -> None:
        if "state" in given:
            given.setdefault("waiting_on", WAITS.get(given["state"], WaitingOn.US))
        self.facts = self.facts.model_copy(update=given)

    async def tell(self, at: datetime, kind: type[TicketEvent], **given: Any) -> "Life":
        self.version += 1
        event = self.event(at, self.version, kind, **given)
        await self.take(event)
        return self

    def event(
        self, at: datetime, version: int, kind: type[TicketEvent], **given: Any
    ) -> Event[Any]:
        row = row_of(kind, "intake")
        envelope = meta(row.type, self.id, version, tenant=self.tenant)
        data = kind(ticket=self.facts, **given)
        return Event(replace(envelope, time=at), data)

    async def take(self, event: Event[Any]) -> None:
        feed = TicketFeed(self.world.meters)
        async with self.world.database.transaction(scope(self.tenant, FIRM)) as tx:
            now = await tx.scalar(_NOW)
            if isinstance(event.data, events.TicketMergedV1):
                await feed.on_ticket_merged(event, tx, now)
            else:
                await feed.on_ticket_event(event, tx, now)


def promises(
    *, priority: Priority = Priority.NORMAL, hours: Hours = Hours.ALWAYS, **in_hours: float
) -> tuple[Target, ...]:
    return tuple(
        Target(metric=Metric(metric), priority=priority, seconds=int(amount * 3600), hours=hours)
        for metric, amount in in_hours.items()
    )


def _short(row: Mapping[str, Any]) -> str:
    return row["metric"] if row["cycle"] == 1 else f"{row['metric']} {row['cycle']}"


_NOW = text("SELECT clock_timestamp()")
