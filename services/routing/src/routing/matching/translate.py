"""Tickets and clocks as matching reads them, and assignments as events tell of them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.values import CustomerId, StaffId, TenantId, TicketId
from contracts import assignment as contract
from contracts.envelope import Event, EventData, EventMeta
from contracts.sla_clock import ClockFacts as SlaClock
from contracts.ticket import TicketEvent
from routing.matching.model import ClockFacts, Reservation, TicketFacts, Work, work_id


def work_from(event: Event[TicketEvent]) -> Work:
    """The work item as it would be if the ticket were new."""
    ticket = event.data.ticket
    return Work(
        tenant=TenantId(event.meta.tenantid),
        id=work_id(event.meta.subject),
        ticket=TicketId(event.meta.subject),
        waiting_since=ticket.opened_at,
        facts=TicketFacts(
            reference=ticket.reference,
            customer=CustomerId(ticket.customer),
            channel=ticket.channel,
            live=ticket.live,
            plan=ticket.plan,
            category=ticket.category,
            language=ticket.language,
            priority=ticket.priority,
            state=ticket.state,
            opened_at=ticket.opened_at,
        ),
    )


def clock_from(meta: EventMeta, clock: SlaClock) -> ClockFacts:
    return ClockFacts(
        tenant=TenantId(meta.tenantid),
        id=meta.subject,
        ticket=TicketId(clock.ticket),
        metric=clock.metric,
        started_at=clock.started_at,
        due_at=clock.due_at,
        target=timedelta(seconds=clock.target_s),
        state=clock.state,
    )


def queued(work: Work) -> contract.AssignmentQueuedV1:
    return contract.AssignmentQueuedV1(**_facts(work))


def relaxed(work: Work, eligible: int) -> contract.AssignmentRelaxedV1:
    return contract.AssignmentRelaxedV1(**_facts(work), eligible=eligible)


def stuck(work: Work, reasons: tuple[str, ...]) -> contract.AssignmentStuckV1:
    return contract.AssignmentStuckV1(**_facts(work), reasons=reasons)


def offered(
    work: Work, made: Reservation, expires_at: datetime, decision: UUID
) -> contract.AssignmentOfferedV1:
    return contract.AssignmentOfferedV1(
        **_offer(work, made, made.offered_at), expires_at=expires_at, decision=decision
    )


def accepted(
    work: Work, taken: Reservation, load_after: int, now: datetime
) -> contract.AssignmentAcceptedV1:
    return contract.AssignmentAcceptedV1(
        **_offer(work, taken, now), automatic=taken.automatic, load_after=load_after
    )


def rejected(work: Work, no: Reservation, reason: str, now: datetime) -> EventData:
    return contract.AssignmentRejectedV1(**_offer(work, no, now), reason=reason)


def timed_out(work: Work, missed: Reservation, now: datetime) -> EventData:
    return contract.AssignmentTimedOutV1(**_offer(work, missed, now))


def rescinded(work: Work, back: Reservation, reason: str, now: datetime) -> EventData:
    return contract.AssignmentRescindedV1(**_offer(work, back, now), reason=reason)


def wrapped(
    work: Work, done: Reservation, load_after: int, now: datetime
) -> contract.AssignmentWrappedV1:
    return contract.AssignmentWrappedV1(**_offer(work, done, now), load_after=load_after)


def released(
    work: Work, given_up: Reservation, load_after: int, reason: str, now: datetime
) -> contract.AssignmentReleasedV1:
    return contract.AssignmentReleasedV1(
        **_offer(work, given_up, now), reason=reason, load_after=load_after
    )


def transferred(
    work: Work, to: Reservation, from_agent: StaffId | None, by: UUID, now: datetime
) -> contract.AssignmentTransferredV1:
    return contract.AssignmentTransferredV1(
        **_offer(work, to, now),
        from_agent=from_agent,
        by=by,
        manual_over_capacity=bool(to.over_capacity),
    )


def restated(
    work: Work, held: Reservation | None, since: datetime
) -> contract.AssignmentRestatedV1:
    return contract.AssignmentRestatedV1(
        **_facts(work),
        reservation=held.id if held else None,
        agent=held.person if held else None,
        owned=work.owner is not None,
        at=since,
    )


def _facts(work: Work) -> dict[str, Any]:
    return {
        "ticket": work.ticket,
        "channel": work.facts.channel,
        "language": work.facts.language,
        "priority": work.facts.priority,
        "waiting_since": work.waiting_since,
        "step": work.step,
    }


def _offer(work: Work, made: Reservation, at: datetime) -> dict[str, Any]:
    return {**_facts(work), "reservation": made.id, "agent": made.person, "at": at}
