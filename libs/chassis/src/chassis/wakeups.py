"""Wake-ups: what a transaction woke reaches the loops of this process at once, others by NOTIFY.

They only save waiting. Every loop polls as well, so nothing is lost when one does not arrive.
"""

import asyncio
from collections.abc import Iterable

import asyncpg
import structlog
from sqlalchemy import make_url

_log = structlog.get_logger()

_PG_CHANNEL = "wakeups"
_QUIET_S = 0.01
_RETRY_S = 1.0


class Waiter:
    """One loop's place to wait. A wake-up that came while it worked is not lost."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """True when woken, False when the time is over."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Wakeups:
    """One autocommit connection per process: hears other processes, tells them at most every 10 ms.

    A NOTIFY inside the business transaction would queue all commits of the server behind one lock.
    """

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._waiters: dict[str, list[Waiter]] = {}
        self._untold: set[str] = set()
        self._something_untold = asyncio.Event()

    def listen(self, channel: str) -> Waiter:
        waiter = Waiter()
        self._waiters.setdefault(channel, []).append(waiter)
        return waiter

    def notify(self, channels: Iterable[str]) -> None:
        """For `Database.on_commit`: wake this process now, the others within 10 ms."""
        woken = set(channels)
        self._wake(woken)
        self._untold |= woken
        self._something_untold.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then every waiter is woken, so that its loop sees the stop too."""
        while not stop.is_set():
            try:
                await self._serve(stop)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("wakeups disconnected", error=type(error).__name__)
                await rest(stop, _RETRY_S)
        self._wake(self._waiters)

    async def _serve(self, stop: asyncio.Event) -> None:
        connection = await asyncpg.connect(
            host=self._url.host,
            port=self._url.port,
            user=self._url.username,
            password=self._url.password,
            database=self._url.database,
            server_settings={"application_name": f"{self._url.database}-wakeups"},
        )
        try:
            await connection.add_listener(_PG_CHANNEL, self._heard)
            self._wake(self._waiters)
            while not stop.is_set() and not connection.is_closed():
                await self._tell(connection, stop)
        finally:
            await connection.close(timeout=2)

    async def _tell(self, connection: asyncpg.Connection, stop: asyncio.Event) -> None:
        ready = asyncio.ensure_future(self._something_untold.wait())
        stopped = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({ready, stopped}, timeout=1, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
            stopped.cancel()
        if self._untold:
            told = ",".join(sorted(self._untold))
            self._untold.clear()
            self._something_untold.clear()
            await connection.execute("SELECT pg_notify($1, $2)", _PG_CHANNEL, told)
            await asyncio.sleep(_QUIET_S)

    def _heard(self, connection: asyncpg.Connection, pid: int, _channel: str, told: str) -> None:
        if pid != connection.get_server_pid():
            self._wake(told.split(","))

    def _wake(self, channels: Iterable[str]) -> None:
        for channel in channels:
            for waiter in self._waiters.get(channel, ()):
                waiter.wake()


async def rest(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but not past the stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
