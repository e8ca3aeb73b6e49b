"""A billing-policy database to act in: charges that customers paid, refunds ordered on them."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import asyncpg

from billing_policy.payments import handlers as payments
from billing_policy.payments.decide import charge_id, payment_id
from billing_policy.payments.model import Charge, Payment, RefundOrder
from billing_policy.payments.store import charges
from chassis.db import Database
from chassis.tenancy import scope
from chassis.testing.databases import ServiceDatabase
from chassis.testing.events import named
from chassis.values import TenantId

NORDHOST = TenantId(UUID("a0000000-0000-7000-8000-00000000000a"))
PAGORA = TenantId(UUID("b0000000-0000-7000-8000-00000000000b"))
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
CUSTOMER = named("a customer")


@dataclass
class World:
    made: ServiceDatabase
    database: Database
    loops: Database

    async def charge(self, reference: str = "inv-1", tenant: UUID = NORDHOST, **given: Any) -> UUID:
        """100.00 EUR of a yearly plan, paid ten days ago, unless told otherwise."""
        values: dict[str, Any] = {
            "id": charge_id(tenant, reference),
            "tenant": tenant,
            "customer": CUSTOMER,
            "reference": reference,
            "captured_minor": 10000,
            "currency": "EUR",
            "charged_at": MONDAY - timedelta(days=10),
            "product": "hosting",
            "plan": "gold",
            "period_days": 365,
            "used_percent": 3,
            "disputed": False,
            "refunded_minor": 0,
        }
        made = Charge(**(values | given))
        async with self.database.transaction(scope(tenant)) as tx:
            await charges.save_new(tx, made)
        return made.id

    def order(self, word: str, charge: UUID, amount: int = 2500, **given: Any) -> RefundOrder:
        remedy = uuid5(charge, word)
        values: dict[str, Any] = {
            "id": payment_id(remedy),
            "remedy": remedy,
            "ticket": named(f"ticket {word}"),
            "customer": CUSTOMER,
            "charge": charge,
            "amount_minor": amount,
            "currency": "EUR",
        }
        return RefundOrder(**(values | given))

    async def place(
        self, order: RefundOrder, tenant: UUID = NORDHOST, at: datetime = MONDAY
    ) -> RefundOrder:
        async with self.database.transaction(scope(tenant)) as tx:
            await payments.order_refund(tx, tenant, order, None, at)
        return order

    async def payment(self, remedy: UUID, tenant: UUID = NORDHOST) -> Payment:
        async with self.database.transaction(scope(tenant)) as tx:
            found = await payments.payment_of(tx, tenant, remedy)
        assert found is not None
        return found

    async def told(self, topic: str = "billing-policy.payment.v1") -> list[str]:
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
