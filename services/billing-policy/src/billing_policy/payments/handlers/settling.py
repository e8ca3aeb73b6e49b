"""Takes what became known of a payment, once, and lets everybody know who must."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from billing_policy.payments import translate
from billing_policy.payments.decide.news import decide_news, decide_telling
from billing_policy.payments.decide.orders import charge_id, parse_refund_key, refund_key
from billing_policy.payments.model import (
    Charge,
    Dispute,
    Known,
    News,
    Payment,
    PaymentState,
    ProviderEvent,
)
from billing_policy.payments.store import charges, heard, payments
from chassis import effects, outbox
from chassis.db import Transaction
from chassis.values import next_version

Release = Callable[[Transaction, UUID, UUID, datetime], Awaitable[None]]
DISPUTED = "charge_disputed"


@dataclass(frozen=True, slots=True)
class Books:
    """`release` gives back what a decision held: (transaction, tenant, remedy, now)."""

    release: Release

    async def take_news(
        self, tx: Transaction, tenant: UUID, payment: UUID, news: News, now: datetime
    ) -> Payment | None:
        """The payment it changed; None when it changed nothing."""
        known = await payments.find(tx, tenant, payment, lock=True)
        after = decide_news(known, news, now, tx.database.epoch) if known else None
        if known is None or after is None:
            return None
        if after.state is known.state:
            await payments.save_told(tx, after)
            return None
        return await self._follow(tx, after, now)

    async def take_event(
        self, tx: Transaction, event: ProviderEvent, now: datetime
    ) -> Payment | None:
        """A webhook, once for each of its ids, in whatever order they come."""
        if not await heard.save_event(tx, event, now):
            return None
        if event.refund is not None:
            return await self._take_refund(tx, event.tenant, event.refund, now)
        if event.dispute is not None:
            await self.take_dispute(tx, event.tenant, event.dispute, now)
        return None

    async def take_dispute(
        self, tx: Transaction, tenant: UUID, dispute: Dispute, now: datetime
    ) -> None:
        """While a dispute is open nothing goes back; what has not gone out yet never will."""
        paid = await charges.find(tx, tenant, charge_id(tenant, dispute.charge), lock=True)
        if paid is None or not await charges.save_dispute(
            tx, tenant, paid.id, disputed=dispute.open, revision=dispute.revision
        ):
            return
        if dispute.open:
            for payment in await payments.of_charge(tx, tenant, paid.id):
                await self._dispute(tx, payment, now)

    async def refuse_disputed(
        self, tx: Transaction, payment: Payment, charge: Charge, now: datetime
    ) -> Payment | None:
        """The payment that will not be called out for, because its charge is disputed."""
        if not charge.disputed:
            return None
        news = News(attempt=payment.attempt, state=PaymentState.FAILED, reason=DISPUTED)
        return await self.take_news(tx, payment.tenant, payment.id, news, now)

    async def _take_refund(
        self, tx: Transaction, tenant: UUID, refund: Known, now: datetime
    ) -> Payment | None:
        named = parse_refund_key(refund.key)
        if named is None or named[0] != tenant:
            return None
        news = News(
            attempt=named[2],
            state=refund.state,
            reference=refund.reference,
            reason=refund.reason,
            revision=refund.revision,
        )
        return await self.take_news(tx, tenant, named[1], news, now)

    async def _dispute(self, tx: Transaction, payment: Payment, now: datetime) -> None:
        told = replace(payment, version=next_version(payment.version, tx.database.epoch))
        await payments.save_told(tx, told)
        await outbox.put(tx, translate.disputed(told, now))
        if payment.state is PaymentState.ORDERED and await effects.cancel(
            tx, payment.tenant, refund_key(payment)
        ):
            news = News(attempt=payment.attempt, state=PaymentState.FAILED, reason=DISPUTED)
            await self.take_news(tx, payment.tenant, payment.id, news, now)

    async def _follow(self, tx: Transaction, after: Payment, now: datetime) -> Payment:
        template = decide_telling(after)
        if template is not None:
            after = replace(after, told=after.told | {template})
        await payments.save(tx, after)
        draft = translate.changed(after, now)
        if draft is not None:
            await outbox.put(tx, draft)
        if template is not None:
            await outbox.put(tx, translate.outreach(after, template, now, tx.database.epoch))
        if after.state is PaymentState.FAILED:
            await self.release(tx, after.tenant, after.remedy, now)
        return after
