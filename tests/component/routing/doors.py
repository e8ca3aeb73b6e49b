"""The service as people reach it: over HTTP, each with a token and rights of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
from fastapi import FastAPI

from chassis.clock import FrozenClock
from chassis.directory.model import Entry
from chassis.directory.store import save_entry
from chassis.tenancy import scope
from chassis.testing.people import Provider
from chassis.testing.web import client
from chassis.values import FIRM, TenantId
from contracts.vocabulary import Role
from tests.component.routing.world import World
from tests.unit.routing.build import NORDHOST, staff_id

_versions = count(1)

Json = dict[str, Any]


@dataclass
class Doors:
    world: World
    app: FastAPI
    clock: FrozenClock
    provider: Provider

    async def rights(
        self, name: str, *roles: Role, tenants: Sequence[TenantId] = (NORDHOST,)
    ) -> None:
        """What the directory says of a member of staff; their id is that of `join`."""
        entry = Entry(
            home=FIRM,
            person=staff_id(name),
            subject=f"{name}@brightline.example",
            name=name.title(),
            roles=frozenset(roles),
            tenants=frozenset(tenants),
            active=True,
        )
        async with self.world.database.transaction(scope(FIRM)) as tx:
            await save_entry(tx, entry, next(_versions))

    async def ask(
        self, name: str, method: str, path: str, body: Json | None = None, **headers: str
    ) -> httpx.Response:
        token = self.provider.token(f"{name}@brightline.example")
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        async with client(self.app, token) as http:
            return await http.request(method, path, json=body, headers=sent)

    async def get(self, name: str, path: str) -> Any:
        """The body of an answer that went well."""
        answer = await self.ask(name, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()
