"""The SMTP door: knows the recipient or refuses, keeps the bytes, and only then says yes."""

# house: room: an edge beside `api`: mail comes in by SMTP, not by HTTP

import asyncio
import logging
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from structlog.stdlib import BoundLogger

from chassis.failures import infrastructure
from intake.channels.handlers.doors import Doors
from intake.channels.handlers.keeping import Keeper, TooManyWaitError
from intake.channels.handlers.recipients import recipient_at
from intake.channels.model import LIMITS
from intake.channels.store.raw import RawMail
from intake.tenants.handlers import Home

MOST_RECIPIENTS = 50
QUIET_S = 60

STORED = "250 2.0.0 Stored; it will be read"
UNKNOWN = "550 5.1.1 Nobody is known by this address"
TOO_MANY = "452 4.5.3 Too many recipients"
# aiosmtpd tells every command of every session; what matters is counted and logged by us.
logging.getLogger("mail.log").setLevel(logging.WARNING)

LATER = "451 4.3.0 Cannot store it now; please send it again"


class MailDoor:
    """aiosmtpd's handler. What arrives is bytes; nothing is parsed before it is durable."""

    def __init__(self, doors: Doors, keeper: Keeper, log: BoundLogger) -> None:
        self._doors = doors
        self._keeper = keeper
        self._log = log

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        try:
            home = await recipient_at(self._doors.catalogue, address)
        except Exception as error:
            return self._later(error)
        if home is None:
            self._log.info("recipient refused")
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 Known"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        try:
            mails = [await self._mail(envelope, address) for address in envelope.rcpt_tos]
            known = [mail for mail in mails if mail]
            if len(known) < len(mails) or not known:
                return LATER
            await self._keeper.keep(known)
        except Exception as error:
            return self._later(error)
        return STORED

    async def _mail(self, envelope: Envelope, address: str) -> RawMail | None:
        home: Home | None = await recipient_at(self._doors.catalogue, address)
        if home is None:
            return None
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        return RawMail(
            tenant=home.tenant.id,
            id=self._doors.new_id(),
            mailbox=home.brand.mail_address.lower(),
            recipient=address[:500],
            mail_from=(envelope.mail_from or "")[:500],
            content=content,
        )

    def _later(self, error: Exception) -> str:
        """The sender keeps the mail and comes again. A bug of ours must not lose it either."""
        if not isinstance(error, TooManyWaitError) and not infrastructure(error):
            self._log.error("mail door failed", error=type(error).__name__)
        return LATER


class MailServer:
    """Listens until `stop`; mail that is being received then is finished or sent again."""

    def __init__(self, door: MailDoor, *, host: str, port: int, hostname: str) -> None:
        self._door = door
        self._host = host
        self._port = port
        self._hostname = hostname
        self.bound_port = port
        self.listening = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._protocol, self._host, self._port)
        self.bound_port = server.sockets[0].getsockname()[1]
        self.listening.set()
        try:
            await stop.wait()
        finally:
            server.close()

    def _protocol(self) -> Any:
        return SMTP(
            self._door,
            data_size_limit=LIMITS.size,
            enable_SMTPUTF8=True,
            hostname=self._hostname,
            ident="Meridian",
            timeout=QUIET_S,
            loop=asyncio.get_running_loop(),
        )
