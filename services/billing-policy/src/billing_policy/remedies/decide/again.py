"""What another policy would have made of the same requests. Pure.

What it would have given before counts against its caps, and what the other gave does not.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from billing_policy.budgets.model import Ledger
from billing_policy.remedies.decide.outcome import decide_remedy, outcome_state
from billing_policy.remedies.model import Facts, Terms
from billing_policy.rules.model import Edition
from contracts.vocabulary import RemedyKind, RemedyState

GIVES = frozenset({RemedyState.GRANTED, RemedyState.APPROVAL_NEEDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request as it was decided at its time."""

    remedy: UUID
    ticket: UUID
    customer: UUID
    charge: UUID | None
    facts: Facts
    ledger: Ledger
    at: datetime
    decided: RemedyState
    terms: Terms


@dataclass(frozen=True, slots=True)
class Answer:
    decided: RemedyState
    terms: Terms

    @property
    def given_minor(self) -> int:
        return self.terms.amount_minor if self.decided in GIVES else 0

    @property
    def given_days(self) -> int:
        return self.terms.days if self.decided in GIVES else 0

    @property
    def counts(self) -> bool:
        return self.decided in GIVES


@dataclass(frozen=True, slots=True)
class Rerun:
    case: Case
    before: Answer
    after: Answer

    @property
    def changed(self) -> bool:
        """Something else would be given, or by somebody else's leave."""
        if not self.before.counts and not self.after.counts:
            return False
        return self.before != self.after


def decide_again(cases: Sequence[Case], draft: Edition) -> tuple[Rerun, ...]:
    """Each request in its order, decided by the draft."""
    shift: Counter[Hashable] = Counter()
    found = []
    for case in cases:
        before = Answer(RemedyState(case.decided), case.terms)
        outcome = decide_remedy(_facts(case, shift), draft, _ledger(case, shift), case.at)
        after = Answer(outcome_state(outcome), outcome.terms)
        _note(shift, case, before, after)
        found.append(Rerun(case, before, after))
    return tuple(found)


def _note(shift: Counter[Hashable], case: Case, before: Answer, after: Answer) -> None:
    money = after.given_minor - before.given_minor
    for key in ("month", ("ticket", case.ticket), ("customer", case.customer)):
        shift[key] += money
    shift["days", case.customer] += after.given_days - before.given_days
    shift["count", case.customer] += (after.given_minor > 0) - (before.given_minor > 0)
    if case.facts.kind is RemedyKind.REFUND:
        shift["charge", case.charge] += money


def _facts(case: Case, shift: Counter[Hashable]) -> Facts:
    paid = case.facts.paid
    if paid is None:
        return case.facts
    moved = max(0, paid.refunded_minor + shift["charge", case.charge])
    return replace(case.facts, paid=replace(paid, refunded_minor=moved))


def _ledger(case: Case, shift: Counter[Hashable]) -> Ledger:
    known, customer = case.ledger, case.customer
    money, count = shift["customer", customer], shift["count", customer]
    return Ledger(
        case_minor=max(0, known.case_minor + shift["ticket", case.ticket]),
        customer_30d_minor=max(0, known.customer_30d_minor + money),
        customer_365d_minor=max(0, known.customer_365d_minor + money),
        tenant_month_minor=max(0, known.tenant_month_minor + shift["month"]),
        customer_365d_days=max(0, known.customer_365d_days + shift["days", customer]),
        customer_refunds_30d=max(0, known.customer_refunds_30d + count),
        customer_refunds_365d=max(0, known.customer_refunds_365d + count),
    )
