"""Around a call to the provider: what to ask for, and what is known already."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing_policy.payments.decide.orders import refund_key
from billing_policy.payments.handlers.settling import Books
from billing_policy.payments.model import Charge, News, Payment, PaymentState, ProviderOrder
from billing_policy.payments.store import charges, payments
from chassis.db import Transaction

OVER = frozenset({PaymentState.SUCCEEDED, PaymentState.FAILED})


@dataclass(frozen=True, slots=True)
class Standing:
    """A payment as it stands; `over`: its attempt is settled, or another one took its place."""

    payment: Payment
    order: ProviderOrder
    over: bool


async def standing(tx: Transaction, tenant: UUID, payment: UUID, attempt: int) -> Standing:
    known, paid = await _both(tx, tenant, payment)
    return Standing(known, _order(known, paid), known.attempt != attempt or known.state in OVER)


async def begin_call(
    tx: Transaction, books: Books, asked: tuple[UUID, UUID, int], now: datetime
) -> Standing:
    """Written down before the call goes out: from here on it may have happened."""
    tenant, payment, attempt = asked
    known, paid = await _both(tx, tenant, payment)
    over = known.attempt != attempt or known.state in OVER
    if not over:
        refused = await books.refuse_disputed(tx, known, paid, now)
        news = News(attempt=attempt, state=PaymentState.SUBMITTING)
        changed = refused or await books.take_news(tx, tenant, payment, news, now)
        known, over = changed or known, refused is not None
    return Standing(known, _order(known, paid), over)


async def _both(tx: Transaction, tenant: UUID, payment: UUID) -> tuple[Payment, Charge]:
    known = await payments.find(tx, tenant, payment)
    paid = await charges.find(tx, tenant, known.charge) if known else None
    if known is None or paid is None:
        raise LookupError(f"no payment {payment}: an effect without its row")
    return known, paid


def _order(known: Payment, paid: Charge) -> ProviderOrder:
    return ProviderOrder(
        key=refund_key(known),
        tenant=known.tenant,
        charge=paid.reference,
        captured_minor=paid.captured_minor,
        amount_minor=known.amount_minor,
        currency=known.currency,
    )
