"""Holds a customer while they are asked, and forgets them with all they ever said."""

from uuid import UUID

from chassis.db import Transaction
from feedback.customers import store
from feedback.followups.handlers import forgetting as followups
from feedback.praise import handlers as praise
from feedback.surveys.handlers import forgetting as surveys

lock = store.lock


async def forget(tx: Transaction, tenant: UUID, customer: UUID) -> None:
    """Words and rows go; counts stay, which say nothing of anybody. Needs FIRM in scope."""
    await store.save_erased(tx, tenant, customer)
    await followups.forget(tx, tenant, customer)
    await praise.forget(tx, tenant, customer)
    await surveys.forget(tx, tenant, customer)
