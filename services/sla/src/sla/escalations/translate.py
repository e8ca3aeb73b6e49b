"""Escalations as the events that others follow."""

from datetime import datetime
from typing import Any

from contracts import sla_clock as events
from contracts.envelope import Draft
from sla.escalations.model import Escalation


def raised(one: Escalation, now: datetime) -> Draft[events.EscalationFacts]:
    return _draft(one, now, events.EscalationRaisedV1(**_facts(one, now), reason=one.reason))


def repeated(one: Escalation, now: datetime) -> Draft[events.EscalationFacts]:
    return _draft(one, now, events.EscalationRepeatedV1(**_facts(one, now)))


def acknowledged(one: Escalation, now: datetime) -> Draft[events.EscalationFacts]:
    assert one.acknowledged_by is not None
    by = one.acknowledged_by
    return _draft(one, now, events.EscalationAcknowledgedV1(**_facts(one, now), by=by))


def resolved(one: Escalation, now: datetime) -> Draft[events.EscalationFacts]:
    return _draft(one, now, events.EscalationResolvedV1(**_facts(one, now)))


def _facts(one: Escalation, now: datetime) -> dict[str, Any]:
    return {
        "ticket": one.ticket,
        "metric": one.metric,
        "level": one.level.value,
        "on_duty": one.on_duty,
        "at": now,
        "clock": one.clock,
    }


def _draft(
    one: Escalation, now: datetime, data: events.EscalationFacts
) -> Draft[events.EscalationFacts]:
    return Draft(tenant=one.tenant, aggregate=one.id, version=one.version, time=now, data=data)
