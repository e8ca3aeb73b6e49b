"""The service over HTTP as people reach it: each with a token and rights of their own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

import intake
from chassis.clock import SystemClock
from chassis.kit import Kit
from chassis.tenancy import scope
from chassis.testing.people import Provider, add_client_user, add_staff, add_tenant
from chassis.testing.web import SECRET, client, kit_for, settings_for
from chassis.tokens import service_token
from contracts.vocabulary import Role
from intake.app import build
from intake.settings import Settings
from intake.tickets.handlers import others
from tests.component.intake.conftest import World
from tests.unit.intake.contacts import NORDHOST, PAGORA

LOCALE = Path(str(intake.__file__)).parent / "locale"
STAFF = {
    "ines": (Role.AGENT,),
    "omar": (Role.AGENT,),
    "lea": (Role.AGENT, Role.LEAD),
    "max": (Role.MANAGER,),
    "ada": (Role.ADMIN,),
}
_numbers = count(1)


@dataclass
class House:
    world: World
    app: FastAPI
    kit: Kit[Any]
    provider: Provider
    people: dict[str, UUID]

    async def ask(
        self, name: str | None, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        async with client(self.app, self.token(name)) as http:
            return await http.request(method, path, json=body, headers=sent)

    def token(self, name: str | None) -> str | None:
        if name is None or name.startswith("mk_"):
            return name
        if name == "service":
            return service_token(SECRET, "test", now=self.kit.clock.now(), ttl=timedelta(hours=1))
        return self.provider.token(f"{name}@firm.example")

    async def got(self, name: str | None, path: str, status: int = 200) -> Any:
        answer = await self.ask(name, "GET", path)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def did(
        self, name: str | None, path: str, body: Any = None, *, status: int = 200, **headers: str
    ) -> Any:
        answer = await self.ask(name, "POST", path, body if body is not None else {}, **headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def contact(self, brand: UUID = UUID(int=2), **given: Any) -> UUID:
        """A ticket by the partner door."""
        body = {
            "brand": str(brand),
            "from": {"name": "Marta", "address": f"marta{next(_numbers)}@customer.example"},
            "subject": "Anmeldung",
            "text": "Ich kann mich seit gestern nicht anmelden.",
            "external_id": f"x-{next(_numbers)}",
        }
        done = await self.did("service", "/v1/contacts", {**body, **given}, status=202)
        return UUID(done["ticket"])

    async def give(self, ticket: UUID, name: str, tenant: UUID = NORDHOST) -> None:
        """Routing named the owner."""
        async with self.world.database.transaction(scope(tenant)) as tx:
            await others.note_owner(tx, tenant, ticket, self.people[name], self.kit.clock.now())


@asynccontextmanager
async def opened(world: World, tenants: Sequence[UUID] = (NORDHOST,)) -> AsyncIterator[House]:
    clock = SystemClock()
    provider = Provider(clock)
    settings = settings_for(world.made, Settings, smtp_port=0, mail_out_port=9)
    async with kit_for(world.made, settings, clock=clock, provider=provider, texts=LOCALE) as kit:
        people = {
            name: await add_staff(
                world.database, f"{name}@firm.example", *roles, tenants=tuple(tenants)
            )
            for name, roles in STAFF.items()
        }
        for tenant in (NORDHOST, PAGORA):
            await add_tenant(world.database, tenant)
        for name, role in (("viewer", Role.CLIENT_VIEWER), ("boss", Role.CLIENT_ADMIN)):
            await add_client_user(world.database, NORDHOST, f"{name}@firm.example", role)
        await add_client_user(world.database, PAGORA, "stranger@firm.example", Role.CLIENT_ADMIN)
        yield House(world, build(kit).api, kit, provider, people)
