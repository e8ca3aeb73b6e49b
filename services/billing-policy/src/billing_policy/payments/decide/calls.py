"""What follows from a call to the provider, from looking one up, and when not to call. Pure."""

from datetime import datetime, timedelta
from typing import assert_never

from billing_policy.payments.model import (
    Accepted,
    Again,
    AtWork,
    Circuit,
    Declined,
    Known,
    LookUp,
    News,
    NoAnswer,
    NotSent,
    Payment,
    PaymentState,
    Said,
    Settle,
    Step,
)

# Providers keep keys for a day; with a margin, an order is not sent again after this.
KEY_LIFE = timedelta(hours=20)
PENDING_S = 300.0
AT_WORK_S = 2.0
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 300.0
TOLERATED = 3
FIRST_OPEN_S = 5.0
LONGEST_OPEN_S = 60.0


def decide_call(said: Said, attempt: int, calls: int, look_up_s: float) -> Step:
    """What an answer means. `calls` counts the calls of this attempt so far.

    Without an answer it may have happened: then it is looked up, never repeated blind.
    """
    match said:
        case Accepted(refund):
            return decide_known(refund, attempt)
        case Declined(reason):
            return Settle(News(attempt=attempt, state=PaymentState.FAILED, reason=reason))
        case AtWork():
            return LookUp(None, AT_WORK_S)
        case NotSent(reason):
            wait = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(calls, 20))
            return Again(reason, wait)
        case NoAnswer(reason):
            unknown = News(attempt=attempt, state=PaymentState.UNKNOWN, reason=reason)
            return LookUp(unknown, look_up_s)
        case _:
            assert_never(said)


def decide_known(refund: Known, attempt: int) -> Step:
    """What the provider has of an attempt: over, or looked up again as long as it is pending."""
    news = News(
        attempt=attempt,
        state=refund.state,
        reference=refund.reference,
        reason=refund.reason,
        revision=refund.revision,
    )
    return LookUp(news, PENDING_S) if refund.state is PaymentState.SUBMITTED else Settle(news)


def decide_missing(payment: Payment, now: datetime, *, answered: bool = False) -> Step:
    """The provider has nothing under the key.

    While the key lives the same call goes again under it; later, or once an error was its stored
    answer, this attempt is over and only a new one may follow.
    """
    over = payment.sent_at is not None and now - payment.sent_at >= KEY_LIFE
    if answered or over:
        reason = "provider_error" if answered else "never_arrived"
        return Settle(News(attempt=payment.attempt, state=PaymentState.FAILED, reason=reason))
    return Again("not_arrived", 0.0)


def next_circuit(known: Circuit, now: datetime, *, failed: bool) -> Circuit:
    """After an answer it is closed; from the third failure in a row it stays open, ever longer."""
    if not failed:
        return Circuit()
    failures = known.failures + 1
    if failures < TOLERATED:
        return Circuit(failures)
    pause = min(LONGEST_OPEN_S, FIRST_OPEN_S * 2 ** min(failures - TOLERATED, 10))
    return Circuit(failures, now + timedelta(seconds=pause))


def wait_s(circuit: Circuit, now: datetime) -> float:
    """How long nobody may call; 0.0: go on."""
    if circuit.opens_at is None:
        return 0.0
    return max(0.0, (circuit.opens_at - now).total_seconds())
