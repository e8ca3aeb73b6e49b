"""Builders of tickets and messages for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.values import BrandId, CustomerId, MessageId, TenantId, TicketId
from contracts.vocabulary import AuthorKind, Channel, Damage, Priority, TicketState, WaitingOn
from intake.tickets.model import Message, Policy, Ticket

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POLICY = Policy(
    solved_timeout=timedelta(hours=96),
    reminder=timedelta(hours=48),
    reopen_window=timedelta(days=14),
)
AGENT = UUID(int=77)
CUSTOMER = UUID(int=3)


def a_ticket(**changes: Any) -> Ticket:
    ticket = Ticket(
        tenant=TenantId(UUID(int=1)),
        id=TicketId(UUID(int=10)),
        reference="NH-4182",
        brand=BrandId(UUID(int=2)),
        customer=CustomerId(CUSTOMER),
        channel=Channel.MAIL,
        plan="business",
        language="de",
        language_confidence=0.98,
        category="billing",
        damage=Damage.QUESTION,
        priority=Priority.NORMAL,
        state=TicketState.OPEN,
        waiting_on=WaitingOn.US,
        opened_at=NOON,
        version=3,
    )
    return replace(ticket, **changes)


def a_message(number: int = 20, **changes: Any) -> Message:
    message = Message(
        id=MessageId(UUID(int=number)),
        author=AuthorKind.CUSTOMER,
        author_id=CUSTOMER,
        public=True,
        received_at=NOON,
        language="de",
    )
    return replace(message, **changes)


def an_answer(number: int = 30, **changes: Any) -> Message:
    return a_message(number, **{"author": AuthorKind.AGENT, "author_id": AGENT, **changes})
