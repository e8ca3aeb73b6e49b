"""What was told of clocks: the lines of the ledger, written once."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from contracts.vocabulary import ClockState
from sla.clocks.model import Told


async def save(tx: Transaction, tenant: UUID, told: Iterable[Told]) -> None:
    rows = [_told_values(tenant, one) for one in told]
    if rows:
        await tx.execute(_SAVE_CHANGE, rows)


async def of_clock(tx: Transaction, tenant: UUID, clock: UUID) -> list[Told]:
    rows = await tx.all(_CHANGES, {"tenant": tenant, "clock": clock})
    return [_line(row) for row in rows]


async def evidence(tx: Transaction, tenant: UUID, clocks: Sequence[UUID]) -> dict[UUID, UUID]:
    """The newest line of each clock that gave a verdict or set one right."""
    rows = await tx.all(_EVIDENCE, {"tenant": tenant, "clocks": list(clocks)})
    return {row["clock_id"]: row["id"] for row in rows}


def _told_values(tenant: UUID, told: Told) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "clock": told.clock,
        "version": told.version,
        "id": told.id,
        "ticket": told.ticket,
        "type": told.type,
        "at": told.at,
        "state": told.state,
        "elapsed": told.elapsed,
        "due_at": told.due_at,
        "detail": json.dumps(dict(told.detail)),
        "cause": told.cause,
    }


def _line(row: RowMapping) -> Told:
    return Told(
        id=row["id"],
        clock=row["clock_id"],
        ticket=row["ticket_id"],
        version=row["version"],
        type=row["type"],
        at=row["at"],
        state=ClockState(row["state"]),
        elapsed=row["elapsed"],
        due_at=row["due_at"],
        detail=row["detail"],
        cause=row["cause"],
        recorded_at=row["recorded_at"],
    )


_SAVE_CHANGE = text(
    """INSERT INTO clock_changes (tenant_id, clock_id, version, id, ticket_id, type, at, state,
                                  elapsed, due_at, detail, cause)
       VALUES (:tenant, :clock, :version, :id, :ticket, :type, :at, :state,
               :elapsed, :due_at, CAST(:detail AS jsonb), :cause)"""
)
_CHANGES = text(
    """SELECT id, clock_id, ticket_id, version, type, at, state, elapsed, due_at, detail, cause,
              recorded_at
         FROM clock_changes WHERE tenant_id = :tenant AND clock_id = :clock ORDER BY version"""
)
_EVIDENCE = text(
    """SELECT DISTINCT ON (clock_id) clock_id, id FROM clock_changes
        WHERE tenant_id = :tenant AND clock_id = ANY (CAST(:clocks AS uuid[]))
          AND type IN ('met', 'breached', 'excused', 'voided', 'corrected')
        ORDER BY clock_id, version DESC"""
)
