"""`python -m meridian.stack.provider`: the payment provider's double as a process of its own.

Its secret is read from the environment variable PROVIDER_SECRET.
"""

import argparse
import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

import httpx
import uvicorn

from chassis.clock import SystemClock
from meridian.stack.ports import HOST
from meridian.stack.provider.desk import Deliver, Desk
from meridian.stack.provider.ledger import Ledger
from meridian.stack.provider.web import application

EVERY_S = 0.2


def posting(client: httpx.AsyncClient, url: str) -> Deliver:
    async def deliver(body: bytes, headers: Mapping[str, str]) -> bool:
        sent = {**headers, "content-type": "application/json"}
        try:
            return (await client.post(url, content=body, headers=sent)).is_success
        except httpx.HTTPError:
            return False

    return deliver


async def keep_telling(desk: Desk) -> None:
    while True:
        desk.turn()
        await desk.tell_due()
        await asyncio.sleep(EVERY_S)


async def serve(ledger: Ledger, port: int, hook: str, secret: str) -> None:
    async with httpx.AsyncClient(timeout=10) as client:
        desk = Desk(ledger, SystemClock(), secret, posting(client, hook))
        web = uvicorn.Server(
            uvicorn.Config(application(desk, secret), host=HOST, port=port, log_level="warning")
        )
        telling = asyncio.create_task(keep_telling(desk))
        await web.serve()
        telling.cancel()


def main() -> None:
    parser = argparse.ArgumentParser(prog="meridian.stack.provider", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--hook", required=True, help="where events are told")
    options = parser.parse_args()
    ledger = Ledger(options.file)
    asyncio.run(serve(ledger, options.port, options.hook, os.environ["PROVIDER_SECRET"]))
    ledger.close()


if __name__ == "__main__":
    main()
