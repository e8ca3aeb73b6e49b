"""The mail worker: leases what waits, reads it in a thread, works it off; loses nothing."""

import asyncio
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from structlog.stdlib import BoundLogger

from chassis.db import Database
from chassis.failures import infrastructure
from chassis.tenancy import scope
from chassis.values import FIRM
from intake.channels.handlers import reading
from intake.channels.handlers.doors import Doors
from intake.channels.handlers.mail import Sorter
from intake.channels.handlers.reading import Item
from intake.channels.model import Unreadable, Why
from intake.channels.store import raw
from intake.channels.store.raw import Pending, RawMail
from intake.metrics import Metrics
from intake.tenants.handlers import Home

BATCH = 50
AT_ONCE = 32
MOST_TRIES = 5
LATER_S = 5.0
IDLE_S = 1.0


class Waiter(Protocol):
    async def wait(self, seconds: float) -> bool: ...


class MailWorker:
    def __init__(
        self,
        doors: Doors,
        sorter: Sorter,
        *,
        loops: Database,
        authserv: str,
        waiter: Waiter,
        metrics: Metrics,
        log: BoundLogger,
    ) -> None:
        self._doors = doors
        self._sorter = sorter
        self._loops = loops
        self._authserv = authserv
        self._waiter = waiter
        self._metrics = metrics
        self._log = log
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            if not await self.sweep() and not stop.is_set():
                await self._waiter.wait(IDLE_S)

    async def sweep(self) -> int:
        """Work off what waits now, up to a batch; how many that were."""
        async with self._doors.database.transaction(_FIRM) as tx:
            pending = await raw.lease(tx, BATCH)
        mails = await self._load(pending)
        homes = {mail.id: await self._home(mail) for mail in mails.values()}
        with self._metrics.reading.time():
            items = await asyncio.to_thread(self._read_all, pending, mails, homes)
        await asyncio.gather(*(self._in_turn(group) for group in _by_sender(items)))
        await self._measure()
        return len(pending)

    async def _measure(self) -> None:
        async with self._loops.transaction(None) as tx:
            rows, age = await raw.waiting(tx)
        self._metrics.raw_rows.set(rows)
        self._metrics.raw_age.set(age)

    async def _load(self, pending: Sequence[Pending]) -> dict[UUID, RawMail]:
        found: dict[UUID, RawMail] = {}
        for tenant in {each.tenant for each in pending}:
            wanted = [each.raw_id for each in pending if each.tenant == tenant]
            async with self._doors.database.transaction(scope(tenant)) as tx:
                found.update(await raw.mails(tx, tenant, wanted))
        return found

    async def _home(self, mail: RawMail) -> Home:
        """A brand that is gone meanwhile leaves its mail to the tenant's first."""
        home = await self._doors.catalogue.of_address(mail.mailbox)
        if home and home.tenant.id == mail.tenant:
            return home
        tenant = await self._doors.catalogue.tenant(mail.tenant)
        if tenant is None:
            raise LookupError(f"no client company {mail.tenant}")
        return Home(tenant, tenant.brands[0])

    def _read_all(
        self,
        pending: Sequence[Pending],
        mails: dict[UUID, RawMail],
        homes: dict[UUID, Home],
    ) -> list[Item]:
        return [
            self._read(each, mails[each.raw_id], homes[each.raw_id])
            for each in pending
            if each.raw_id in mails
        ]

    def _read(self, pending: Pending, mail: RawMail, home: Home) -> Item:
        """A mail that ended the process again and again is not read any more."""
        if pending.tries > MOST_TRIES:
            return Item(pending, mail, home, Unreadable(Why.BROKEN_STRUCTURE, "tried too often"))
        return reading.read(pending, mail, home, self._authserv)

    async def _in_turn(self, group: Sequence[Item]) -> None:
        """One sender's mails in the order in which they came."""
        for item in group:
            async with self._slots:
                await self._one(item)

    async def _one(self, item: Item) -> None:
        try:
            became = await self._sorter.work_off(item)
        except Exception as error:
            became = await self._failed(item, error)
        self._metrics.mails.labels(became).inc()

    async def _failed(self, item: Item, error: Exception) -> str:
        """A bad moment: again later. Anything else: a person looks at the mail."""
        name = type(error).__name__
        if infrastructure(error):
            self._log.warning("mail put back", error=name)
            async with self._doors.database.transaction(_FIRM) as tx:
                await raw.put_back(tx, item.pending, LATER_S)
            return "later"
        self._log.error("mail held", error=name, reason=str(error)[:200])
        return await self._sorter.hold(item, "failed", (name,))


def _by_sender(items: Sequence[Item]) -> list[list[Item]]:
    groups: dict[tuple[object, str], list[Item]] = {}
    for item in items:
        groups.setdefault((item.raw.tenant, item.sender), []).append(item)
    return list(groups.values())


_FIRM = scope(FIRM)
