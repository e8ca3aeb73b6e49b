"""A feedback database to act in: people, shifts, and tickets that live and are solved."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import asyncpg
from sqlalchemy import text

from chassis.db import Database
from chassis.telemetry import Telemetry
from chassis.tenancy import scope
from chassis.testing.databases import ServiceDatabase
from chassis.testing.events import meta, named, new_id, ticket_facts
from chassis.testing.people import add_client_user, add_staff, add_tenant
from chassis.timer_loop import TimerLoop
from chassis.values import FIRM, TenantId
from contracts import ticket as events
from contracts.catalog import TICKET, row_of
from contracts.envelope import Event
from contracts.outreach import OutreachDeliveredV1, OutreachFailedV1
from contracts.ticket import TicketEvent
from contracts.vocabulary import AuthorKind, Role, TicketState
from feedback.duty import handlers as duty
from feedback.duty.model import Shift
from feedback.metrics import Metrics
from feedback.surveys import consumers, ticker
from feedback.surveys.decide import survey_id
from feedback.surveys.handlers import answering, reading
from feedback.surveys.model import Given, Over, Same, SurveySettings, Taken

NORDHOST = TenantId(UUID("a0000000-0000-7000-8000-00000000000a"))
PAGORA = TenantId(UUID("b0000000-0000-7000-8000-00000000000b"))
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = b"a key of tests"


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
    metrics: Metrics = field(default_factory=lambda: Metrics(Telemetry("feedback")))
    staff: dict[str, UUID] = field(default_factory=dict)

    async def people(self) -> None:
        """Inês answers for Nordhost, Omar and Lea lead there; Rui manages; Nora is the client's."""
        for tenant, viewer in ((NORDHOST, "nora"), (PAGORA, "pia")):
            brand = {"id": named("brand"), "name": "Nordhost Cloud"}
            await add_tenant(self.database, tenant, brands=(brand,))
            await add_client_user(self.database, tenant, viewer, Role.CLIENT_VIEWER)
        for name, roles, tenants in (
            ("ines", (Role.AGENT,), (NORDHOST,)),
            ("jan", (Role.AGENT,), (NORDHOST,)),
            ("omar", (Role.AGENT, Role.LEAD), (NORDHOST,)),
            ("lea", (Role.LEAD,), (NORDHOST,)),
            ("pablo", (Role.LEAD,), (PAGORA,)),
            ("rui", (Role.MANAGER,), ()),
        ):
            self.staff[name] = await add_staff(self.database, name, *roles, tenants=tenants)

    async def settings(self, tenant: UUID = NORDHOST, **given: Any) -> None:
        async with self.database.transaction(scope(tenant)) as tx:
            wanted = replace(SurveySettings(), **given)
            await reading.save_settings(tx, tenant, wanted, by="tests", at=MONDAY)

    async def shift(self, name: str, **given: Any) -> None:
        """On duty for as long as tests look."""
        person = self.staff[name]
        values: dict[str, Any] = {
            "id": uuid5(person, "shift"),
            "person": person,
            "starts_at": MONDAY - 100 * DAY,
            "ends_at": MONDAY + 9999 * DAY,
            "kind": "work",
            "lead": True,
        }
        async with self.database.transaction(scope(FIRM)) as tx:
            await duty.take_shift(tx, Shift(**(values | given)))

    def life(self, word: str = "one", tenant: TenantId = NORDHOST, **given: Any) -> "Life":
        facts = ticket_facts(word).model_copy(update=given)
        return Life(self, uuid5(tenant, word), tenant, facts)

    async def known_until(self, at: datetime, partitions: int = 4) -> None:
        """The ticket feed's heartbeats have said so on each partition."""
        for partition in range(partitions):
            await self.rows(
                """INSERT INTO watermarks (consumer, topic, partition, complete_until)
                   VALUES ('feedback.surveys', $1, $2, $3)
                   ON CONFLICT (consumer, topic, partition)
                   DO UPDATE SET complete_until = excluded.complete_until""",
                TICKET.name, partition, at,
            )  # fmt: skip

    async def sweep(self) -> int:
        """Fire what is due, as the service's loop would."""
        loop = TimerLoop(
            database=self.database,
            loops=self.loops,
            timings=ticker.timings(KEY, self.metrics),
            waiter=Never(),
            metrics=Silent(),
        )
        fired, total = 1, 0
        while fired:
            fired = await loop.sweep()
            total += fired
        return total

    async def answer(
        self, survey: UUID, score: int, words: str = "", at: datetime | None = None
    ) -> Taken | Same | Over:
        """As the customer's page does, `at` an instant of its question's life."""
        async with self.database.transaction(scope(NORDHOST, FIRM)) as tx:
            known = await answering.to_change(tx, survey)
            assert known is not None
            when = at or (known.asked_at or MONDAY) + timedelta(minutes=1)
            return await answering.answer(tx, known, Given(score, words), when)

    async def survey(self, life: "Life", cycle: int = 1) -> asyncpg.Record:
        found = await self.rows("SELECT * FROM surveys WHERE id = $1", survey_id(life.id, cycle))
        return found[0]

    async def became(self) -> list[tuple[str, str | None]]:
        """State and reason of all questions, by when they were planned."""
        rows = await self.rows("SELECT state, reason FROM surveys ORDER BY ask_at, id")
        return [(row["state"], row["reason"]) for row in rows]

    async def told(self, topic: str = "feedback.survey.v1") -> list[str]:
        rows = await self.rows("SELECT type FROM outbox WHERE topic = $1 ORDER BY id", topic)
        return [row["type"] for row in rows]

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

    @property
    def survey(self) -> UUID:
        return survey_id(self.id, self.facts.cycle)

    async def open(self, *, machine: bool = False) -> "Life":
        await self.tell("opened", events.TicketOpenedV1)
        return await self.wrote("received", AuthorKind.CUSTOMER, machine=machine)

    async def replied(self, by: str = "ines", *, public: bool = True) -> "Life":
        author = self.world.staff[by]
        return await self.wrote("sent", AuthorKind.AGENT, author=author, public=public)

    async def solved(self, by: str | None = "ines", at: datetime = MONDAY) -> "Life":
        self.facts = self.facts.model_copy(update={"state": TicketState.SOLVED})
        return await self.tell(
            "solved",
            events.TicketSolvedV1,
            solved_at=at,
            solved_by=self.world.staff[by] if by else None,
            confirm_until=at + 4 * DAY,
        )

    async def done(self, by: str = "ines", at: datetime = MONDAY) -> "Life":
        """Opened, answered and solved."""
        await self.open()
        await self.replied(by)
        return await self.solved(by, at)

    async def asked(self, by: str = "ines", at: datetime = MONDAY) -> "Life":
        """Done and confirmed, so that the question is out."""
        await self.done(by, at)
        return await self.confirmed(at)

    async def confirmed(self, at: datetime = MONDAY) -> "Life":
        return await self.tell("confirmed", events.TicketConfirmedV1, confirmed_at=at)

    async def reopened(self, at: datetime = MONDAY) -> "Life":
        update = {"state": TicketState.OPEN, "cycle": self.facts.cycle + 1}
        self.facts = self.facts.model_copy(update=update)
        return await self.tell(
            "reopened", events.TicketReopenedV1, reopened_at=at, by=AuthorKind.CUSTOMER
        )

    async def closed(self, *, timed_out: bool) -> "Life":
        self.facts = self.facts.model_copy(update={"state": TicketState.CLOSED})
        return await self.tell(
            "closed", events.TicketClosedV1, closed_at=MONDAY, timed_out=timed_out
        )

    async def spam(self) -> "Life":
        self.facts = self.facts.model_copy(update={"state": TicketState.SPAM})
        return await self.tell(
            "marked_spam", events.TicketMarkedSpamV1, spam=True, marked_at=MONDAY
        )

    async def merged(self) -> "Life":
        self.facts = self.facts.model_copy(update={"state": TicketState.MERGED})
        return await self.tell("merged", events.TicketMergedV1, into=new_id(), merged_at=MONDAY)

    async def wrote(
        self, how: str, kind: AuthorKind, *, public: bool = True, **given: Any
    ) -> "Life":
        model = events.MessageReceivedV1 if how == "received" else events.MessageSentV1
        said = {
            "message": new_id(),
            "author_kind": kind,
            "public": public,
            "received_at": MONDAY,
        }
        return await self.tell("noted", model, **(said | given))

    async def tell(self, how: str, kind: type[TicketEvent], **given: Any) -> "Life":
        self.version += 1
        envelope = meta(row_of(kind, "intake").type, self.id, self.version, tenant=self.tenant)
        event: Event[Any] = Event(envelope, kind(ticket=self.facts, **given))
        feed = consumers.Feed(KEY, self.world.metrics)
        handler = getattr(feed, f"on_ticket_{how}", feed.on_ticket_noted)
        async with self.world.database.transaction(scope(self.tenant)) as tx:
            await handler(event, tx, await tx.scalar(_NOW))
        return self

    async def delivered(self, at: datetime = MONDAY, **given: Any) -> "Life":
        return await self._outreach(OutreachDeliveredV1, at, **given)

    async def failed(self, **given: Any) -> "Life":
        return await self._outreach(OutreachFailedV1, MONDAY, reason="bounced", **given)

    async def _outreach(self, kind: Any, at: datetime, **given: Any) -> "Life":
        said = {
            "requested_by": "feedback",
            "dedup_key": f"survey:{self.survey}",
            "template": "survey",
            "ticket": self.id,
            "at": at,
        }
        envelope = meta(row_of(kind, "intake").type, new_id(), 1, tenant=self.tenant)
        event: Event[Any] = Event(envelope, kind(**(said | given)))
        feed = consumers.Feed(KEY, self.world.metrics)
        failed = kind is OutreachFailedV1
        handler = feed.on_outreach_failed if failed else feed.on_outreach_delivered
        async with self.world.database.transaction(scope(self.tenant)) as tx:
            await handler(event, tx, await tx.scalar(_NOW))
        return self


_NOW = text("SELECT clock_timestamp()")
