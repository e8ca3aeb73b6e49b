"""Kafka in: who got a ticket, and who gave it up."""

from datetime import datetime
from uuid import UUID

from chassis.db import Transaction
from chassis.messaging import Subscription
from contracts.assignment import (
    AssignmentAcceptedV1,
    AssignmentReleasedV1,
    AssignmentTransferredV1,
)
from contracts.catalog import ASSIGNMENT
from contracts.envelope import Event
from sla.owners import handlers
from sla.owners.model import Ownership

Taken = AssignmentAcceptedV1 | AssignmentTransferredV1


async def on_assignment_taken(event: Event[Taken], tx: Transaction, now: datetime) -> None:
    data = event.data
    await handlers.take_over(tx, _tenant(event), Ownership(data.ticket, data.agent, data.at))


async def on_assignment_released(
    event: Event[AssignmentReleasedV1], tx: Transaction, now: datetime
) -> None:
    await handlers.give_up(tx, _tenant(event), event.data.ticket, event.data.at)


def subscription() -> Subscription:
    return Subscription(
        group="sla.owners",
        topics=(ASSIGNMENT,),
        handlers={
            "assignment.accepted.v1": on_assignment_taken,
            "assignment.transferred.v1": on_assignment_taken,
            "assignment.released.v1": on_assignment_released,
        },
    )


def _tenant(event: Event[Taken] | Event[AssignmentReleasedV1]) -> UUID:
    return event.meta.tenantid
