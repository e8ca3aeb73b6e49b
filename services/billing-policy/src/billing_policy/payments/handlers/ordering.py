"""Orders refunds: at most one for each decision, at most what is left of the charge."""

from datetime import datetime
from uuid import UUID

from billing_policy.payments.decide.orders import attempt_id, check_order, new_payment, refund_key
from billing_policy.payments.handlers import reconciling
from billing_policy.payments.model import Payment, RefundOrder, UnknownCharge
from billing_policy.payments.store import charges, payments
from chassis import effects
from chassis.db import Transaction
from chassis.effects import Effect
from contracts.envelope import EventMeta

REFUND = "payment.refund"

charge = charges.find
charges_of = charges.of_customer
payment_of = payments.of_remedy


async def order_refund(
    tx: Transaction, tenant: UUID, order: RefundOrder, cause: EventMeta | None, now: datetime
) -> None:
    """The payment and the call to the provider as rows. A decision that has one gets no other.

    Raises:
        UnknownCharge, WrongCurrency, OverCharge: judged under the charge's lock; nothing is kept.
    """
    paid = await charges.find(tx, tenant, order.charge, lock=True)
    if paid is None:
        raise UnknownCharge(str(order.charge))
    if await payments.of_remedy(tx, tenant, order.remedy) is not None:
        return
    check_order(paid, order.amount_minor, order.currency)
    payment = new_payment(tenant, order, now)
    await payments.save_new(tx, payment)
    await put_refund(tx, payment)
    await reconciling.arm(tx, tenant, now)


async def put_refund(tx: Transaction, payment: Payment) -> None:
    """Ask for the call of this attempt."""
    await effects.put(
        tx,
        Effect(
            id=attempt_id(payment.id, payment.attempt),
            tenant=payment.tenant,
            kind=REFUND,
            key=refund_key(payment),
            payload={"payment": str(payment.id), "attempt": payment.attempt},
        ),
    )
