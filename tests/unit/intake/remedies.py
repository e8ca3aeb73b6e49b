"""Builders of what billing-policy tells of remedies and payments."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from contracts.vocabulary import RemedyKind, RemedyState

AT = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)


def remedy_facts(ticket: UUID, state: RemedyState, **changes: Any) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "customer": UUID(int=3),
        "charge": UUID(int=4),
        "kind": RemedyKind.REFUND,
        "amount_minor": 1250,
        "currency": "EUR",
        "policy_version": 1,
        "rule": "within-30-days",
        "reasons": ("within_window",),
        "state": state,
        "decision_sha256": "a" * 64,
        "requested_by": UUID(int=5),
        "at": AT,
        **changes,
    }


def payment_facts(remedy: UUID) -> dict[str, Any]:
    return {
        "remedy": remedy,
        "ticket": UUID(int=6),
        "customer": UUID(int=3),
        "charge": UUID(int=4),
        "attempt": 1,
        "amount_minor": 1250,
        "currency": "EUR",
        "provider": "double",
        "provider_reference": "re_1",
        "at": AT,
    }
