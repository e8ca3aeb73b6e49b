"""Why this agent: decisions as they were made, never changed afterwards."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import StaffId, TenantId
from routing.matching.model import Cause, Decision, Refusal


async def save_decision(tx: Transaction, tenant: UUID, made: Decision) -> None:
    await tx.execute(
        _SAVE,
        {
            "tenant": tenant,
            "id": made.id,
            "work": made.work,
            "at": made.at,
            "rule": made.rule,
            "step": made.step,
            "chosen": made.chosen,
            "refused": json.dumps([[str(r.person), r.cause.value] for r in made.refused]),
            "inputs": json.dumps(made.inputs, default=_word),
        },
    )


async def decision(tx: Transaction, id_: UUID) -> tuple[TenantId, Decision] | None:
    """By id, over all tenants in scope."""
    row = await tx.first(_ONE, {"id": id_})
    return (TenantId(row["tenant_id"]), _decision(row)) if row else None


async def last_decision(tx: Transaction, tenant: UUID, work: UUID) -> Decision | None:
    row = await tx.first(_LAST, {"tenant": tenant, "work": work})
    return _decision(row) if row else None


def _word(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _decision(row: RowMapping) -> Decision:
    return Decision(
        id=row["id"],
        work=row["work"],
        at=row["at"],
        rule=row["rule"],
        step=row["step"],
        chosen=row["chosen"],
        refused=tuple(
            Refusal(StaffId(UUID(person)), Cause(cause)) for person, cause in row["refused"]
        ),
        inputs=row["inputs"],
    )


_COLUMNS = "tenant_id, id, work, at, rule, step, chosen, refused, inputs"
_SAVE = text(
    """INSERT INTO decisions (tenant_id, id, work, at, rule, step, chosen, refused, inputs)
       VALUES (:tenant, :id, :work, :at, :rule, :step, :chosen,
               CAST(CAST(:refused AS text) AS jsonb), CAST(CAST(:inputs AS text) AS jsonb))"""
)
_ONE = text(f"SELECT {_COLUMNS} FROM decisions WHERE id = :id")
_LAST = text(
    f"""SELECT {_COLUMNS} FROM decisions WHERE tenant_id = :tenant AND work = :work
         ORDER BY at DESC, id DESC LIMIT 1"""
)
