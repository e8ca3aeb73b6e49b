"""Escalations as leads see them."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from contracts.vocabulary import Metric
from sla.escalations.model import Escalation, EscalationState


class EscalationView(BaseModel):
    id: UUID
    tenant: UUID
    ticket: UUID
    clock: UUID
    metric: Metric
    level: int
    state: EscalationState
    reason: str
    on_duty: UUID | None
    raised_at: AwareDatetime
    due_at: AwareDatetime | None
    repeats: int
    acknowledged_by: UUID | None
    acknowledged_at: AwareDatetime | None
    resolved_at: AwareDatetime | None


def view(one: Escalation) -> EscalationView:
    return EscalationView(
        id=one.id,
        tenant=one.tenant,
        ticket=one.ticket,
        clock=one.clock,
        metric=one.metric,
        level=one.level.value,
        state=one.state,
        reason=one.reason,
        on_duty=one.on_duty,
        raised_at=one.raised_at,
        due_at=one.due_at,
        repeats=one.repeats,
        acknowledged_by=one.acknowledged_by,
        acknowledged_at=one.acknowledged_at,
        resolved_at=one.resolved_at,
    )
