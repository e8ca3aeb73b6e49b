"""A decision as one canonical text: the same decision, the same bytes, the same hash."""

import json
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from billing_policy.budgets.model import Ledger
from billing_policy.remedies.decide.outcome import outcome_state
from billing_policy.remedies.model import (
    ApprovalNeeded,
    Decision,
    Facts,
    NotCovered,
    Outcome,
    Paid,
    Remedy,
    Terms,
)
from contracts.vocabulary import RemedyKind


def decision_of(
    remedy: Remedy, facts: Facts, ledger: Ledger, outcome: Outcome, at: datetime
) -> Decision:
    document = canonical(
        {
            "remedy": remedy.id,
            "number": remedy.number,
            "tenant": remedy.tenant,
            "ticket": remedy.ticket,
            "customer": remedy.customer,
            "charge": remedy.charge,
            "currency": remedy.currency,
            "policy_version": remedy.policy_version,
            "makers": sorted(str(maker) for maker in remedy.makers),
            "at": at,
            "facts": asdict(facts),
            "ledger": asdict(ledger),
            "outcome": outcome_document(outcome),
        }
    )
    return Decision(remedy.id, remedy.number, document, sha256(document.encode()).hexdigest(), at)


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    because = outcome.because
    return {
        "decided": outcome_state(outcome).value,
        "terms": asdict(outcome.terms),
        "level": outcome.level if isinstance(outcome, ApprovalNeeded) else None,
        "alternatives": [asdict(each) for each in outcome.alternatives]
        if isinstance(outcome, NotCovered)
        else [],
        "rule": because.rule,
        "explain": because.explain,
        "reasons": [asdict(reason) for reason in because.reasons],
        "checks": [asdict(check) for check in because.checks],
        "caps": [{**asdict(cap), "remaining": cap.remaining} for cap in because.caps],
    }


def canonical(said: Any) -> str:
    """Keys in order, no spaces, ids and instants as texts."""
    return json.dumps(
        said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_text
    )


def facts_from(told: dict[str, Any]) -> Facts:
    """As they were decided on."""
    paid = told["paid"]
    fields = {**told, "kind": RemedyKind(told["kind"])}
    fields["paid"] = paid and Paid(
        **{**paid, "charged_at": datetime.fromisoformat(paid["charged_at"])}
    )
    return Facts(**fields)


def ledger_from(told: dict[str, Any]) -> Ledger:
    return Ledger(**told)


def terms_from(told: dict[str, Any]) -> Terms:
    return Terms(
        kind=RemedyKind(told["kind"]), amount_minor=told["amount_minor"], days=told["days"]
    )


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
