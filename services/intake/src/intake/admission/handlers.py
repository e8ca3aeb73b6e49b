"""The door: contacts queue up, and whatever waits is admitted as one batch."""

# house: sql: tells a contact that the database refuses from a moment that was bad

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.exc import DBAPIError

from chassis.db import Database
from chassis.failures import infrastructure, sqlstate
from chassis.values import CustomerId, MessageId, TicketId
from intake.admission import store, translate
from intake.admission.decide import decide_admission
from intake.admission.model import Admitted, Contact, Ids, Status
from intake.admission.store import Refused

LARGEST_BATCH = 50
IN_FLIGHT = 2
LONGEST_QUEUE = 2_000
TRIES = 4


# Told of each contact: its channel, what became of it, and how many still wait.
Told = Callable[[str, str, int], None]


class DoorFullError(Exception):
    """More contacts wait than can be admitted soon: come again in a moment."""


class ContactRefusedError(Exception):
    """The database cannot hold this contact, whatever is tried; the SQLSTATE is named."""


def _future() -> asyncio.Future[Admitted]:
    return asyncio.get_running_loop().create_future()


@dataclass(slots=True)
class _Waiting:
    contact: Contact
    answer: asyncio.Future[Admitted] = field(default_factory=_future)

    @property
    def order(self) -> tuple[str, str, str, str]:
        """One order of locks for every batch: addresses before tenants, as budgets are shared."""
        contact = self.contact
        return contact.sender.address, str(contact.tenant.id), contact.mailbox, contact.key

    @property
    def same(self) -> tuple[str, str, str, str, bytes]:
        contact = self.contact
        return str(contact.tenant.id), contact.channel, contact.mailbox, contact.key, contact.sha


class Door:
    """No timer and no loop: a batch is what queued while two others were in flight."""

    def __init__(self, database: Database, told: Told | None = None) -> None:
        self._database = database
        self._told = told
        self._queue: deque[_Waiting] = deque()
        self._flights: set[asyncio.Task[None]] = set()

    async def admit(self, contact: Contact) -> Admitted:
        """Returns after the commit.

        Raises:
            DoorFullError: too many wait; nothing was stored.
            ContactRefusedError: this contact can never be stored.
        """
        if len(self._queue) >= LONGEST_QUEUE:
            raise DoorFullError
        waiting = _Waiting(contact)
        self._queue.append(waiting)
        if len(self._flights) < IN_FLIGHT:
            flight = asyncio.create_task(self._fly())
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)
        answer = await waiting.answer
        if self._told:
            self._told(contact.channel, answer.status, len(self._queue))
        return answer

    @property
    def waiting(self) -> int:
        return len(self._queue)

    async def _fly(self) -> None:
        while self._queue:
            size = min(LARGEST_BATCH, len(self._queue))
            await self._admit_together([self._queue.popleft() for _ in range(size)])

    async def _admit_together(self, batch: list[_Waiting]) -> None:
        groups = _grouped(batch)
        answers: Sequence[Admitted | Refused | None]
        try:
            answers = await self._accept([group[0].contact for group in groups])
        except Exception as error:
            if not _concerns_one_contact(error):
                _fail(groups, error)
                return
            answers = [None] * len(groups)
        for group, answer in zip(groups, answers, strict=True):
            if isinstance(answer, Admitted):
                _tell(group, answer)
            elif answer is None or answer.state == store.STALE:
                await self._admit_alone(group)
            else:
                _fail([group], ContactRefusedError(answer.state))

    async def _admit_alone(self, group: Sequence[_Waiting]) -> None:
        """A call of its own, again while only the moment was bad."""
        why: Exception = ContactRefusedError(store.STALE)
        for _ in range(TRIES):
            try:
                (answer,) = await self._accept([group[0].contact])
            except Exception as error:
                why = error
                if not _bad_moment(error):
                    break
                continue
            if isinstance(answer, Admitted):
                _tell(group, answer)
                return
            why = ContactRefusedError(answer.state)
            if answer.state != store.STALE:
                break
        _fail([group], _as_refusal(why))

    async def _accept(self, contacts: Sequence[Contact]) -> Sequence[Admitted | Refused]:
        async with self._database.transaction(None) as tx:
            known = await store.look(tx, contacts)
            decided = [
                decide_admission(contact, seen, self._ids(), self._database.epoch)
                for contact, seen in zip(contacts, known, strict=True)
            ]
            rows = [translate.row_of(admission, self._database) for admission in decided]
            return await store.accept(tx, rows)

    def _ids(self) -> Ids:
        new = self._database.clock.new_id
        return Ids(CustomerId(new()), TicketId(new()), MessageId(new()), new())


def _grouped(batch: Sequence[_Waiting]) -> list[list[_Waiting]]:
    """In lock order; the same contact sent twice at once is asked about once."""
    groups: dict[object, list[_Waiting]] = {}
    for waiting in sorted(batch, key=lambda each: each.order):
        if not waiting.answer.done():
            groups.setdefault(waiting.same, []).append(waiting)
    return list(groups.values())


def _tell(group: Sequence[_Waiting], answer: Admitted) -> None:
    again = replace(answer, status=Status.REPLAY) if answer.status is Status.NEW else answer
    for place, waiting in enumerate(group):
        if not waiting.answer.done():
            waiting.answer.set_result(again if place else answer)


def _fail(groups: Sequence[Sequence[_Waiting]], error: Exception) -> None:
    for group in groups:
        for waiting in group:
            if not waiting.answer.done():
                waiting.answer.set_exception(error)


def _bad_moment(error: Exception) -> bool:
    """A deadlock or another collision: nothing is wrong with the contact."""
    return isinstance(error, DBAPIError) and (sqlstate(error) or "").startswith("40")


def _concerns_one_contact(error: Exception) -> bool:
    return _bad_moment(error) or (isinstance(error, DBAPIError) and not infrastructure(error))


def _as_refusal(error: Exception) -> Exception:
    if isinstance(error, DBAPIError) and not infrastructure(error):
        return ContactRefusedError(sqlstate(error) or "unknown")
    return error
