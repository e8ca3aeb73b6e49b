"""Policy versions as documents, and back."""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from billing_policy.rules.model import (
    AmountRule,
    Caps,
    Condition,
    Edition,
    Grant,
    Level,
    Policy,
    Rule,
    Step,
)
from billing_policy.rules.translate.engine import compile_condition
from contracts.vocabulary import RemedyKind


def to_document(policy: Policy) -> str:
    """What a version says, as it is kept for ever."""
    return json.dumps(
        {
            "currency": policy.currency,
            "zone": policy.zone,
            "rules": [said_rule(rule) for rule in policy.rules],
        },
        sort_keys=True,
    )


def policy_from(
    tenant: UUID, version: int, effective_from: datetime, signed: tuple[str, datetime], stored: str
) -> Policy:
    told = json.loads(stored)
    return Policy(
        tenant=tenant,
        version=version,
        effective_from=effective_from,
        currency=told["currency"],
        zone=told["zone"],
        rules=tuple(read_rule(said) for said in told["rules"]),
        signed_off_by=signed[0],
        signed_off_at=signed[1],
    )


@lru_cache(maxsize=1024)
def edition_of(policy: Policy) -> Edition:
    """A version ready to be tested with; kept in memory, since it never changes."""
    return Edition(
        policy,
        {
            condition.expression: _compiled(condition.expression)
            for rule in policy.rules
            for condition in rule.conditions
        },
    )


_compiled = lru_cache(maxsize=8192)(compile_condition)


def said_rule(rule: Rule) -> dict[str, Any]:
    grant, caps = rule.grant, rule.caps
    return {
        "id": rule.id,
        "priority": rule.priority,
        "explain": rule.explain,
        "deny": rule.deny,
        "conditions": [{"name": c.name, "expression": c.expression} for c in rule.conditions],
        "grant": grant
        and {
            "kind": grant.kind,
            "amount": grant.amount,
            "percent": grant.percent,
            "fixed_minor": grant.fixed_minor,
            "days": grant.days,
        },
        "caps": {
            "case_minor": caps.case_minor,
            "customer_30d_minor": caps.customer_30d_minor,
            "customer_365d_minor": caps.customer_365d_minor,
            "tenant_month_minor": caps.tenant_month_minor,
            "customer_365d_days": caps.customer_365d_days,
        },
        "approval": [{"level": step.level, "up_to": step.up_to} for step in rule.approval],
    }


def read_rule(said: dict[str, Any]) -> Rule:
    grant = said["grant"]
    return Rule(
        id=said["id"],
        priority=said["priority"],
        explain=said["explain"],
        deny=said["deny"],
        conditions=tuple(Condition(c["name"], c["expression"]) for c in said["conditions"]),
        grant=grant
        and Grant(
            kind=RemedyKind(grant["kind"]),
            amount=AmountRule(grant["amount"]),
            percent=grant["percent"],
            fixed_minor=grant["fixed_minor"],
            days=grant["days"],
        ),
        caps=Caps(**said["caps"]),
        approval=tuple(Step(Level(step["level"]), step["up_to"]) for step in said["approval"]),
    )
