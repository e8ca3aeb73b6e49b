"""The service as people and systems reach it: over HTTP, each with rights of their own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from chassis import api_keys
from chassis.auth import service_token
from chassis.clock import FrozenClock
from chassis.tenancy import scope
from chassis.testing.people import Provider, add_client_user, add_staff, add_tenant
from chassis.testing.web import SECRET, client
from chassis.values import TenantId
from contracts.vocabulary import Role
from tests.component.billing_policy.world import NORDHOST, PAGORA, World

Json = dict[str, Any]


@dataclass
class Doors:
    world: World
    app: FastAPI
    clock: FrozenClock
    provider: Provider

    async def people(self) -> None:
        """Two clients with a viewer each; for Nordhost an agent, a lead and a manager."""
        database = self.world.database
        for tenant, name in ((NORDHOST, "nora"), (PAGORA, "pia")):
            await add_tenant(database, tenant)
            await add_client_user(database, tenant, name, Role.CLIENT_VIEWER)
        await add_staff(database, "ines", Role.AGENT, tenants=(NORDHOST,))
        await add_staff(database, "omar", Role.LEAD, tenants=(NORDHOST,))
        await add_staff(database, "mira", Role.MANAGER, tenants=(NORDHOST,))
        await add_staff(database, "priya", Role.ADMIN)

    async def key(self, *scopes: str, tenant: TenantId = NORDHOST) -> str:
        async with self.world.database.transaction(scope(tenant)) as tx:
            issued = await api_keys.issue(tx, tenant=tenant, name="shop", scopes=scopes)
        return issued.text

    async def ask(
        self, name: str, method: str, path: str, body: Json | None = None, **headers: str
    ) -> httpx.Response:
        """`service` is another of our services; `mk_…` a client's own system."""
        if name == "service":
            token = service_token(SECRET, "console", now=self.clock.now(), ttl=timedelta(hours=1))
        else:
            token = name if name.startswith("mk_") else self.provider.token(name)
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        async with client(self.app, token) as http:
            return await http.request(method, path, json=body, headers=sent)

    async def get(self, name: str, path: str) -> Any:
        """The body of an answer that went well."""
        answer = await self.ask(name, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()
