"""Takes what others ask us to tell, and answers them once: it left, or it cannot."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import effects, outbox
from chassis.db import Transaction
from contracts.envelope import EventMeta
from intake.outreach import store, translate
from intake.outreach.decide import decide_request
from intake.outreach.model import Addressee, Outreach, QuietHours, Request, State, Why
from intake.tenants import handlers as tenants
from intake.tickets.handlers import letters


async def take_request(
    tx: Transaction, request: Request, cause: EventMeta, now: datetime
) -> Outreach | None:
    """The letter as an effect, or the answer why there is none; None when it was asked before."""
    addressee = await _addressee(tx, request)
    outcome = decide_request(request, addressee, now)
    ticket = addressee.ticket if addressee else None
    outreach = translate.outreach(request, ticket, outcome, cause, now)
    if not await store.save_new(tx, outreach):
        return None
    if outreach.state is State.WAITING:
        await effects.put(tx, translate.letter_effect(outreach))
    else:
        await _answer(tx, outreach, now)
    return outreach


async def note_left(tx: Transaction, tenant: UUID, outreach: UUID, now: datetime) -> None:
    """The next mail server took it."""
    settled = await store.settle(tx, (tenant, outreach), State.DELIVERED, None, now)
    if settled:
        await _answer(tx, settled, now)


async def note_lost(tx: Transaction, tenant: UUID, outreach: UUID, why: Why, now: datetime) -> None:
    """It will never leave."""
    settled = await store.settle(tx, (tenant, outreach), State.FAILED, why, now)
    if settled:
        await _answer(tx, settled, now)


async def outreach(tx: Transaction, tenant: UUID, outreach: UUID) -> Outreach | None:
    return await store.outreach(tx, tenant, outreach)


async def of_ticket(tx: Transaction, tenant: UUID, ticket: UUID) -> Sequence[Outreach]:
    """Oldest first."""
    return await store.of_ticket(tx, tenant, ticket)


async def question_waits(tx: Transaction, tenant: UUID, ticket: UUID) -> bool:
    """Whether the customer is still to be asked how it was: the ticket must not close before."""
    return await store.question_waits(tx, tenant, ticket)


async def _answer(tx: Transaction, outreach: Outreach, now: datetime) -> None:
    draft = translate.answer(outreach, tx.database.epoch, now)
    await outbox.put(tx, draft, caused_by=translate.cause(outreach))


async def _addressee(tx: Transaction, request: Request) -> Addressee | None:
    """Through the ticket that is named, or the customer's newest."""
    ticket = request.ticket
    if ticket is None and request.customer is not None:
        ticket = await letters.newest_of(tx, request.tenant, request.customer)
    so_far = await letters.correspondence(tx, request.tenant, ticket) if ticket else None
    settings = await tenants.tenant(tx, request.tenant)
    if so_far is None or settings is None:
        return None
    return Addressee(
        ticket=so_far.ticket.id,
        state=so_far.ticket.state,
        zone=so_far.customer.zone,
        reachable=bool(so_far.addresses),
        quiet=QuietHours(settings.quiet_from, settings.quiet_until),
    )
