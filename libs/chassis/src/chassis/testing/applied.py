"""A table and the handler that fills it: one row for each event, in the order applied."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from chassis.db import Transaction
from chassis.tenancy import wall
from contracts.envelope import Event


def statements(service: str) -> tuple[str, ...]:
    return (
        """CREATE TABLE applied (
             id bigint GENERATED ALWAYS AS IDENTITY, tenant_id uuid NOT NULL, aggregate_id uuid,
             version bigint, event_id uuid)""",
        *wall("applied", service),
    )


async def apply(event: Event[Any], tx: Transaction, now: datetime) -> None:
    await tx.execute(
        _APPLY,
        {
            "tenant": event.meta.tenantid,
            "aggregate": event.meta.subject,
            "version": event.meta.version,
            "event": event.meta.id,
        },
    )


_APPLY = text(
    """INSERT INTO applied (tenant_id, aggregate_id, version, event_id)
       VALUES (:tenant, :aggregate, :version, :event)"""
)
