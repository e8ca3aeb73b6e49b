"""The provider's list against our ledger: what is missing, extra or differs. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from billing_policy.payments.decide.orders import named_key
from billing_policy.payments.model import Finding, Findings, Known, Ours, PaymentState

WINDOW = timedelta(days=35)
GRACE = timedelta(minutes=10)
AT = time(3, 0, tzinfo=UTC)

# An attempt that the provider must know, and one that it need not.
TAKEN = frozenset({PaymentState.SUBMITTED, PaymentState.SUCCEEDED})


def decide_findings(ours: Sequence[Ours], theirs: Iterable[Known], until: datetime) -> Findings:
    """Compares by key; what changed in the last minutes may still be on its way."""
    known = {refund.key: refund for refund in theirs}
    mine = {named_key(one.tenant, one.remedy, one.payment, one.attempt): one for one in ours}
    found = []
    for key, one in sorted(mine.items()):
        refund = known.get(key)
        if refund is None:
            if one.state in TAKEN and until - one.at >= GRACE:
                found.append(Finding("missing", key, _ours(one), ""))
        elif not _agree(one, refund, until):
            found.append(Finding("differs", key, _ours(one), _theirs(refund)))
    for key, refund in sorted(known.items()):
        if key not in mine:
            found.append(Finding("extra", key, "", _theirs(refund)))
    return Findings(len(mine.keys() | known.keys()), tuple(found))


def next_day(now: datetime) -> tuple[date, datetime]:
    """The day that is compared next, and when."""
    today = datetime.combine(now.date(), AT)
    due = today if now < today else today + timedelta(days=1)
    return due.date(), due


def _agree(one: Ours, refund: Known, until: datetime) -> bool:
    if (one.amount_minor, one.currency) != (refund.amount_minor, refund.currency):
        return False
    return one.state is refund.state or until - refund.created_at < GRACE


def _ours(one: Ours) -> str:
    return f"{one.amount_minor} {one.currency} {one.state}"


def _theirs(refund: Known) -> str:
    return f"{refund.amount_minor} {refund.currency} {refund.state}"
