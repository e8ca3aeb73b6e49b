"""What becomes of one mail: a ticket, a message, a failed delivery, or something held back."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import assert_never
from uuid import UUID

from chassis.db import Transaction
from chassis.tenancy import scope
from chassis.values import FIRM, MessageId, TicketId
from intake.admission.model import Status
from intake.channels.decide.loops import machine_kind
from intake.channels.decide.recipients import reference_of, without_tag
from intake.channels.decide.spam import spam_of
from intake.channels.decide.threading import known_ids, references_in, thread_of
from intake.channels.handlers.doors import Doors
from intake.channels.handlers.reading import Item, as_attachment, contact_of, incoming_of
from intake.channels.model import (
    AutoReply,
    Bounce,
    FollowUpTicket,
    LinkedQuarantined,
    MailingList,
    NewTicket,
    Person,
    ReadMail,
    Reply,
    ReplyKey,
    Spam,
    Threaded,
    Unreadable,
)
from intake.channels.store import quarantine, raw, threads
from intake.channels.store.quarantine import Held
from intake.tickets.handlers import customer
from intake.tickets.model import FollowUp

Act = Callable[[Transaction], Awaitable[str]]


class _Over(Exception):
    """The ticket that the mail answers is over; nothing of this transaction stays."""

    def __init__(self, ticket: TicketId) -> None:
        super().__init__(str(ticket))
        self.ticket = ticket


class Sorter:
    """Each mail is worked off in one transaction, or by admission in its own."""

    def __init__(self, doors: Doors, *, reply_secret: bytes, trusted_relay: bool) -> None:
        self._doors = doors
        self._reply_secret = reply_secret
        self._trusted_relay = trusted_relay

    async def work_off(self, item: Item) -> str:
        """What it became, in one word of ours."""
        released = item.pending.released
        if released:
            return await self._let_through(item, released)
        match item.found:
            case Unreadable(why, detail):
                return await self.hold(item, "unreadable", (why, *filter(None, (detail,))))
            case ReadMail() as mail:
                return await self._read(item, mail)

    async def hold(
        self, item: Item, reason: str, detail: tuple[str, ...], linked: TicketId | None = None
    ) -> str:
        """Held back for a person; the raw mail stays where it is."""
        held = Held(
            tenant=item.raw.tenant,
            id=self._doors.new_id(),
            raw_id=item.raw.id,
            brand=item.home.brand.id,
            reason=reason,
            detail=detail,
            from_address=item.sender,
            subject=item.found.subject,
            linked=linked,
            received_at=item.pending.received_at,
        )

        async def act(tx: Transaction) -> str:
            await quarantine.hold(tx, held)
            return reason

        return await self._settle(item, act)

    async def _read(self, item: Item, mail: ReadMail) -> str:
        match machine_kind(mail):
            case Bounce() as bounce:
                return await self._bounced(item, bounce)
            case AutoReply(because) | MailingList(because):
                return await self._from_machine(item, mail, because)
            case Person():
                return await self._from_person(item, mail)
            case other:
                assert_never(other)

    async def _from_person(self, item: Item, mail: ReadMail) -> str:
        match await self._thread(item, mail):
            case NewTicket():
                verdict = spam_of(mail, trusted_relay=self._trusted_relay)
                if isinstance(verdict, Spam):
                    return await self.hold(item, "spam", verdict.reasons)
                return await self._admit(item, mail)
            case Reply(ticket):
                return await self._reply(item, mail, ticket)
            case FollowUpTicket(ticket):
                return await self._admit(item, mail, follows=ticket)
            case LinkedQuarantined(ticket, because):
                return await self.hold(item, "stranger", (because,), linked=ticket)
            case other:
                assert_never(other)

    async def _from_machine(self, item: Item, mail: ReadMail, because: str) -> str:
        """Shown on the ticket it answers, else parked: it never opens, reopens or is answered."""
        match await self._thread(item, mail):
            case Reply(ticket) | FollowUpTicket(ticket):
                incoming = await incoming_of(self._doors, item, mail, ticket, machine=True)

                async def act(tx: Transaction) -> str:
                    await customer.receive(tx, incoming)
                    return "machine"

                return await self._settle(item, act)
            case NewTicket() | LinkedQuarantined():
                return await self.hold(item, "machine", (because,))

    async def _bounced(self, item: Item, bounce: Bounce) -> str:
        """Ours is marked as failed where it stands; what we do not know of is held back."""
        domains = [brand.domain for brand in item.home.tenant.brands]
        ours = threads.ours_among([bounce.original_message_id], domains)
        letter = next(iter(ours.values()), None)
        ticket = await self._ticket_of(item, letter) if letter else None
        if letter is None or ticket is None:
            return await self.hold(item, "bounce", (bounce.status or "unknown",))
        reason = " ".join(filter(None, (bounce.status, bounce.diagnostic)))[:500]

        async def act(tx: Transaction) -> str:
            named = (item.raw.tenant, ticket)
            await customer.note_undelivered(tx, named, MessageId(letter), reason or "undelivered")
            return "bounce"

        return await self._settle(item, act)

    async def _ticket_of(self, item: Item, letter: UUID) -> TicketId | None:
        async with self._doors.database.transaction(scope(item.raw.tenant)) as tx:
            return await threads.letter(tx, item.raw.tenant, letter)

    async def _reply(self, item: Item, mail: ReadMail, ticket: TicketId) -> str:
        incoming = await incoming_of(self._doors, item, mail, ticket, machine=False)

        async def act(tx: Transaction) -> str:
            outcome = await customer.receive(tx, incoming)
            if isinstance(outcome, FollowUp):
                raise _Over(outcome.closed.id)
            return "message"

        try:
            return await self._settle(item, act)
        except _Over as over:
            return await self._admit(item, mail, follows=over.ticket)

    async def _let_through(self, item: Item, released: UUID) -> str:
        """A person released it: a ticket, linked where it seemed to belong to one."""
        async with self._doors.database.transaction(scope(item.raw.tenant)) as tx:
            linked = await quarantine.linked_ticket(tx, item.raw.tenant, released)
        mail = item.found if isinstance(item.found, ReadMail) else as_attachment(item, item.found)
        return await self._admit(item, mail, follows=TicketId(linked) if linked else None)

    async def _admit(self, item: Item, mail: ReadMail, follows: TicketId | None = None) -> str:
        """Machines are not answered, even where a person let their mail through."""
        if not mail.sender.address:
            return await self.hold(item, "no_sender", ())
        contact = await contact_of(self._doors, item, mail, follows)
        if not isinstance(machine_kind(mail), Person):
            contact = replace(contact, acknowledgement=None)
        admitted = await self._doors.door.admit(contact)
        return "ticket" if admitted.status is Status.NEW else "duplicate"

    async def _thread(self, item: Item, mail: ReadMail) -> Threaded:
        token = without_tag(item.raw.recipient)[1]
        named = (*references_in(mail.subject), *filter(None, (reference_of(token),)))
        async with self._doors.database.transaction(scope(item.raw.tenant)) as tx:
            found = await threads.candidates(
                tx,
                item.raw.tenant,
                message_ids=known_ids(mail),
                references=named,
                domains=[brand.domain for brand in item.home.tenant.brands],
            )
        key = ReplyKey(self._reply_secret, item.raw.mailbox)
        return thread_of(mail, found, token=token, key=key)

    async def _settle(self, item: Item, act: Act) -> str:
        """`act` and the end of waiting, in one transaction; the same mail again changes nothing."""
        async with self._doors.database.transaction(scope(item.raw.tenant, FIRM)) as tx:
            if not await raw.take(tx, item.pending):
                return "gone"
            again = item.pending.released is not None
            key = f"q:{item.pending.released}" if again else item.key
            if not await raw.first_time(tx, item.raw, key, item.sha):
                return "duplicate"
            return await act(tx)
