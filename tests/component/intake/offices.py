"""Both ways of the mail: a world with its doors, and a real SMTP server on the other side."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session

from chassis.clock import SystemClock
from chassis.effect_loop import EffectLoop
from chassis.links import Links
from chassis.telemetry import Telemetry
from chassis.tenancy import scope
from chassis.timer_loop import TimerLoop
from chassis.timers import Timing
from chassis.wakeups import Waiter
from intake.metrics import Metrics
from intake.replies.handlers import Desk
from intake.replies.performer import MailPerformer
from intake.replies.texts import load_texts
from intake.replies.translate import MAIL
from intake.tickets import ticker
from intake.tickets.handlers import work
from intake.tickets.handlers.apply import CLOSE, REMIND
from intake.tickets.handlers.work import Doing, Writing
from intake.tickets.model import Then, Ticket
from tests.component.intake.conftest import World
from tests.component.intake.post import REPLY_SECRET, Post, opened

AGENT = UUID(int=77)
LINKS = "l" * 32


@dataclass
class Sink:
    """The world's mail servers: takes everything, or refuses as told."""

    port: int = 0
    answer: str = "250 OK"
    refuse: str = ""
    got: list[Message] = field(default_factory=list)
    drop_after_data: bool = False

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.got.append(message_from_bytes(envelope.content))
        if self.drop_after_data:
            self.drop_after_data = False
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.answer


@dataclass
class Office:
    """A world with mail going both ways, and time that can be made to pass."""

    post: Post
    sink: Sink
    effects: EffectLoop
    timers: TimerLoop
    performer: MailPerformer

    @property
    def world(self) -> World:
        return self.post.world

    async def hours_pass(self, hours: int) -> None:
        for table in ("timers", "effects"):
            await self.world.rows(f"UPDATE {table} SET due_at = due_at - interval '{hours} hours'")
        await self.timers.sweep()
        await self.leave()

    async def leave(self) -> None:
        """Everything that waits may go now."""
        await self.world.rows("UPDATE effects SET due_at = clock_timestamp()"
                              " WHERE state IN ('waiting', 'unknown')")  # fmt: skip
        await self.effects.sweep()

    async def doing(self) -> Doing:
        (ticket,) = await self.world.rows("SELECT id FROM tickets ORDER BY opened_at LIMIT 1")
        return Doing(self.world.nordhost.id, UUID(str(ticket["id"])), AGENT, "Inês Carvalho")

    async def answer(self, text: str, then: Then = Then.WAIT) -> Ticket:
        who = await self.doing()
        async with self.world.database.transaction(scope(who.tenant)) as tx:
            writing = Writing(self.post.doors.new_id(), text, None)  # type: ignore[arg-type]
            done = await work.answer(tx, who, writing, then)
        assert isinstance(done, Ticket)
        return done


@asynccontextmanager
async def an_office(world: World) -> AsyncIterator[Office]:
    sink, telemetry = Sink(), Telemetry("intake")
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(sink), "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    desk = Desk(
        texts=load_texts(),
        links=Links(LINKS, clock=SystemClock()),
        public_url="https://meridian.example",
        reply_secret=REPLY_SECRET,
    )
    performer = MailPerformer(
        world.database,
        desk,
        relay=("127.0.0.1", sink.port),
        own_name="mx.example",
        clock=SystemClock(),
        metrics=Metrics(telemetry),
        log=telemetry.log,
    )
    effects = EffectLoop(
        database=world.database, loops=world.loops, performers={MAIL: performer},
        waiter=Waiter(), metrics=telemetry.meters,
    )  # fmt: skip
    timings = {
        REMIND: Timing(ticker.remind_due_ticket),
        CLOSE: Timing(ticker.close_due_ticket),
    }
    timers = TimerLoop(
        database=world.database, loops=world.loops, timings=timings, waiter=Waiter(),
        metrics=telemetry.meters,
    )  # fmt: skip
    async with opened(world) as post:
        yield Office(post, sink, effects, timers, performer)
    server.close()


def text_of(message: Message) -> str:
    part = next(p for p in message.walk() if p.get_content_type() == "text/plain")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def subject_of(message: Message) -> str:
    return str(make_header(decode_header(message["Subject"])))
