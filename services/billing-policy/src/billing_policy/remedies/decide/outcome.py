"""Is it granted, does it need a second person, or is it not covered? Pure, for ever the same.

Rules that deny go first, then the fitting rule of the highest priority (ties: by id). A condition
that gives no answer counts as met where that denies, and as not met where it would give.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from billing_policy.budgets.decide import DAYS, MONEY, cap_states
from billing_policy.budgets.model import CapState, Ledger
from billing_policy.remedies.decide.amounts import fact_values, granted_amount
from billing_policy.remedies.model import (
    ApprovalNeeded,
    Because,
    Check,
    Facts,
    Granted,
    NotCovered,
    Offer,
    Outcome,
    Reason,
    Terms,
)
from billing_policy.rules.model import Edition, FailedTest, Level, Rule, Step, Value
from contracts.vocabulary import RemedyKind, RemedyState

KINDS = (
    RemedyKind.REFUND,
    RemedyKind.DISCOUNT,
    RemedyKind.EXTENSION,
    RemedyKind.GOODWILL,
)


def decide_remedy(facts: Facts, policy: Edition, ledger: Ledger, now: datetime) -> Outcome:
    """What the policy in force at `now` says, and what it would allow where it says no."""
    decided = _decide(facts, policy, ledger, now)
    if not isinstance(decided, NotCovered):
        return decided
    others = [_decide(facts.asking(Terms(kind=kind)), policy, ledger, now) for kind in KINDS]
    allowed = [each.terms for each in others if not isinstance(each, NotCovered)]
    return replace(decided, alternatives=tuple(allowed))


def choose_offers(
    situations: Sequence[tuple[UUID | None, Facts]],
    policy: Edition,
    ledger: Ledger,
    now: datetime,
) -> tuple[Offer, ...]:
    """The best of each kind on each charge: what an agent may give alone first, then by size."""
    found = []
    for charge, facts in situations:
        for kind in KINDS:
            outcome = _decide(facts.asking(Terms(kind=kind)), policy, ledger, now)
            if not isinstance(outcome, NotCovered):
                found.append(Offer(charge, policy.policy.currency, outcome))
    return tuple(sorted(found, key=_order))


def outcome_state(outcome: Outcome) -> RemedyState:
    match outcome:
        case Granted():
            return RemedyState.GRANTED
        case ApprovalNeeded():
            return RemedyState.APPROVAL_NEEDED
        case NotCovered():
            return RemedyState.NOT_COVERED
    assert_never(outcome)


def _order(offer: Offer) -> tuple[bool, int, int]:
    terms = offer.outcome.terms
    alone = isinstance(offer.outcome, Granted)
    return not alone, KINDS.index(terms.kind), -terms.size


def _decide(facts: Facts, policy: Edition, ledger: Ledger, now: datetime) -> Outcome:
    checks = _check_all(policy, fact_values(facts, ledger, now))
    asked = Terms(kind=facts.kind, amount_minor=facts.asked_minor, days=facts.asked_days)
    ordered = sorted(policy.policy.rules, key=lambda rule: (-rule.priority, rule.id))
    for rule in ordered:
        if rule.deny and all(met is not False for met in _mets(rule, checks)):
            return NotCovered(asked, (), _because(rule, checks, Reason("denied", True)))
    giving = [rule for rule in ordered if rule.grant and rule.grant.kind is facts.kind]
    for rule in giving:
        if all(_mets(rule, checks)):
            return _by_rule(rule, facts, checks, ledger, now)
    nearest = min(giving, key=lambda rule: _unmet(rule, checks), default=None)
    return NotCovered(asked, (), _because(nearest, checks, Reason("no_rule", True)))


def _by_rule(
    rule: Rule, facts: Facts, checks: tuple[Check, ...], ledger: Ledger, now: datetime
) -> Outcome:
    assert rule.grant is not None
    extension = facts.kind is RemedyKind.EXTENSION
    most = rule.grant.days if extension else granted_amount(rule.grant, facts, now)
    asked = facts.asked_days if extension else facts.asked_minor
    caps = cap_states(rule.caps, ledger, DAYS if extension else MONEY)
    tightest = min(caps, key=lambda cap: cap.remaining, default=None)
    room = most if tightest is None else min(most, tightest.remaining)
    size = asked or room
    if 0 < size <= room:
        return _by_level(rule, _terms(facts.kind, size), checks, caps)
    why = "nothing_left"
    if most > 0:
        why = "above_rule" if size > most else f"{tightest.name}_cap" if tightest else why
    because = _because(rule, checks, Reason(why, True), caps)
    return NotCovered(_terms(facts.kind, size), (), because)


def _by_level(
    rule: Rule, terms: Terms, checks: tuple[Check, ...], caps: tuple[CapState, ...]
) -> Outcome:
    level = _level(rule.approval, terms.size)
    if level is Level.AGENT:
        return Granted(terms, _because(rule, checks, Reason(rule.explain, True), caps))
    above = Reason("above_agent_limit", True)
    return ApprovalNeeded(terms, level, _because(rule, checks, above, caps))


def _level(steps: Sequence[Step], size: int) -> Level:
    """The first step that reaches so far; nobody named is a manager's business."""
    for step in steps:
        if step.up_to is None or size <= step.up_to:
            return step.level
    return Level.MANAGER


def _terms(kind: RemedyKind, size: int) -> Terms:
    if kind is RemedyKind.EXTENSION:
        return Terms(kind=kind, days=size)
    return Terms(kind=kind, amount_minor=size)


def _check_all(policy: Edition, values: dict[str, Value]) -> tuple[Check, ...]:
    return tuple(
        Check(rule.id, condition.name, _met(policy, condition.expression, values))
        for rule in policy.policy.rules
        for condition in rule.conditions
    )


def _met(policy: Edition, expression: str, values: dict[str, Value]) -> bool | None:
    try:
        return policy.tests[expression](values)
    except FailedTest:
        return None


def _mets(rule: Rule, checks: tuple[Check, ...]) -> list[bool | None]:
    return [check.met for check in checks if check.rule == rule.id]


def _unmet(rule: Rule, checks: tuple[Check, ...]) -> int:
    return sum(met is not True for met in _mets(rule, checks))


def _because(
    rule: Rule | None,
    checks: tuple[Check, ...],
    first: Reason,
    caps: tuple[CapState, ...] = (),
) -> Because:
    """The deciding reason, then the rule's own words and its conditions."""
    if rule is None:
        return Because(rule="", explain="", reasons=(first,), checks=checks, caps=caps)
    own = [check for check in checks if check.rule == rule.id]
    named = Reason(rule.explain, all(check.met for check in own))
    reasons = [first, *([named] if named.key != first.key else [])]
    reasons += [Reason(check.name, check.met is True) for check in own]
    return Because(
        rule=rule.id, explain=rule.explain, reasons=tuple(reasons), checks=checks, caps=caps
    )
