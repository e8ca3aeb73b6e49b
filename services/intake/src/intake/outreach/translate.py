"""Requests of other services as values, their rows and effects, and our answers as events."""

from datetime import datetime
from uuid import UUID

from chassis.effects import Effect
from chassis.values import first_version
from contracts import outreach as events
from contracts.envelope import Draft, Event, EventMeta
from intake.outreach.decide import outreach_id
from intake.outreach.model import Accepted, Outreach, Request, State, Why
from intake.replies.translate import MAIL


def request(event: Event[events.OutreachRequestedV1]) -> Request:
    data = event.data
    return Request(
        tenant=event.meta.tenantid,
        asked_by=event.meta.source,
        dedup_key=data.dedup_key,
        template=data.template,
        values=data.values,
        ticket=data.ticket,
        customer=data.customer,
        respects_quiet_hours=data.respects_quiet_hours,
    )


def outreach(
    asked: Request, ticket: UUID | None, outcome: Accepted | Why, cause: EventMeta, now: datetime
) -> Outreach:
    lost = isinstance(outcome, Why)
    return Outreach(
        tenant=asked.tenant,
        id=outreach_id(asked.tenant, asked.asked_by, asked.dedup_key),
        asked_by=asked.asked_by,
        dedup_key=asked.dedup_key,
        template=asked.template,
        values=asked.values,
        ticket=ticket or asked.ticket,
        state=State.FAILED if lost else State.WAITING,
        why=outcome if isinstance(outcome, Why) else None,
        leaves_at=outcome.leaves_at if isinstance(outcome, Accepted) else None,
        at=now,
        cause=cause.id,
        correlation=cause.correlationid,
    )


def letter_effect(outreach: Outreach) -> Effect:
    """One mail for each request, ever: the key follows from who asked and for what."""
    return Effect(
        id=outreach.id,
        tenant=outreach.tenant,
        kind=MAIL,
        key=f"outreach:{outreach.id}",
        payload={"ticket": str(outreach.ticket), "outreach": outreach.template},
        not_before=outreach.leaves_at,
    )


def answer(outreach: Outreach, epoch: int, now: datetime) -> Draft[events.OutreachAnswer]:
    """Delivered or failed: the only version that an outreach has."""
    told = {
        "requested_by": outreach.asked_by,
        "dedup_key": outreach.dedup_key,
        "template": outreach.template,
        "ticket": outreach.ticket,
        "at": now,
    }
    return Draft(
        tenant=outreach.tenant,
        aggregate=outreach.id,
        version=first_version(epoch),
        time=now,
        data=events.OutreachFailedV1(**told, reason=outreach.why.value)
        if outreach.why
        else events.OutreachDeliveredV1(**told),
    )


def cause(outreach: Outreach) -> EventMeta:
    """The event that asked, as far as an answer names it."""
    return EventMeta(
        id=outreach.cause,
        type="outreach.requested.v1",
        source=outreach.asked_by,
        subject=outreach.id,
        time=outreach.at,
        tenantid=outreach.tenant,
        version=0,
        correlationid=outreach.correlation,
    )
