"""Where remedies are asked for and answered: tickets, people, a policy, and HTTP doors to them."""

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from billing_policy.tickets import handlers as tickets
from billing_policy.tickets.model import Ticket
from chassis.clock import FrozenClock
from chassis.tenancy import scope
from chassis.testing.events import named
from chassis.testing.people import Provider, add_client_user, add_staff, add_tenant
from chassis.testing.web import client
from contracts.vocabulary import Channel, Damage, Priority, Role, TicketState
from tests.component.billing_policy.world import CUSTOMER, NORDHOST, PAGORA, World

Json = dict[str, Any]

# An agent gives up to 40.00, a lead up to 80.00, a manager the rest; 150.00 in a month.
POLICY: Json = {
    "currency": "EUR",
    "zone": "Europe/Berlin",
    "rules": [
        {
            "id": "recent_refund",
            "explain": "recent_charge",
            "conditions": [
                {"name": "within_30_days", "expression": "days_since_charge <= 30"},
                {"name": "hardly_used", "expression": "used_percent < 50"},
            ],
            "grant": {"kind": "refund", "amount": "full"},
            "caps": {"tenant_month_minor": 15000},
            "approval": [
                {"level": "agent", "up_to": 4000},
                {"level": "lead", "up_to": 8000},
                {"level": "manager"},
            ],
        },
        {
            "id": "a_week_more",
            "explain": "a_week_more",
            "grant": {"kind": "extension", "days": 7},
            "approval": [{"level": "agent"}],
        },
    ],
}


@dataclass
class Office:
    world: World
    app: FastAPI
    clock: FrozenClock
    provider: Provider
    keys: "count[int]" = field(default_factory=count)

    async def people(self) -> None:
        """Inês and Ida are agents, Omar and Olga lead, Mara manages; Pia belongs to Pagora."""
        database = self.world.database
        for tenant in (NORDHOST, PAGORA):
            await add_tenant(database, tenant)
        for name, role in (
            ("ines", Role.AGENT),
            ("ida", Role.AGENT),
            ("omar", Role.LEAD),
            ("olga", Role.LEAD),
            ("mara", Role.MANAGER),
        ):
            await add_staff(database, name, role, tenants=(NORDHOST,))
        await add_staff(database, "paul", Role.AGENT, tenants=(PAGORA,))
        await add_client_user(database, NORDHOST, "nora", Role.CLIENT_VIEWER)

    async def ticket(
        self,
        word: str = "one",
        state: TicketState = TicketState.OPEN,
        tenant: UUID = NORDHOST,
        customer: UUID = CUSTOMER,
    ) -> UUID:
        made = Ticket(
            tenant=tenant,
            id=named(f"ticket {word}"),
            customer=customer,
            reference="NH-1",
            channel=Channel.MAIL,
            plan="gold",
            language="en",
            category="billing",
            damage=Damage.QUESTION,
            priority=Priority.NORMAL,
            state=state,
            cycle=1,
        )
        async with self.world.database.transaction(scope(tenant)) as tx:
            await tickets.follow(tx, made)
        return made.id

    async def ask(
        self, name: str, method: str, path: str, body: Json | None = None, **headers: str
    ) -> httpx.Response:
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        async with client(self.app, self.provider.token(name)) as http:
            return await http.request(method, path, json=body, headers=sent)

    async def get(self, name: str, path: str) -> Any:
        answer = await self.ask(name, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def put_policy(self, **given: Any) -> httpx.Response:
        path = f"/v1/tenants/{NORDHOST}/policy"
        return await self.ask("mara", "PUT", path, POLICY | given)

    async def request(
        self,
        ticket: UUID,
        charge: UUID | None,
        amount: int | None = None,
        *,
        by: str = "ines",
        key: str = "",
        **given: Any,
    ) -> httpx.Response:
        body: Json = {"ticket": str(ticket), "kind": "refund", "reason": "unused_renewal"}
        if charge is not None:
            body["charge"] = str(charge)
        if amount is not None:
            body["amount_minor"] = amount
        key = key or f"key-of-a-click-{next(self.keys):04}"
        return await self.ask(by, "POST", "/v1/remedies", body | given, Idempotency_Key=key)

    async def approve(self, made: Json, by: str, sha256: str = "") -> httpx.Response:
        body = {"decision_sha256": sha256 or made["approval"]["decision_sha256"]}
        return await self.ask(by, "POST", f"/v1/remedies/{made['id']}/approve", body)

    async def change(self, made: Json, amount: int, by: str = "ines") -> httpx.Response:
        path = f"/v1/remedies/{made['id']}/change"
        return await self.ask(by, "POST", path, {"amount_minor": amount})

    async def letters(self) -> list[str]:
        rows = await self.world.rows(
            "SELECT convert_from(payload, 'UTF8') AS said FROM outbox "
            "WHERE topic = 'billing-policy.outreach.v1' ORDER BY id"
        )
        return [row["said"] for row in rows]

    async def payments(self) -> int:
        found: int = await self.world.value("SELECT count(*) FROM payments")
        return found


async def together(*asked: Any) -> list[httpx.Response]:
    return list(await asyncio.gather(*asked))
