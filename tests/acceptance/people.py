"""What the demands' tests do as a customer, an agent, a lead or a client would."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import urlsplit

from meridian.demo.content import load_firm
from meridian.demo.firm import Firm, Person, Tenant
from meridian.demo.platform import Json, Platform

PATIENCE_S = 45.0


async def until(what: str, found: Callable[[], Awaitable[Any]]) -> Any:
    """The first answer that is not empty.

    Raises:
        AssertionError: naming what did not come in time.
    """
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                answer = await found()
                if answer:
                    return answer
                await asyncio.sleep(0.25)
    except TimeoutError:
        raise AssertionError(f"{what} did not come within {PATIENCE_S:.0f} s") from None


@dataclass
class World:
    """The demo firm on the running platform."""

    platform: Platform
    firm: Firm = field(default_factory=load_firm)

    def tenant(self, slug: str) -> Tenant:
        return self.firm.tenant(slug)

    def person(self, id_: str) -> Person:
        return next(person for person in self.firm.people if str(person.id) == id_)

    def lead(self, tenant: str) -> Person:
        return next(p for p in self.firm.people if "lead" in p.roles and tenant in p.tenants)

    def address(self, name: str = "customer") -> str:
        return f"{name}.{secrets.token_hex(5)}@mail.test"

    async def write(self, tenant: str, text: str, **more: Any) -> "Written":
        """A customer's mail over SMTP. `reply_to` continues a conversation."""
        brand = self.tenant(tenant).brands[0]
        sender = more.get("sender") or self.address()
        mail = EmailMessage(policy=SMTP)
        mail["From"] = f"{more.get('name', 'Alex Example')} <{sender}>"
        mail["To"] = more.get("to", brand.mail_address)
        mail["Subject"] = more.get("subject", "A question")
        mail["Message-ID"] = more.get("message_id") or f"<{secrets.token_hex(12)}@mail.test>"
        if "reply_to" in more:
            mail["In-Reply-To"] = mail["References"] = more["reply_to"]
        for header, value in more.get("headers", {}).items():
            mail[header] = value
        mail.set_content(text)
        await self.platform.mail(
            more.get("envelope", sender), more.get("to", brand.mail_address), mail.as_bytes()
        )
        return Written(sender, str(mail["Message-ID"]))

    async def ticket_of(self, written: "Written") -> Json:
        token = await self.platform.service()

        async def found() -> Json | None:
            listed = await self.platform.get(
                "intake", "/v1/tickets", token, external_id=written.message_id
            )
            return listed["items"][0] if listed["items"] else None

        listed: Json = await until(f"a ticket of {written.message_id}", found)
        return await self.ticket(str(listed["id"]))

    async def ticket(self, id_: str, token: str = "") -> Json:
        by = token or await self.platform.service()
        return await self.platform.ticket(id_, by)

    async def owned(self, written: "Written") -> tuple[Json, Person]:
        """The ticket once somebody owns it, and who."""
        ticket = await self.ticket_of(written)

        async def has_owner() -> Json | None:
            now = await self.ticket(str(ticket["id"]))
            return now if now.get("owner") else None

        seen: Json = await until(f"an owner of {ticket['reference']}", has_owner)
        return seen, self.person(str(seen["owner"]["id"]))

    async def answer(self, ticket: Json, by: Person, text: str, then: str = "wait") -> Json:
        return await self.platform.send(
            "POST",
            "intake",
            f"/v1/tickets/{ticket['id']}/replies",
            {"text": text, "then": then},
            token=await self.platform.person(by.email),
        )

    async def mails(self, address: str, least: int = 1) -> list[Json]:
        """What reached a customer, oldest first."""

        async def enough() -> list[Json] | None:
            found = await self.platform.mails_to(address)
            return list(reversed(found)) if len(found) >= least else None

        mails: list[Json] = await until(f"{least} mail(s) to {address}", enough)
        return mails


@dataclass(frozen=True)
class Written:
    sender: str
    message_id: str


def header(mail: Json, name: str) -> str:
    return next((str(v) for n, v in mail["headers"] if n.lower() == name.lower()), "")


def link_in(mail: Json) -> str:
    """The signed link of the ticket's page, without its host: `/t/<token>`."""
    words = mail["text"].split()
    url = next(word.strip("<>.,)") for word in words if "/t/" in word)
    return urlsplit(url).path
