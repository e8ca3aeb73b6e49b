"""Ticket events as tickets. Each carries the full facts, so the newest is all there is to know."""

from billing_policy.tickets.model import Ticket
from contracts.envelope import Event
from contracts.ticket import TicketEvent


def ticket(event: Event[TicketEvent]) -> Ticket:
    facts = event.data.ticket
    return Ticket(
        tenant=event.meta.tenantid,
        id=event.meta.subject,
        customer=facts.customer,
        reference=facts.reference,
        channel=facts.channel,
        plan=facts.plan,
        language=facts.language,
        category=facts.category,
        damage=facts.damage,
        priority=facts.priority,
        state=facts.state,
        cycle=facts.cycle,
    )
