"""The mail doors of a world: a real SMTP server, the keeper and the worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from typing import Any

import aiosmtplib

from chassis.clock import SystemClock
from chassis.telemetry import Telemetry
from chassis.wakeups import Waiter
from intake.admission.handlers import Door
from intake.channels.handlers.doors import Doors
from intake.channels.handlers.keeping import Keeper
from intake.channels.handlers.mail import Sorter
from intake.channels.handlers.worker import MailWorker
from intake.channels.smtp import MailDoor, MailServer
from intake.metrics import Metrics
from intake.tenants.handlers import Catalogue
from intake.understanding.handlers import Reader
from tests.component.intake.conftest import World

REPLY_SECRET = b"r" * 32
AUTHSERV = "relay.meridian.example"
PROVEN = f"{AUTHSERV}; dmarc=pass header.from=customer.example"
FORGED = f"{AUTHSERV}; dmarc=fail header.from=customer.example"


@dataclass(frozen=True)
class Post:
    world: World
    doors: Doors
    keeper: Keeper
    worker: MailWorker
    port: int

    async def send(self, raw: bytes, *to: str, mail_from: str = "ola@customer.example") -> Any:
        """By real SMTP; the answers of refused recipients."""
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port, timeout=20) as client:
            return await client.sendmail(mail_from, list(to or ("support@nordhost.example",)), raw)

    async def work(self) -> None:
        while await self.worker.sweep():
            pass

    async def deliver(self, raw: bytes, *to: str, mail_from: str = "ola@customer.example") -> None:
        await self.send(raw, *to, mail_from=mail_from)
        await self.work()


@asynccontextmanager
async def opened(world: World, keeper: Keeper | None = None) -> AsyncIterator[Post]:
    clock, telemetry = SystemClock(), Telemetry("intake")
    doors = Doors(
        database=world.database,
        door=Door(world.database),
        catalogue=Catalogue(world.database, clock.now),
        reader=Reader(),
        clock=clock,
        secret=b"b" * 32,
    )
    keeper = keeper or Keeper(world.database)
    worker = MailWorker(
        doors,
        Sorter(doors, reply_secret=REPLY_SECRET, trusted_relay=True),
        loops=world.loops,
        authserv=AUTHSERV,
        waiter=Waiter(),
        metrics=Metrics(telemetry),
        log=telemetry.log,
    )
    server = MailServer(
        MailDoor(doors, keeper, telemetry.log), host="127.0.0.1", port=0, hostname="mx.example"
    )
    stop = asyncio.Event()
    running = asyncio.create_task(server.run(stop))
    await server.listening.wait()
    try:
        yield Post(world, doors, keeper, worker, server.bound_port)
    finally:
        stop.set()
        await running
        telemetry.close()


def mail(text: str = "Ich kann mich seit gestern nicht anmelden.", **headers: str) -> bytes:
    """A plain mail of Ola's; header names with `_` for `-`."""
    message = EmailMessage(policy=WIRE)
    given = {
        "From": "Ola Nordmann <ola@customer.example>",
        "To": "support@nordhost.example",
        "Subject": "Anmeldung",
        "Message-ID": "<first@customer.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in given.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message.as_bytes()
