"""An outcome as the remedy it makes. Pure."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from billing_policy.remedies.decide.outcome import outcome_state
from billing_policy.remedies.model import (
    APPROVAL_WITHIN,
    Approval,
    ApprovalNeeded,
    Asked,
    NotCovered,
    Outcome,
    Remedy,
)
from billing_policy.tickets.model import Ticket


def new_remedy(asked: Asked, ticket: Ticket, month: str, outcome: Outcome, now: datetime) -> Remedy:
    """As asked and answered; policy, hash and version are for whoever keeps it to say."""
    return Remedy(
        id=asked.id,
        tenant=ticket.tenant,
        ticket=ticket.id,
        customer=ticket.customer,
        charge=asked.charge,
        terms=outcome.terms,
        currency="",
        reason=asked.reason,
        state=outcome_state(outcome),
        policy_version=0,
        rule=outcome.because.rule,
        reasons=outcome.because.reasons,
        alternatives=outcome.alternatives if isinstance(outcome, NotCovered) else (),
        decision_sha256="",
        requested_by=asked.by,
        requested_at=now,
        makers=frozenset({asked.by}),
        month=month,
        approval=_approval(outcome, now),
    )


def changed_remedy(known: Remedy, by: UUID, month: str, outcome: Outcome, now: datetime) -> Remedy:
    """Whoever changes it has made it too, and may not approve it."""
    return replace(
        known,
        terms=outcome.terms,
        state=outcome_state(outcome),
        rule=outcome.because.rule,
        reasons=outcome.because.reasons,
        alternatives=outcome.alternatives if isinstance(outcome, NotCovered) else (),
        makers=known.makers | {by},
        month=month,
        approval=_approval(outcome, now),
        number=known.number + 1,
    )


def _approval(outcome: Outcome, now: datetime) -> Approval | None:
    if isinstance(outcome, ApprovalNeeded):
        return Approval(outcome.level, now + APPROVAL_WITHIN)
    return None
