"""Stores what was decided: the row, its events, its messages, letters and deadlines, as one."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from chassis import effects, outbox, timers
from chassis.db import Transaction
from chassis.timers import Timer
from intake.replies.translate import notice_effect, reply_effect
from intake.tenants import handlers as tenants
from intake.tickets import translate
from intake.tickets.decide.life_cycle import Moment
from intake.tickets.model import (
    Noted,
    Policy,
    Received,
    Sent,
    Step,
    Text,
    Ticket,
)
from intake.tickets.store import conversation, tickets

REMIND = "intake.remind"
CLOSE = "intake.close"
AFTER_AN_ANSWER = timedelta(seconds=2)


class TicketAbsentError(Exception):
    """No such ticket within the caller's walls."""


async def load(tx: Transaction, tenant: UUID, ticket: UUID) -> tuple[Ticket, Policy]:
    """The ticket, locked, and the tenant's times.

    Raises:
        TicketAbsentError: absent, or another tenant's.
    """
    found = await tickets.ticket_for_change(tx, tenant, ticket)
    settings = await tenants.tenant(tx, tenant)
    if found is None or settings is None:
        raise TicketAbsentError
    return found, Policy(settings.solved_timeout, settings.reminder, settings.reopen_window)


async def moment(tx: Transaction) -> Moment:
    return Moment(await tenants.now(tx), tx.database.epoch)


async def apply(tx: Transaction, step: Step, said: Mapping[UUID, Text] | None = None) -> Ticket:
    """`said` holds the texts of the step's messages."""
    ticket = step.ticket
    await tickets.save_ticket(tx, ticket)
    for change in step.changes:
        match change.what:
            case Received(message) | Sent(message) | Noted(message):
                text = (said or {})[message.id]
                await conversation.save_message(tx, ticket.tenant, ticket.id, message, text)
                if isinstance(change.what, Sent) and text.delivery == "waiting":
                    await effects.put(tx, reply_effect(ticket, message.id))
            case _:
                pass
        record = translate.record_of(change)
        if record:
            await tickets.save_change(tx, change, record)
        await outbox.put(tx, translate.event_of(change))
    await _tell(tx, step)
    await _set_deadlines(tx, step)
    return ticket


async def _tell(tx: Transaction, step: Step) -> None:
    """The platform's letter goes a little after the colleague's answer that it belongs to."""
    if step.tell is None:
        return
    answers = [change.what.message for change in step.changes if isinstance(change.what, Sent)]
    not_before = answers[-1].received_at + AFTER_AN_ANSWER if answers else None
    letter = tx.database.clock.new_id()
    await effects.put(tx, notice_effect(step.ticket, step.tell, letter, not_before))


async def _set_deadlines(tx: Transaction, step: Step) -> None:
    ticket = step.ticket
    if step.ends_deadlines:
        for kind in (REMIND, CLOSE):
            await timers.disarm(tx, ticket.tenant, kind, ticket.id)
    if step.deadlines:
        payload = {"cycle": ticket.cycle}
        due = {REMIND: step.deadlines.remind_at, CLOSE: step.deadlines.close_at}
        for kind, at in due.items():
            await timers.arm(tx, Timer(ticket.tenant, kind, ticket.id, at, payload))
