"""The running platform as the demo reaches it: HTTP with tokens, SMTP, the mailbox of what left."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any

import aiosmtplib
import httpx

from chassis.clock import Clock, SystemClock
from chassis.tokens import service_token
from meridian.config import StackConfig
from meridian.problems import StackProblem
from meridian.stack.identity.sign_in import id_token
from meridian.stack.ports import HOST

Json = dict[str, Any]

_WORKING_DAY = timedelta(hours=8)
_PATIENCE_S = 30.0


class Platform:
    """Used as `async with Platform(config) as platform`. Every command carries a key of its own."""

    def __init__(self, config: StackConfig, clock: Clock | None = None) -> None:
        self.config = config
        self._clock = clock or SystemClock()
        self._http = httpx.AsyncClient(timeout=_PATIENCE_S)
        self._tokens: dict[str, str] = {}
        self._sign_in = asyncio.Lock()

    async def __aenter__(self) -> "Platform":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    def now(self) -> datetime:
        return self._clock.now()

    async def service(self) -> str:
        """A token of role `service`, as the stack's own tools have it."""
        if "" not in self._tokens:
            self._tokens[""] = service_token(
                self.config.secrets.service, "meridian", now=self._clock.now(), ttl=_WORKING_DAY
            )
        return self._tokens[""]

    async def person(self, email: str) -> str:
        """A demo person's own token, through the ordinary sign-in."""
        async with self._sign_in:
            if email not in self._tokens:
                self._tokens[email] = await id_token(
                    self.config.issuer, email, self.config.secrets.oidc_client
                )
        return self._tokens[email]

    async def get(self, service: str, path: str, token: str = "", **query: Any) -> Json:
        return await self.ask("GET", service, path, token=token, query=query)

    async def send(
        self, method: str, service: str, path: str, body: Mapping[str, Any], *, token: str = ""
    ) -> Json:
        """A command; sent twice it counts once, because its key is made of what it says."""
        said = json.dumps([method, path, body], sort_keys=True, default=str).encode()
        key = hashlib.sha256(said).hexdigest()[:40]
        return await self.ask(method, service, path, token=token, body=body, key=key)

    async def ask(
        self,
        method: str,
        service: str,
        path: str,
        *,
        token: str = "",
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str = "",
    ) -> Json:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if key:
            headers["Idempotency-Key"] = key
        url = f"{self.config.service_url(service)}{path}"
        try:
            answer = await self._http.request(
                method, url, params=dict(query or {}), headers=headers, json=body
            )
        except httpx.HTTPError as error:
            raise StackProblem(f"{service} does not answer: {type(error).__name__}") from error
        if answer.status_code >= 400:
            raise RefusedError(service, f"{method} {path}", answer)
        found: Json = answer.json() if answer.content else {}
        return found

    async def ticket(self, id_: str, token: str) -> Json:
        """One whole ticket, its facts beside its messages, events and promises."""
        whole = await self.get("intake", f"/v1/tickets/{id_}", token)
        return {**whole, **whole["ticket"], "customer": whole["customer"]}

    async def ticket_behind(self, url: str) -> str:
        """The ticket that a signed link shows."""
        seen = await self.get("intake", f"/v1/customer/{url.rpartition('/')[2]}")
        return str(seen["id"])

    async def mail(self, sender: str, recipient: str, content: bytes) -> None:
        """Hand a mail to intake over SMTP, as a customer's server would."""
        eight_bit = [] if content.isascii() else ["BODY=8BITMIME"]
        server = aiosmtplib.SMTP(
            hostname=HOST, port=self.config.ports.smtp_in, timeout=_PATIENCE_S, start_tls=False
        )
        async with server:
            await server.sendmail(sender, [recipient], content, mail_options=eight_bit)

    async def mails_to(self, address: str) -> list[Json]:
        """What left for this address, newest first, as the local mailbox keeps it."""
        answer = await self._http.get(
            f"{self.config.mailbox_url}/api/messages", params={"to": address}
        )
        answer.raise_for_status()
        found = answer.json()
        items: list[Json] = found["items"] if isinstance(found, dict) else found
        return items


class RefusedError(StackProblem):
    """A service said no, in its own words."""

    def __init__(self, service: str, what: str, answer: httpx.Response) -> None:
        self.status = answer.status_code
        super().__init__(f"{service} refused {what}: {answer.status_code} {answer.text[:600]}")
