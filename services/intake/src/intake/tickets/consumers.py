"""What routing and sla decided: `intake.assignments` keeps owners, `intake.promises` due times."""

from datetime import datetime

from chassis.db import Transaction
from chassis.messaging import Subscription
from contracts import catalog
from contracts.assignment import OfferFacts
from contracts.envelope import Event
from contracts.sla_clock import ClockFacts
from intake.tickets.handlers import others


async def on_owner_named(event: Event[OfferFacts], tx: Transaction, now: datetime) -> None:
    data = event.data
    await others.note_owner(tx, event.meta.tenantid, data.ticket, data.agent, data.at)


async def on_assignment_released(event: Event[OfferFacts], tx: Transaction, now: datetime) -> None:
    await others.note_released(tx, event.meta.tenantid, event.data.ticket, event.data.at)


async def on_clock_started(event: Event[ClockFacts], tx: Transaction, now: datetime) -> None:
    await on_clock_changed(event, tx, now)
    await others.let_acknowledgement_go(tx, event.meta.tenantid, event.data)


async def on_clock_changed(event: Event[ClockFacts], tx: Transaction, now: datetime) -> None:
    await others.note_promise(tx, event.meta.tenantid, event.meta.subject, event.data)


def assignments() -> Subscription:
    return Subscription(
        group="intake.assignments",
        topics=(catalog.ASSIGNMENT,),
        handlers={
            "assignment.accepted.v1": on_owner_named,
            "assignment.transferred.v1": on_owner_named,
            "assignment.released.v1": on_assignment_released,
        },
    )


def promises() -> Subscription:
    changed = ("paused", "resumed", "warned", "breached", "met", "voided", "excused", "corrected")
    return Subscription(
        group="intake.promises",
        topics=(catalog.CLOCK,),
        handlers={
            "clock.started.v1": on_clock_started,
            **{f"clock.{word}.v1": on_clock_changed for word in changed},
        },
    )
