"""`python -m meridian.stack.mailbox`: the SMTP sink and its view, as a process of its own."""

import argparse
import asyncio
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from chassis.clock import Clock, SystemClock
from meridian.stack.mailbox.store import MailStore
from meridian.stack.mailbox.web import application
from meridian.stack.ports import HOST

_SIZE_LIMIT = 50 * 1024 * 1024


class Sink:
    """Takes every mail for every address."""

    def __init__(self, store: MailStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        sender = envelope.mail_from or ""
        number = self._store.add(sender, envelope.rcpt_tos, content, self._clock.now())
        return f"250 2.0.0 kept as {number}"


async def serve(store: MailStore, web_port: int, smtp_port: int) -> None:
    sink = Sink(store, SystemClock())

    def session() -> SMTP:
        return SMTP(
            sink, hostname="mailbox.local", data_size_limit=_SIZE_LIMIT, enable_SMTPUTF8=True
        )

    listener = await asyncio.get_running_loop().create_server(session, HOST, smtp_port)
    web = uvicorn.Server(
        uvicorn.Config(application(store), host=HOST, port=web_port, log_level="warning")
    )
    async with listener:
        await web.serve()


def main() -> None:
    parser = argparse.ArgumentParser(prog="meridian.stack.mailbox", description=__doc__)
    parser.add_argument("--web-port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True)
    options = parser.parse_args()
    store = MailStore(options.file)
    asyncio.run(serve(store, options.web_port, options.smtp_port))
    store.close()


if __name__ == "__main__":
    main()
