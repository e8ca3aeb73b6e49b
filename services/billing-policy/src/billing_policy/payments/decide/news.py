"""What news of an attempt changes, whatever order it comes in. Pure."""

from dataclasses import replace
from datetime import datetime

from billing_policy.payments.model import News, Payment, PaymentState
from chassis.values import next_version

S = PaymentState

# Whatever a provider counted later is true; without a count, news only ever leads onward.
ONWARD = {
    S.ORDERED: frozenset({S.SUBMITTING, S.SUBMITTED, S.SUCCEEDED, S.FAILED, S.UNKNOWN}),
    S.SUBMITTING: frozenset({S.SUBMITTED, S.SUCCEEDED, S.FAILED, S.UNKNOWN}),
    S.UNKNOWN: frozenset({S.SUBMITTED, S.SUCCEEDED, S.FAILED}),
    S.SUBMITTED: frozenset({S.SUCCEEDED, S.FAILED}),
    S.SUCCEEDED: frozenset[PaymentState](),
    S.FAILED: frozenset[PaymentState](),
}
SETTLED = frozenset({S.SUBMITTED, S.SUCCEEDED, S.FAILED})
SAID_OUTSIDE = {
    S.SUBMITTED: "submitted",
    S.SUCCEEDED: "succeeded",
    S.FAILED: "failed",
    S.UNKNOWN: "unknown",
}
TELLS_CUSTOMER = {S.SUCCEEDED: "refund_paid", S.FAILED: "refund_delayed"}


def decide_news(known: Payment, news: News, now: datetime, epoch: int = 0) -> Payment | None:
    """The payment after the news; None when it says nothing new or comes from another attempt.

    A later count of the provider's wins over any state; an earlier one changes nothing. The same
    state with a later count only moves the count on.
    """
    if news.attempt != known.attempt or (news.revision and news.revision <= known.revision):
        return None
    if news.state is known.state:
        return replace(known, revision=news.revision) if news.revision else None
    counted = news.revision > 0 and news.state in SETTLED
    if not counted and news.state not in ONWARD[known.state]:
        return None
    return replace(
        known,
        state=news.state,
        provider_reference=news.reference or known.provider_reference,
        revision=max(known.revision, news.revision),
        reason=news.reason,
        sent_at=known.sent_at or (now if news.state is S.SUBMITTING else None),
        changed_at=now,
        entries=known.entries + 1,
        version=next_version(known.version, epoch) if news.state in SAID_OUTSIDE else known.version,
    )


def decide_telling(known: Payment) -> str | None:
    """The template that the customer is to be told by, each once for a payment."""
    template = TELLS_CUSTOMER.get(known.state)
    return template if template and template not in known.told else None
