"""What people may make of a decision: approve it, refuse it, or let it run out. Pure."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from billing_policy.remedies.model import Approval, Refusal, Remedy, RemedyError
from billing_policy.rules.model import Level
from billing_policy.tickets.model import Ticket
from chassis.values import next_version
from contracts.vocabulary import RemedyState, Role

LEVEL_ROLES = {
    Level.AGENT: frozenset[Role](),
    Level.LEAD: frozenset({Role.LEAD, Role.MANAGER, Role.ADMIN}),
    Level.MANAGER: frozenset({Role.MANAGER, Role.ADMIN}),
    Level.CLIENT: frozenset({Role.CLIENT_ADMIN}),
}
REFUSABLE = frozenset({RemedyState.APPROVAL_NEEDED, RemedyState.NOT_COVERED})


def may_approve(level: Level, roles: Collection[Role]) -> bool:
    return not LEVEL_ROLES[level].isdisjoint(roles)


def decide_approval(
    known: Remedy, seen_sha256: str, by: UUID, now: datetime, epoch: int = 0
) -> Remedy:
    """Approved, by somebody who neither asked nor changed it, and who saw what it says now.

    Raises:
        RemedyError: it does not wait, was changed since, has run out, or is the approver's own.
    """
    approval = _waiting(known, seen_sha256)
    if now >= approval.expires_at:
        raise RemedyError("expired")
    if by in known.makers:
        raise RemedyError("own-request")
    return replace(
        known,
        state=RemedyState.APPROVED,
        approval=replace(approval, by=by, at=now),
        version=next_version(known.version, epoch),
    )


def decide_refusal(
    known: Remedy, seen_sha256: str, ticket: Ticket, refusal: Refusal, epoch: int = 0
) -> Remedy:
    """Refused by a manager, once the matter of the ticket itself is settled.

    Raises:
        RemedyError: the policy grants it, it was changed since, or the ticket is still open.
    """
    if known.state not in REFUSABLE:
        raise RemedyError("not-refusable", state=known.state)
    if seen_sha256 != known.decision_sha256:
        raise RemedyError("decision-changed")
    if not ticket.settled:
        raise RemedyError("ticket-not-settled", reference=ticket.reference)
    return replace(
        known,
        state=RemedyState.REFUSED,
        refusal=refusal,
        version=next_version(known.version, epoch),
    )


def decide_expiry(known: Remedy, now: datetime, epoch: int = 0) -> Remedy | None:
    """Expired, when it still waits and its time is up."""
    waits = known.state is RemedyState.APPROVAL_NEEDED and known.approval is not None
    if not waits or (known.approval and now < known.approval.expires_at):
        return None
    return replace(known, state=RemedyState.EXPIRED, version=next_version(known.version, epoch))


def _waiting(known: Remedy, seen_sha256: str) -> Approval:
    if known.state is not RemedyState.APPROVAL_NEEDED or known.approval is None:
        raise RemedyError("not-waiting", state=known.state)
    if seen_sha256 != known.decision_sha256:
        raise RemedyError("decision-changed")
    return known.approval
