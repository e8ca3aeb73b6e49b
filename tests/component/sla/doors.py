"""The service as people reach it: over HTTP, each with a token and rights of their own."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from chassis.auth import service_token
from chassis.clock import FrozenClock
from chassis.testing.people import Provider, add_client_user, add_staff, add_tenant
from chassis.testing.web import SECRET, client
from contracts.vocabulary import Role
from tests.component.sla.world import HOUR, NORDHOST, PAGORA, World

Json = dict[str, Any]


@dataclass
class Doors:
    world: World
    app: FastAPI
    clock: FrozenClock
    provider: Provider

    async def people(self) -> None:
        """Two clients with a viewer each; Inês works for Nordhost, Omar leads there."""
        database = self.world.database
        for tenant, name in ((NORDHOST, "nora"), (PAGORA, "pia")):
            await add_tenant(database, tenant)
            await add_client_user(database, tenant, name, Role.CLIENT_VIEWER)
        await add_staff(database, "ines", Role.AGENT, tenants=(NORDHOST,))
        await add_staff(database, "omar", Role.LEAD, tenants=(NORDHOST,))
        await add_staff(database, "priya", Role.ADMIN)
        await add_staff(database, "marta", Role.MANAGER)

    async def ask(
        self, name: str, method: str, path: str, body: Json | None = None, **headers: str
    ) -> httpx.Response:
        token = (
            service_token(SECRET, "console", now=self.clock.now(), ttl=HOUR)
            if name == "service"
            else self.provider.token(name)
        )
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        async with client(self.app, token) as http:
            return await http.request(method, path, json=body, headers=sent)

    async def get(self, name: str, path: str) -> Any:
        """The body of an answer that went well."""
        answer = await self.ask(name, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def put_contract(self, tenant: UUID = NORDHOST, **given: Any) -> httpx.Response:
        return await self.ask("priya", "PUT", f"/v1/tenants/{tenant}/contract", CONTRACT | given)


CONTRACT: Json = {
    "zone": "Europe/Berlin",
    "calendar": {
        "week": {
            day: [["09:00", "12:30"], ["13:30", "18:00"]]
            for day in ("mon", "tue", "wed", "thu", "fri")
        },
        "holidays": ["2026-12-24"],
        "dated": {"2026-12-31": [["09:00", "12:00"]]},
        "country": "DE",
        "subdivision": "BY",
    },
    "targets": [
        {"metric": "first_reply", "priority": "normal", "seconds": 3600, "hours": "24x7"},
        {"metric": "first_reply", "priority": "normal", "plan": "gold", "seconds": 900},
        {"metric": "resolution", "priority": "normal", "seconds": 86400, "hours": "24x7"},
    ],
    "attainment": {"first_reply": "0.95"},
    "effective_from": "2026-10-01T00:00:00Z",
}
