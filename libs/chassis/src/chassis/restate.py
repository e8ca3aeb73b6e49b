"""Restating: the full state of an aggregate as its next version, for a group that starts late."""

from chassis import outbox
from chassis.db import Transaction
from contracts.catalog import is_restated, row_of
from contracts.envelope import Draft, EventData, EventMeta


async def restate(tx: Transaction, draft: Draft[EventData]) -> EventMeta:
    """Write `<aggregate>.restated.v1`; the caller has locked the aggregate and bumped its version.

    Readers that know the aggregate take it as the next version like any other; one that does not,
    or that lacks versions which Kafka no longer keeps, starts from it.
    """
    row = row_of(type(draft.data), tx.service)
    if not is_restated(row.type):
        raise LookupError(f"{row.type} does not carry the full state")
    return await outbox.put(tx, draft)
