"""When a draft may become the next version, and which version is in force. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from billing_policy.rules.decide.syntax import refused
from billing_policy.rules.model import (
    AmountRule,
    Edition,
    Finding,
    Grant,
    Level,
    Policy,
    PolicyError,
    Rule,
    Step,
)
from contracts.vocabulary import RemedyKind

LATE = timedelta(minutes=5)
LONGEST_EXTENSION = 366


def choose_edition(known: Sequence[Edition], at: datetime) -> Edition | None:
    """The last version that had taken effect by then; versions come in that order."""
    found = None
    for edition in known:
        if edition.policy.effective_from <= at:
            found = edition
    return found


def decide_version(draft: Policy, earlier: Policy | None, now: datetime) -> Policy:
    """The version that holds the draft: the earlier one when it says the same, else the next.

    Raises:
        PolicyError: it would reach back, or change what is in force already.
    """
    if earlier is None:
        return replace(draft, version=1)
    if _says_the_same(draft, earlier):
        return earlier
    if draft.effective_from <= earlier.effective_from:
        raise _error("effective_from", "a new version takes effect after the one before it")
    if draft.effective_from < now - LATE:
        raise _error("effective_from", "a new version may not take effect in the past")
    return replace(draft, version=earlier.version + 1)


def check_policy(draft: Policy) -> tuple[Finding, ...]:
    """Everything that is wrong with a draft as far as reading it tells; conditions too."""
    findings = [*_check_ids(draft.rules)]
    for number, rule in enumerate(draft.rules):
        findings += [Finding(f"rules.{number}.{at}", why) for at, why in _check_rule(rule)]
    return tuple(findings)


def expressions(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Each condition's place and expression, in order."""
    return tuple(
        (f"rules.{number}.conditions.{place}", condition.expression)
        for number, rule in enumerate(policy.rules)
        for place, condition in enumerate(rule.conditions)
    )


def _says_the_same(draft: Policy, earlier: Policy) -> bool:
    """Who signed and when it takes effect do not make it another policy."""
    return earlier == replace(
        draft,
        version=earlier.version,
        effective_from=earlier.effective_from,
        signed_off_by=earlier.signed_off_by,
        signed_off_at=earlier.signed_off_at,
    )


def _error(field: str, problem: str) -> PolicyError:
    return PolicyError((Finding(field, problem),))


def _check_ids(rules: Sequence[Rule]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, rule in enumerate(rules):
        if rule.id in seen:
            yield Finding(f"rules.{number}.id", f"{rule.id!r} is used twice")
        seen.add(rule.id)


def _check_rule(rule: Rule) -> Iterator[tuple[str, str]]:
    names = [condition.name for condition in rule.conditions]
    if len(set(names)) < len(names):
        yield "conditions", "each condition has a name of its own"
    for place, condition in enumerate(rule.conditions):
        problem = refused(condition.expression)
        if problem:
            yield f"conditions.{place}", problem
    if rule.deny:
        if rule.grant is not None or rule.approval:
            yield "grant", "a rule that denies gives nothing"
        if not rule.conditions:
            yield "conditions", "a rule that denies everything needs no policy"
    elif rule.grant is None:
        yield "grant", "is required unless the rule denies"
    else:
        yield from _check_grant(rule.grant)
        yield from _check_steps(rule.approval)


def _check_grant(grant: Grant) -> Iterator[tuple[str, str]]:
    if grant.kind is RemedyKind.EXTENSION:
        if not 0 < grant.days <= LONGEST_EXTENSION:
            yield "grant.days", f"an extension has 1 to {LONGEST_EXTENSION} days"
    elif grant.days:
        yield "grant.days", "days belong to an extension"
    elif grant.amount is AmountRule.PERCENT and not 0 < grant.percent <= 100:
        yield "grant.percent", "between 1 and 100"
    elif grant.amount is AmountRule.FIXED and grant.fixed_minor <= 0:
        yield "grant.fixed_minor", "more than 0 minor units"


def _check_steps(steps: Sequence[Step]) -> Iterator[tuple[str, str]]:
    if not steps:
        yield "approval", "says up to where an agent may give it, and who may above"
        return
    order = [Level.AGENT, Level.LEAD, Level.MANAGER, Level.CLIENT]
    for lower, upper in pairwise(steps):
        rising = lower.up_to is not None and (upper.up_to is None or upper.up_to > lower.up_to)
        if not rising or order.index(upper.level) <= order.index(lower.level):
            yield "approval", "each step goes further than the one before, by a higher level"
    if steps[-1].up_to is not None:
        yield "approval", "the last step has no end, or something would be nobody's to decide"
