"""All SQL of duty. Everything here needs FIRM in the transaction's scope."""

from datetime import datetime

from sqlalchemy import text

from chassis.db import Transaction
from chassis.values import FIRM
from feedback.duty.model import Shift


async def save_shift(tx: Transaction, shift: Shift) -> None:
    await tx.execute(
        _SAVE,
        {
            "firm": FIRM,
            "id": shift.id,
            "person": shift.person,
            "starts_at": shift.starts_at,
            "ends_at": shift.ends_at,
            "kind": shift.kind,
            "lead": shift.lead,
            "tenants": sorted(shift.tenants),
            "over": shift.over,
        },
    )


async def shifts_at(tx: Transaction, at: datetime) -> list[Shift]:
    return [
        Shift(
            id=row["id"],
            person=row["person"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            kind=row["kind"],
            lead=row["lead"],
            tenants=frozenset(row["tenants"]),
        )
        for row in await tx.all(_NOW, {"firm": FIRM, "at": at})
    ]


_SAVE = text(
    """INSERT INTO duty_shifts (tenant_id, id, person, starts_at, ends_at, kind, lead, tenants,
                                over)
       VALUES (:firm, :id, :person, :starts_at, :ends_at, :kind, :lead,
               CAST(:tenants AS uuid[]), :over)
       ON CONFLICT (tenant_id, id) DO UPDATE SET
         person = excluded.person, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
         kind = excluded.kind, lead = excluded.lead, tenants = excluded.tenants,
         over = excluded.over"""
)
_NOW = text(
    """SELECT id, person, starts_at, ends_at, kind, lead, tenants FROM duty_shifts
        WHERE tenant_id = :firm AND NOT over AND starts_at <= :at AND ends_at > :at
        ORDER BY starts_at, id"""
)
