"""What the provider told us by itself: each event once."""

from datetime import datetime

from sqlalchemy import text

from billing_policy.payments.model import ProviderEvent
from chassis.db import Transaction


async def save_event(tx: Transaction, event: ProviderEvent, now: datetime) -> bool:
    """False: it was heard before."""
    named = {
        "tenant": event.tenant,
        "id": event.id,
        "type": event.type,
        "at": event.at,
        "now": now,
    }
    return await tx.first(_SAVE, named) is not None


_SAVE = text(
    """INSERT INTO provider_events (tenant_id, id, type, at, received_at)
       VALUES (:tenant, :id, :type, :at, :now) ON CONFLICT DO NOTHING RETURNING id"""
)
