"""The service with a real provider's double beside it, over HTTP; its loops turn when told."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import uvicorn

from billing_policy.payments.decide.orders import attempt_id
from billing_policy.payments.handlers.ordering import REFUND
from billing_policy.payments.provider_http import HttpProvider
from chassis.clock import FrozenClock
from chassis.effect_loop import EffectLoop
from chassis.kit import Kit, Service
from chassis.timer_loop import TimerLoop
from meridian.stack.ports import HOST, free_port
from meridian.stack.provider.desk import Desk
from meridian.stack.provider.ledger import Ledger
from meridian.stack.provider.web import application
from tests.component.billing_policy.world import NORDHOST, World

SECRET = "a-secret-between-us-and-the-provider"
HOOK = "/v1/provider/events"


class Never:
    async def wait(self, seconds: float) -> bool:
        return False


class Silent:
    def effect_settled(self, kind: str, state: str) -> None: ...
    def timer_fired(self, kind: str, lateness_s: float) -> None: ...
    def timer_failed(self, kind: str, error: str) -> None:
        raise AssertionError(f"{kind}: {error}")


class Unsignalled(uvicorn.Server):
    """A server in the test's own loop leaves the test's signals alone."""

    def capture_signals(self) -> Any:
        return nullcontext()


@dataclass
class Double:
    """The provider's double on a port of its own; its events wait until `told`."""

    url: str
    desk: Desk
    ledger: Ledger
    sent: list[tuple[bytes, Mapping[str, str]]] = field(default_factory=list)

    async def control(self, path: str, **told: Any) -> None:
        async with httpx.AsyncClient(base_url=self.url) as http:
            answer = await http.post(f"/control/{path}", json=told)
        assert answer.is_success, answer.text

    def refunds(self) -> list[tuple[str, int, str]]:
        return [(one.charge, one.units, one.status) for one in self.ledger.refunds()]


@asynccontextmanager
async def double(folder: Path, clock: FrozenClock) -> AsyncIterator[Double]:
    ledger, port = Ledger(folder / "provider.sqlite"), free_port()
    sent: list[tuple[bytes, Mapping[str, str]]] = []

    async def keep(body: bytes, headers: Mapping[str, str]) -> bool:
        sent.append((body, headers))
        return True

    desk = Desk(ledger, clock, SECRET, keep)
    config = uvicorn.Config(
        application(desk, SECRET), host=HOST, port=port, log_level="error", lifespan="off"
    )
    server = Unsignalled(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    try:
        yield Double(f"http://{HOST}:{port}", desk, ledger, sent)
    finally:
        server.should_exit = True
        await serving
        ledger.close()


@dataclass
class Till:
    world: World
    kit: Kit[Any]
    service: Service
    double: Double
    clock: FrozenClock

    async def sweep(self) -> int:
        loop = EffectLoop(
            database=self.kit.database,
            loops=self.kit.loops,
            performers=self.service.effects,
            waiter=Never(),
            metrics=Silent(),
        )
        return await loop.sweep()

    @property
    def provider(self) -> HttpProvider:
        found: HttpProvider = self.service.effects[REFUND]._provider  # type: ignore[attr-defined]
        return found

    async def fire(self) -> int:
        loop = TimerLoop(
            database=self.kit.database,
            loops=self.kit.loops,
            timings=self.service.timers,
            waiter=Never(),
            metrics=Silent(),
        )
        return await loop.sweep()

    async def hasten(self) -> None:
        """What waits for its time need wait no longer."""
        await self.world.rows("UPDATE effects SET due_at = clock_timestamp() - interval '1 s'")

    async def settle(self, rounds: int = 6) -> None:
        """Sweep until nothing is left to do, however long it would have waited."""
        for _ in range(rounds):
            await self.sweep()
            await self.hasten()

    async def refund(
        self, reference: str, amount: int = 2500, word: str = "one", **given: Any
    ) -> UUID:
        """Ordered on a charge of its own; the remedy."""
        charge = await self.world.charge(reference, **given)
        currency = given.get("currency", "EUR")
        order = self.world.order(word, charge, amount, currency=currency)
        await self.world.place(order, at=self.clock.now())
        return order.remedy

    async def state(self, remedy: UUID) -> str:
        return (await self.world.payment(remedy)).state.value

    async def hear(self) -> list[int]:
        """The provider tells what it has to tell; the answers it got."""
        self.double.desk.turn()
        await self.double.desk.tell_due()
        told, self.double.sent[:] = list(self.double.sent), []
        return [await self.post(body, headers) for body, headers in told]

    async def post(self, body: bytes, headers: Mapping[str, str]) -> int:
        transport = httpx.ASGITransport(self.service.api)
        async with httpx.AsyncClient(transport=transport, base_url="http://probe") as http:
            return (await http.post(HOOK, content=body, headers=dict(headers))).status_code

    async def effect(self, remedy: UUID, attempt: int = 1) -> Any:
        payment = await self.world.payment(remedy)
        (row,) = await self.world.rows(
            "SELECT * FROM effects WHERE tenant_id = $1 AND id = $2",
            NORDHOST,
            attempt_id(payment.id, attempt),
        )
        return row
