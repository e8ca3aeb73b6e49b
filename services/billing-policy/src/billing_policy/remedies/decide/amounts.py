"""Facts as the numbers and texts that conditions see, and how much a rule gives. Pure."""

from datetime import datetime, timedelta

from billing_policy.budgets.model import Ledger
from billing_policy.remedies.model import Facts, Paid
from billing_policy.rules.model import AmountRule, Grant, Value
from contracts.vocabulary import RemedyKind

DAY = timedelta(days=1)


def fact_values(facts: Facts, ledger: Ledger, now: datetime) -> dict[str, Value]:
    """Every fact by its name, as `rules.decide.facts` documents them."""
    return {
        "kind": facts.kind.value,
        "reason": facts.reason,
        "asked_minor": facts.asked_minor,
        "asked_days": facts.asked_days,
        **_paid_values(facts.paid, now),
        "plan": facts.plan,
        "segment": facts.segment,
        "damage": facts.damage,
        "priority": facts.priority,
        "channel": facts.channel,
        "language": facts.language,
        "category": facts.category,
        "cycle": facts.cycle,
        "customer_refunds_30d": ledger.customer_refunds_30d,
        "customer_refunds_365d": ledger.customer_refunds_365d,
        "customer_given_30d_minor": ledger.customer_30d_minor,
        "customer_given_365d_minor": ledger.customer_365d_minor,
    }


def granted_amount(grant: Grant, facts: Facts, now: datetime) -> int:
    """What a rule gives before caps. A refund is at most what is left of the charge."""
    paid = facts.paid
    if grant.amount is AmountRule.FIXED:
        amount = grant.fixed_minor
    elif paid is None:
        return 0
    elif grant.amount is AmountRule.FULL:
        amount = paid.captured_minor
    elif grant.amount is AmountRule.PERCENT:
        amount = half_up(paid.captured_minor * grant.percent, 100)
    else:
        amount = unused_minor(paid, now)
    if grant.kind is RemedyKind.REFUND:
        return min(amount, paid.refundable_minor if paid else 0)
    return amount


def unused_minor(paid: Paid, now: datetime) -> int:
    """By days of a period, by use of a single purchase; halves of a minor unit go up."""
    if paid.period_days > 0:
        return half_up(paid.captured_minor * unused_days(paid, now), paid.period_days)
    return half_up(paid.captured_minor * (100 - paid.used_percent), 100)


def unused_days(paid: Paid, now: datetime) -> int:
    return min(paid.period_days, max(0, paid.period_days - days_since(paid, now)))


def days_since(paid: Paid, now: datetime) -> int:
    return max(0, (now - paid.charged_at) // DAY)


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def _paid_values(paid: Paid | None, now: datetime) -> dict[str, Value]:
    if paid is None:
        numbers = dict.fromkeys(
            (
                "has_charge", "charge_minor", "refunded_minor", "refundable_minor", "unused_minor",
                "period_days", "unused_days", "used_percent", "disputed",
            ),
            0,
        )  # fmt: skip
        return {**numbers, "days_since_charge": -1, "product": ""}
    return {
        "has_charge": 1,
        "charge_minor": paid.captured_minor,
        "refunded_minor": paid.refunded_minor,
        "refundable_minor": paid.refundable_minor,
        "unused_minor": unused_minor(paid, now),
        "days_since_charge": days_since(paid, now),
        "period_days": paid.period_days,
        "unused_days": unused_days(paid, now),
        "used_percent": paid.used_percent,
        "disputed": int(paid.disputed),
        "product": paid.product,
    }
