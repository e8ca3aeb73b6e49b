"""The service as people reach it: over HTTP, each with a token and rights of their own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from chassis.auth import service_token
from chassis.clock import FrozenClock
from chassis.links import Links
from chassis.testing.people import Provider
from chassis.testing.web import SECRET, client
from tests.component.feedback.world import HOUR, NORDHOST, World

Json = dict[str, Any]


@dataclass
class Doors:
    world: World
    app: FastAPI
    clock: FrozenClock
    provider: Provider
    links: Links

    async def ask(
        self, name: str | None, method: str, path: str, body: Json | None = None, **headers: str
    ) -> httpx.Response:
        """`name` None: a customer, who has no token but that in the path."""
        token = None
        if name == "service":
            token = service_token(SECRET, "console", now=self.clock.now(), ttl=HOUR)
        elif name is not None:
            token = self.provider.token(name)
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        async with client(self.app, token) as http:
            return await http.request(method, path, json=body, headers=sent)

    async def get(self, name: str | None, path: str) -> Any:
        """The body of an answer that went well."""
        answer = await self.ask(name, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def link(self, survey: UUID, tenant: UUID = NORDHOST, days: float = 7) -> str:
        """As intake signs it."""
        claims = {"t": str(tenant), "s": str(survey)}
        return "/v1/surveys/" + self.links.sign("survey", claims, timedelta(days=days))

    async def vote(self, survey: UUID, score: int, words: str = "", **given: Any) -> httpx.Response:
        body = {"score": score, "words": words}
        return await self.ask(None, "POST", f"{self.link(survey, **given)}/answers", body)
