"""All SQL of praise."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from feedback.praise.model import Praise


async def save(tx: Transaction, given: Praise) -> bool:
    """Whether it is new; one that was withdrawn comes back."""
    return bool((await tx.one(_SAVE, asdict(given)))["fresh"])


async def withdraw(tx: Transaction, tenant: UUID, survey: UUID) -> None:
    await tx.execute(_WITHDRAW, {"tenant": tenant, "survey": survey})


async def of_staff(
    tx: Transaction, staff: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> list[Praise]:
    """Among the tenants in scope, newest first."""
    named = {
        "staff": staff,
        "after_at": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
    }
    return [_praise(row) for row in await tx.all(_LIST, named)]


async def erase(tx: Transaction, tenant: UUID, customer: UUID) -> None:
    await tx.execute(_ERASE, {"tenant": tenant, "customer": customer})


def _praise(row: RowMapping) -> Praise:
    return Praise(
        id=row["id"],
        tenant=row["tenant_id"],
        staff=row["staff"],
        ticket=row["ticket_id"],
        reference=row["reference"],
        language=row["language"],
        customer=row["customer_id"],
        survey=row["survey_id"],
        score=row["score"],
        at=row["at"],
    )


_SAVE = text(
    """INSERT INTO praises AS p (tenant_id, id, staff, ticket_id, reference, language, customer_id,
                                 survey_id, score, at)
       VALUES (:tenant, :id, :staff, :ticket, :reference, :language, :customer, :survey, :score,
               :at)
       ON CONFLICT (tenant_id, id) DO UPDATE SET score = excluded.score, withdrawn = false
       RETURNING xmax = 0 AS fresh"""
)
_WITHDRAW = text(
    "UPDATE praises SET withdrawn = true WHERE tenant_id = :tenant AND survey_id = :survey"
)
_LIST = text(
    """SELECT * FROM praises
        WHERE staff = :staff AND NOT withdrawn
          AND (CAST(:after_at AS timestamptz) IS NULL
               OR (at, id) < (CAST(:after_at AS timestamptz), CAST(:after_id AS uuid)))
        ORDER BY at DESC, id DESC LIMIT :limit"""
)
_ERASE = text("DELETE FROM praises WHERE tenant_id = :tenant AND customer_id = :customer")
