"""Keeps raw mail before it is acknowledged: one writer, whatever waits goes in one transaction."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.db import Database
from intake.channels.store import raw
from intake.channels.store.raw import RawMail

LARGEST_COMMIT = 100
LONGEST_QUEUE = 1_000
MAIL = "mail"


class TooManyWaitError(Exception):
    """More mail waits to be kept than can be soon: the sender should come again."""


@dataclass(slots=True)
class _Waiting:
    mails: Sequence[RawMail]
    kept: asyncio.Future[None]


class Keeper:
    """`keep` returns when the mail is durable: only then may the sender be told so."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: deque[_Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def keep(self, mails: Sequence[RawMail]) -> None:
        """One SMTP message, once for each of its recipients.

        Raises:
            TooManyWaitError: nothing was kept.
        """
        if len(self._queue) >= LONGEST_QUEUE:
            raise TooManyWaitError
        waiting = _Waiting(mails, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        await waiting.kept

    async def _write(self) -> None:
        try:
            while self._queue:
                size = min(LARGEST_COMMIT, len(self._queue))
                await self._commit([self._queue.popleft() for _ in range(size)])
        finally:
            self._writer = None

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        try:
            async with self._database.transaction(None) as tx:
                await raw.keep(tx, [mail for waiting in batch for mail in waiting.mails])
                tx.wake(MAIL)
        except Exception as error:
            if len(batch) > 1:
                for waiting in batch:
                    await self._commit([waiting])
                return
            _settle(batch, error)
            return
        _settle(batch, None)


def _settle(batch: Sequence[_Waiting], error: Exception | None) -> None:
    for waiting in batch:
        if waiting.kept.done():
            continue
        if error is None:
            waiting.kept.set_result(None)
        else:
            waiting.kept.set_exception(error)
