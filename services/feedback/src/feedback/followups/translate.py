"""Follow-ups as the events that others follow. What somebody noted stays here."""

from datetime import datetime
from typing import Any

from contracts import followup as events
from contracts.envelope import Draft
from feedback.followups.model import Followup


def opened(one: Followup, now: datetime) -> Draft[Any]:
    return _draft(one, now, events.FollowupOpenedV1(**_facts(one, now)))


def reassigned(one: Followup, now: datetime) -> Draft[Any]:
    return _draft(one, now, events.FollowupReassignedV1(**_facts(one, now)))


def done(one: Followup, now: datetime) -> Draft[Any]:
    ended = {"done_by": one.done_by, "outcome": str(one.outcome)}
    return _draft(one, now, events.FollowupDoneV1(**_facts(one, now), **ended))


def _facts(one: Followup, now: datetime) -> dict[str, Any]:
    return {
        "ticket": one.ticket,
        "customer": one.customer,
        "survey": one.survey,
        "owner": one.owner,
        "due_at": one.due_at,
        "reason": str(one.reason),
        "score": one.score,
        "at": now,
    }


def _draft(one: Followup, now: datetime, data: events.FollowupFacts) -> Draft[Any]:
    return Draft(tenant=one.tenant, aggregate=one.id, version=one.version, time=now, data=data)
