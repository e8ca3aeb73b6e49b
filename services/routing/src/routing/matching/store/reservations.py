"""Reservations: who was offered what, who holds it, and who is kept from it for a while."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import StaffId, TenantId
from routing.matching.model import Outcome, Reservation, Work
from routing.matching.store.work import WORK_COLUMNS, columns, to_work


async def live_reservation(tx: Transaction, tenant: UUID, id_: UUID) -> Reservation | None:
    row = await tx.first(_LIVE, {"tenant": tenant, "work": id_})
    return _reservation(row) if row else None


async def reservation(tx: Transaction, id_: UUID) -> tuple[TenantId, Reservation] | None:
    """By id, over all tenants in scope."""
    row = await tx.first(_RESERVATION, {"id": id_})
    return (TenantId(row["tenant_id"]), _reservation(row)) if row else None


async def save_reservation(
    tx: Transaction, tenant: UUID, after: Reservation, now: datetime, reason: str = ""
) -> None:
    await tx.execute(
        _SAVE_RESERVATION,
        {
            "tenant": tenant,
            "id": after.id,
            "work": after.work,
            "person": after.person,
            "state": after.state,
            "units": after.units,
            "full": after.full_units,
            "automatic": after.automatic,
            "offered_at": after.offered_at,
            "expires_at": after.expires_at,
            "now": now,
            "reason": reason,
            "decision": after.decision,
            "over": after.over_capacity,
            "note": after.note,
            "version": after.version,
        },
    )


async def exclude(
    tx: Transaction, item: Work, person: StaffId, until: datetime, cause: str
) -> None:
    await tx.execute(
        _EXCLUDE,
        {
            "tenant": item.tenant,
            "work": item.id,
            "person": person,
            "until": until,
            "cause": cause,
        },
    )


async def excluded(tx: Transaction, item: Work, now: datetime) -> frozenset[StaffId]:
    rows = await tx.all(_EXCLUDED, {"tenant": item.tenant, "work": item.id, "now": now})
    return frozenset(StaffId(row["person"]) for row in rows)


async def held_by(
    tx: Transaction, tenants: Sequence[UUID], person: UUID
) -> list[tuple[Work, Reservation]]:
    """What a person owns or was offered, the most urgent first, then the longest waiting."""
    rows = await tx.all(_HELD_BY, {"tenants": list(tenants), "person": person})
    return [(to_work(row, "w_"), _reservation(row, "r_")) for row in rows]


def _reservation(row: RowMapping, prefix: str = "") -> Reservation:
    def of(column: str) -> Any:
        return row[prefix + column]

    return Reservation(
        id=of("id"),
        work=of("work"),
        person=StaffId(of("person")),
        state=Outcome(of("state")),
        units=of("units"),
        full_units=of("full_units"),
        automatic=of("automatic"),
        offered_at=of("offered_at"),
        expires_at=of("expires_at"),
        decision=of("decision"),
        over_capacity=of("over_capacity"),
        note=of("note"),
        version=of("version"),
    )


_R = (
    "tenant_id", "id", "work", "person", "state", "units", "full_units", "automatic", "offered_at",
    "expires_at", "decision", "over_capacity", "note", "version",
)  # fmt: skip
_LIVE_STATES = "state IN ('pending', 'accepted')"
_LIVE = text(
    f"""SELECT {columns(_R)} FROM reservations
         WHERE tenant_id = :tenant AND work = :work AND {_LIVE_STATES}"""
)
_RESERVATION = text(f"SELECT {columns(_R)} FROM reservations WHERE id = :id")
_SAVE_RESERVATION = text(
    """INSERT INTO reservations
         (tenant_id, id, work, person, state, units, full_units, automatic, offered_at,
          expires_at, changed_at, reason, decision, over_capacity, note, version)
       VALUES (:tenant, :id, :work, :person, :state, :units, :full, :automatic, :offered_at,
          :expires_at, :now, :reason, :decision, :over, :note, :version)
       ON CONFLICT (tenant_id, id) DO UPDATE SET
          state = excluded.state, units = excluded.units, full_units = excluded.full_units,
          expires_at = excluded.expires_at, changed_at = excluded.changed_at,
          reason = excluded.reason, over_capacity = excluded.over_capacity,
          note = excluded.note, version = excluded.version"""
)
_EXCLUDE = text(
    """INSERT INTO exclusions (tenant_id, work, person, until, cause)
       VALUES (:tenant, :work, :person, :until, :cause)
       ON CONFLICT (tenant_id, work, person) DO UPDATE
          SET until = greatest(exclusions.until, excluded.until), cause = excluded.cause"""
)
_EXCLUDED = text(
    "SELECT person FROM exclusions WHERE tenant_id = :tenant AND work = :work AND until > :now"
)
_HELD_BY = text(
    f"""SELECT {columns(WORK_COLUMNS, "w.", "w_")}, {columns(_R, "r.", "r_")}
          FROM reservations r JOIN work_items w ON (w.tenant_id, w.id) = (r.tenant_id, r.work)
         WHERE r.tenant_id = ANY (CAST(:tenants AS uuid[])) AND r.person = :person
           AND r.{_LIVE_STATES}
         ORDER BY w.urgency, w.waiting_since, w.id"""
)
