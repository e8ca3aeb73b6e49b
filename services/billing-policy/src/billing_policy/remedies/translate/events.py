"""Remedies as events for others, and what the customer is to be told."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from billing_policy.remedies.model import Remedy, Terms
from chassis.values import first_version
from contracts import remedy as events
from contracts.envelope import Draft, EventData
from contracts.outreach import OutreachRequestedV1
from contracts.vocabulary import RemedyKind, RemedyState


def requested(remedy: Remedy, now: datetime) -> Draft[EventData]:
    """Before anything is decided: the first of the remedy's events."""
    facts = {**_facts(remedy, now), "state": RemedyState.REQUESTED, "reasons": ()}
    return _draft(remedy, remedy.version, now, events.RemedyRequestedV1(**facts))


def told(remedy: Remedy, now: datetime) -> Draft[EventData]:
    """What became of it just now."""
    return _draft(remedy, remedy.version, now, _payload(remedy, _facts(remedy, now)))


def outreach(remedy: Remedy, now: datetime, epoch: int) -> Draft[EventData] | None:
    """What the customer is told; of money that goes back, payments tells."""
    letter = _letter(remedy)
    if letter is None:
        return None
    template, values = letter
    return Draft(
        tenant=remedy.tenant,
        aggregate=uuid5(remedy.id, f"outreach:{template}"),
        version=first_version(epoch),
        time=now,
        data=OutreachRequestedV1(
            ticket=remedy.ticket,
            customer=remedy.customer,
            template=template,
            values=values,
            respects_quiet_hours=remedy.state is RemedyState.REFUSED,
            dedup_key=f"{template}:{remedy.id}",
        ),
    )


def _letter(remedy: Remedy) -> tuple[str, dict[str, str]] | None:
    terms = remedy.terms
    match remedy.state:
        case RemedyState.APPROVAL_NEEDED:
            return "remedy_in_review", {}
        case RemedyState.REFUSED:
            return "remedy_refused", _refusal_values(remedy)
        case RemedyState.GRANTED | RemedyState.APPROVED:
            if terms.kind is RemedyKind.EXTENSION:
                return "extension_granted", {"days": str(terms.days)}
            if terms.kind is not RemedyKind.REFUND:
                money = {"amount_minor": str(terms.amount_minor), "currency": remedy.currency}
                return "goodwill_granted", money
    return None


def _refusal_values(remedy: Remedy) -> dict[str, str]:
    assert remedy.refusal is not None
    values = {"reason": remedy.refusal.reason.value}
    other = remedy.refusal.alternative
    if other is None:
        return values
    values["alternative_kind"] = other.kind.value
    if other.kind is RemedyKind.EXTENSION:
        return {**values, "alternative_days": str(other.days)}
    money = {"alternative_amount_minor": str(other.amount_minor), "currency": remedy.currency}
    return {**values, **money}


def _payload(remedy: Remedy, facts: dict[str, Any]) -> EventData:
    approval, refusal = remedy.approval, remedy.refusal
    match remedy.state:
        case RemedyState.GRANTED:
            return events.RemedyGrantedV1(**facts)
        case RemedyState.APPROVAL_NEEDED:
            assert approval is not None
            return events.RemedyApprovalNeededV1(
                **facts, level=approval.level, expires_at=approval.expires_at
            )
        case RemedyState.NOT_COVERED:
            others = tuple(_alternative(each) for each in remedy.alternatives)
            return events.RemedyNotCoveredV1(**facts, alternatives=others)
        case RemedyState.APPROVED:
            assert approval is not None
            assert approval.by is not None
            return events.RemedyApprovedV1(**facts, approved_by=approval.by)
        case RemedyState.REFUSED:
            assert refusal is not None
            other = _alternative(refusal.alternative) if refusal.alternative else None
            return events.RemedyRefusedV1(
                **facts, refused_by=refusal.by, reason=refusal.reason, alternative=other
            )
        case RemedyState.EXPIRED:
            return events.RemedyExpiredV1(**facts)
    raise ValueError(f"nothing is told of {remedy.state}")


def _alternative(terms: Terms) -> events.Alternative:
    return events.Alternative(kind=terms.kind, amount_minor=terms.amount_minor, days=terms.days)


def _facts(remedy: Remedy, now: datetime) -> dict[str, Any]:
    return {
        "ticket": remedy.ticket,
        "customer": remedy.customer,
        "charge": remedy.charge,
        "kind": remedy.terms.kind,
        "amount_minor": remedy.terms.amount_minor,
        "currency": remedy.currency,
        "days": remedy.terms.days,
        "policy_version": remedy.policy_version,
        "rule": remedy.rule,
        "reasons": tuple(reason.key for reason in remedy.reasons),
        "state": remedy.state,
        "decision_sha256": remedy.decision_sha256,
        "requested_by": remedy.requested_by,
        "at": now,
    }


def _draft(remedy: Remedy, version: int, now: datetime, data: EventData) -> Draft[EventData]:
    return Draft(tenant=remedy.tenant, aggregate=remedy.id, version=version, time=now, data=data)


def remedy_id(ticket: UUID, caller: str, key: str) -> UUID:
    """The same command of the same person is the same remedy, for ever."""
    return uuid5(ticket, f"remedy:{caller}:{key}")
