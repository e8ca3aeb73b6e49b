"""Plays the demo: customers write, agents answer through the API, customers write back.

Each step waits for what a person would wait for: a ticket to be owned, an answer to arrive.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiosmtplib

from meridian.demo.contact import Answer, Contact, FollowUp
from meridian.demo.content import follow_up_mime, mime
from meridian.demo.firm import Firm, Person
from meridian.demo.platform import Json, Platform
from meridian.demo.quoting import Quoted

PATIENCE_S = 60.0
POLL_S = 0.3
AT_ONCE = 6

Step = Callable[[str, int], None]


@dataclass(slots=True)
class Played:
    """What became of one contact so far. `trouble` says what did not happen, in words."""

    contact: Contact
    message_id: str
    ticket: str = ""
    refused: str = ""
    owner: str = ""
    answered: list[str] = field(default_factory=list)
    detail: Json = field(default_factory=dict)
    trouble: str = ""

    @property
    def is_ticket(self) -> bool:
        return self.contact.expect.kind == "ticket"


@dataclass(slots=True)
class Player:
    """`advance(stage, n)` is told of each thing done, for the progress bar."""

    platform: Platform
    firm: Firm
    contacts: Sequence[Contact]
    advance: Step
    run: str = field(default_factory=lambda: secrets.token_hex(4))
    played: dict[str, Played] = field(default_factory=dict)

    async def play(self) -> list[Played]:
        for contact in self.contacts:
            first = contact.same_message_as or contact.key
            message_id = (
                f"<{first}.{self.run}@{contact.sender.address.rpartition('@')[2] or 'x.test'}>"
            )
            self.played[contact.key] = Played(contact, message_id)
        early = [one for one in self.played.values() if not self._needs_answer(one)]
        await self._each("write", [one for one in early if not one.contact.relates_to], self._write)
        for one in early:
            if one.contact.relates_to:
                await self._write(one)
                self.advance("write", 1)
        tickets = [one for one in self.played.values() if one.is_ticket]
        await self._each("answer", tickets, self._answer_first)
        await self._each(
            "write", [o for o in self.played.values() if self._needs_answer(o)], self._write
        )
        again = [one for one in tickets if one.contact.follow_up and not one.trouble]
        await self._each("follow up", again, self._follow_up)
        await self._each("look", tickets, self._look)
        return list(self.played.values())

    def _needs_answer(self, one: Played) -> bool:
        relation = one.contact.relates_to
        return relation is not None and relation.message == "answer"

    async def _each(
        self, stage: str, many: Iterable[Played], work: Callable[[Played], Awaitable[None]]
    ) -> None:
        slots = asyncio.Semaphore(AT_ONCE)

        async def one(played: Played) -> None:
            async with slots:
                try:
                    await work(played)
                except TimeoutError as error:
                    played.trouble = str(error)
                self.advance(stage, 1)

        await asyncio.gather(*(one(played) for played in many))

    async def _write(self, one: Played) -> None:
        match one.contact.channel:
            case "mail":
                await self._mail(one)
            case "web":
                await self._form(one)
            case _:
                await self._partner(one)

    async def _mail(self, one: Played) -> None:
        contact = one.contact
        parent, references = await self._thread(one)
        content = mime(
            contact, one.message_id, parent, references=references, date=self.platform.now()
        )
        try:
            await self.platform.mail(contact.envelope_from, contact.to, content)
        except aiosmtplib.SMTPResponseException as refusal:
            one.refused = f"{refusal.code} {refusal.message}"
        except aiosmtplib.SMTPRecipientsRefused as refusal:
            first = refusal.recipients[0]
            one.refused = f"{first.code} {first.message}"

    async def _thread(self, one: Played) -> tuple[str | None, tuple[str, ...]]:
        relation = one.contact.relates_to
        if relation is None:
            return None, ()
        earlier = self.played[relation.contact]
        if relation.message == "own":
            return earlier.message_id, (earlier.message_id,)
        ours = await self._our_answer(earlier)
        return ours.message_id, (*ours.references, ours.message_id)

    async def _form(self, one: Played) -> None:
        contact = one.contact
        tenant = self.firm.tenant(contact.tenant)
        body = {
            "name": contact.sender.name,
            "address": contact.sender.address,
            "subject": contact.subject,
            "text": contact.body,
        }
        path = f"/v1/brands/{tenant.brand(contact.brand).id}/form"
        found = await self.platform.ask(
            "POST", "intake", path, body=body, key=f"{one.contact.key}.{self.run}"
        )
        one.ticket = await self.platform.ticket_behind(str(found["ticket_url"]))

    async def _partner(self, one: Played) -> None:
        """A phone partner posts a voicemail with its own key."""
        contact = one.contact
        tenant = self.firm.tenant(contact.tenant)
        voicemail = contact.voicemail
        assert voicemail is not None
        body = {
            "channel": "phone",
            "brand": str(tenant.brand(contact.brand).id),
            "from": {"name": contact.sender.name, "phone": voicemail.caller},
            "subject": contact.subject,
            "text": contact.body,
            "external_id": one.message_id,
            "recording_url": voicemail.recording_url,
        }
        key = await self._partner_key(str(tenant.id), voicemail.partner)
        found = await self.platform.send("POST", "intake", "/v1/contacts", body, token=key)
        one.ticket = str(found["ticket"])

    async def _partner_key(self, tenant: str, partner: str) -> str:
        made = await self.platform.ask(
            "POST",
            "intake",
            f"/v1/tenants/{tenant}/api-keys",
            token=await self.platform.service(),
            body={"name": partner, "scopes": ["contacts:write"]},
            key=f"demo-{self.run}-{secrets.token_hex(4)}",
        )
        return str(made["key"])

    async def _answer_first(self, one: Played) -> None:
        assert one.contact.answer is not None
        await self._until_owned(one)
        await self._answer(one, one.contact.answer)

    async def _until_owned(self, one: Played) -> None:
        async def owned() -> bool:
            if not one.ticket:
                one.ticket = await self._ticket_of(one.message_id)
            if one.ticket:
                one.detail = await self._ticket(one)
            return bool(one.detail.get("owner"))

        await _until(owned, f"{one.contact.key} has no owner after {PATIENCE_S:.0f} s")
        one.owner = str(one.detail["owner"]["id"])

    async def _ticket_of(self, message_id: str) -> str:
        found = await self.platform.get(
            "intake", "/v1/tickets", await self.platform.service(), external_id=message_id
        )
        return str(found["items"][0]["id"]) if found["items"] else ""

    async def _ticket(self, one: Played) -> Json:
        token = await self.platform.service()
        return await self.platform.ticket(one.ticket, token)

    async def _answer(self, one: Played, answer: Answer) -> None:
        person = self._person(one.owner)
        token = await self.platform.person(person.email)
        path = f"/v1/tickets/{one.ticket}"
        if answer.note:
            await self.platform.send(
                "POST", "intake", f"{path}/notes", {"text": answer.note}, token=token
            )
        then = "solve" if answer.solve and not self._comes_back(one, answer) else "wait"
        # Intake signs for the brand; the desk's text is the answer alone.
        body = {"text": answer.text, "language": answer.language, "then": then}
        await self.platform.send("POST", "intake", f"{path}/replies", body, token=token)
        one.answered.append(answer.text)

    def _comes_back(self, one: Played, answer: Answer) -> bool:
        return one.contact.follow_up is not None and answer is one.contact.answer

    async def _follow_up(self, one: Played) -> None:
        follow_up = one.contact.follow_up
        assert follow_up is not None
        before = len(one.detail.get("messages", ()))
        content = await self._written_back(one, follow_up)
        await self.platform.mail(one.contact.sender.address, one.contact.to, content)

        async def arrived() -> bool:
            one.detail = await self._ticket(one)
            wrote = [m for m in one.detail["messages"] if m["author_kind"] == "customer"]
            return len(wrote) > 1 and len(one.detail["messages"]) > before

        await _until(arrived, f"{one.contact.key}: the follow-up did not reach the ticket")
        await self._until_owned(one)
        await self._answer(one, follow_up.answer)

    async def _written_back(self, one: Played, follow_up: FollowUp) -> bytes:
        return follow_up_mime(
            one.contact,
            follow_up,
            await self._our_answer(one),
            message_id=f"<{one.contact.key}.2.{self.run}@{one.contact.sender.address.rpartition('@')[2]}>",
            date=self.platform.now(),
        )

    async def _our_answer(self, one: Played) -> Quoted:
        """Our answer as it reached the customer's mailbox."""
        found: list[Json] = []

        async def there() -> bool:
            mails = await self.platform.mails_to(one.contact.sender.address)
            found[:] = [mail for mail in mails if self._is_answer(one, mail)]
            return bool(found)

        await _until(there, f"{one.contact.key}: no answer reached {one.contact.sender.address}")
        return _quoted(found[0], one.contact, self.platform.now())

    def _is_answer(self, one: Played, mail: Json) -> bool:
        headers = {name.lower() for name, _ in mail["headers"]}
        first_words = one.answered[0].splitlines()[0] if one.answered else ""
        return "auto-submitted" not in headers and first_words in mail["text"]

    async def _look(self, one: Played) -> None:
        if one.ticket:
            one.detail = await self._ticket(one)

    def _person(self, id_: str) -> Person:
        return next(person for person in self.firm.people if str(person.id) == id_)


def _quoted(mail: Json, contact: Contact, now: datetime) -> Quoted:
    headers = {name.lower(): value for name, value in mail["headers"]}
    return Quoted(
        message_id=headers["message-id"].strip(),
        references=tuple(headers.get("references", "").split()),
        name=headers["from"].partition("<")[0].strip(' "'),
        address=headers["from"].partition("<")[2].rstrip("> ") or headers["from"],
        to=contact.sender.address,
        subject=mail["subject"],
        text=mail["text"],
        at=parsedate_to_datetime(headers["date"]) if "date" in headers else now,
    )


async def _until(holds: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    """Raises TimeoutError saying `otherwise` when it does not come to hold in time."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if await holds():
                    return
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise TimeoutError(otherwise) from None
