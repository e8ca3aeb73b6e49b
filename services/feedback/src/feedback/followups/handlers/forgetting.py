"""Forgets whom we owed a contact. Needs FIRM in scope."""

from uuid import UUID

from chassis.db import Transaction
from feedback.followups import store
from feedback.followups.model import FollowupState


async def forget(tx: Transaction, tenant: UUID, customer: UUID) -> None:
    for gone in await store.erase(tx, tenant, customer):
        if gone.owner is not None and gone.state is FollowupState.OPEN:
            await store.move_load(tx, gone.owner, -1)
