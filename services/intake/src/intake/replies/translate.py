"""Letters as effect rows. The id of a letter's effect is the id of its message."""

from datetime import datetime
from uuid import UUID

from chassis.effects import Effect
from chassis.values import MessageId
from intake.tickets.model import Notice, Ticket

MAIL = "intake.mail"


def notice_effect(
    ticket: Ticket, notice: Notice, id: UUID, not_before: datetime | None = None
) -> Effect:
    """A letter of the platform's own: one of its kind for each cycle of a ticket."""
    return Effect(
        id=id,
        tenant=ticket.tenant,
        kind=MAIL,
        key=notice_key(ticket.id, notice, ticket.cycle),
        payload={"ticket": str(ticket.id), "notice": notice.value, "cycle": ticket.cycle},
        not_before=not_before,
    )


def reply_effect(ticket: Ticket, message: MessageId) -> Effect:
    return Effect(
        id=message,
        tenant=ticket.tenant,
        kind=MAIL,
        key=f"reply:{message}",
        payload={"ticket": str(ticket.id), "message": str(message)},
    )


def notice_key(ticket: UUID, notice: Notice, cycle: int) -> str:
    return f"{notice.value}:{ticket}:{cycle}"
