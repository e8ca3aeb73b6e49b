"""All SQL of rosters. Everything here needs FIRM in the transaction's scope."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from chassis.values import FIRM, StaffId, TenantId
from routing.rosters.decide.editing import LONGEST
from routing.rosters.model import Kind, Phase, Plan, Published, Shift

# Around a plan, wide enough for every rule that looks at a neighbour.
NEIGHBOURS = timedelta(days=2)


async def shift(tx: Transaction, id_: UUID) -> Shift | None:
    row = await tx.first(_ONE, {"firm": FIRM, "id": id_})
    return _shift(row) if row else None


async def shift_to_change(tx: Transaction, id_: UUID) -> Shift | None:
    """The shift, locked until the transaction ends."""
    row = await tx.first(_ONE_LOCKED, {"firm": FIRM, "id": id_})
    return _shift(row) if row else None


async def shifts_between(
    tx: Transaction, start: datetime, end: datetime, person: UUID | None = None
) -> list[Shift]:
    """Those whose drafted or published time meets the range, in the order of the calendar."""
    named = {
        "firm": FIRM,
        "start": start,
        "end": end,
        "earliest": start - LONGEST,
        "person": person,
    }
    found = [_shift(row) for row in await tx.all(_BETWEEN, named)]
    return sorted(found, key=lambda each: (each.plan.starts_at, each.id))


async def shifts_to_publish(tx: Transaction, start: datetime, end: datetime) -> list[Shift]:
    """As `shifts_between`, locked. `next_roster_version` goes first."""
    named = {"firm": FIRM, "start": start, "end": end, "earliest": start - LONGEST, "person": None}
    return [_shift(row) for row in await tx.all(_BETWEEN_LOCKED, named)]


async def near(tx: Transaction, plan: Plan) -> list[Shift]:
    """The person's shifts around a plan."""
    start, end = plan.starts_at - NEIGHBOURS, plan.ends_at + NEIGHBOURS
    return await shifts_between(tx, start, end, plan.person)


async def published_of(tx: Transaction, person: UUID, now: datetime) -> list[Published]:
    """What the person was told of now and later, and of the last day."""
    named = {"firm": FIRM, "person": person, "since": now - LONGEST}
    return [found for row in await tx.all(_TOLD, named) if (found := _published(row))]


async def save_shift(tx: Transaction, after: Shift) -> None:
    published = after.published
    await tx.execute(
        _SAVE,
        {
            "firm": FIRM,
            "id": after.id,
            "roster": published.roster_version if published else None,
            "phase": published.phase if published else None,
            "version": after.version,
            "revision": after.revision,
        },
    )
    await _save_plan(tx, after.id, "draft", after.draft)
    await _save_plan(tx, after.id, "published", published.plan if published else None)


async def drop_shift(tx: Transaction, id_: UUID) -> None:
    """A draft nobody was told of leaves no trace."""
    await tx.execute(_DROP, {"firm": FIRM, "id": id_})


async def next_roster_version(tx: Transaction) -> int:
    """Counts publications; whoever publishes at the same time waits here."""
    version: int = await tx.scalar(_NEXT_ROSTER, {"firm": FIRM})
    return version


async def hold_roster(tx: Transaction) -> None:
    """Nobody publishes until the transaction ends: a border is crossed before or after that."""
    await tx.execute(_HOLD_ROSTER, {"firm": FIRM})


async def _save_plan(tx: Transaction, id_: UUID, edition: str, plan: Plan | None) -> None:
    named = {"firm": FIRM, "shift": id_, "edition": edition}
    if plan is None:
        await tx.execute(_DROP_PLAN, named)
        return
    await tx.execute(_SAVE_PLAN, {**named, **_plan_values(plan)})


def _plan_values(plan: Plan) -> dict[str, Any]:
    return {
        "person": plan.person,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "zone": plan.zone,
        "kind": plan.kind,
        "tenants": list(plan.tenants),
        "lead": plan.lead,
    }


def _shift(row: RowMapping) -> Shift:
    return Shift(
        id=row["id"],
        draft=_plan(row, "d_"),
        published=_published(row),
        version=row["version"],
        revision=row["revision"],
    )


def _published(row: RowMapping) -> Published | None:
    plan = _plan(row, "p_")
    if plan is None:
        return None
    return Published(plan=plan, roster_version=row["roster_version"], phase=Phase(row["phase"]))


def _plan(row: RowMapping, prefix: str) -> Plan | None:
    if row[f"{prefix}person"] is None:
        return None
    return Plan(
        person=StaffId(row[f"{prefix}person"]),
        starts_at=row[f"{prefix}starts_at"],
        ends_at=row[f"{prefix}ends_at"],
        zone=row[f"{prefix}zone"],
        kind=Kind(row[f"{prefix}kind"]),
        tenants=tuple(TenantId(tenant) for tenant in row[f"{prefix}tenants"]),
        lead=row[f"{prefix}lead"],
    )


def _plan_columns(table: str) -> str:
    names: Sequence[str] = ("person", "starts_at", "ends_at", "zone", "kind", "tenants", "lead")
    return ", ".join(f"{table}.{name} AS {table}_{name}" for name in names)


_FROM = f"""SELECT s.id, s.roster_version, s.phase, s.version, s.revision,
         {_plan_columns("d")}, {_plan_columns("p")}
    FROM shifts s
    LEFT JOIN shift_plans d ON (d.tenant_id, d.shift, d.edition) = (s.tenant_id, s.id, 'draft')
    LEFT JOIN shift_plans p ON (p.tenant_id, p.shift, p.edition) = (s.tenant_id, s.id, 'published')
   WHERE s.tenant_id = :firm"""
_ONE = text(f"{_FROM} AND s.id = :id")
_ONE_LOCKED = text(f"{_FROM} AND s.id = :id FOR UPDATE OF s")
_MEETS = f"""{_FROM} AND s.id IN (
          SELECT shift FROM shift_plans q
           WHERE q.tenant_id = :firm AND q.starts_at > :earliest AND q.starts_at < :end
             AND q.ends_at > :start
             AND (CAST(:person AS uuid) IS NULL OR q.person = :person))"""
_BETWEEN = text(_MEETS)
_BETWEEN_LOCKED = text(f"{_MEETS} ORDER BY s.id FOR UPDATE OF s")
_HOLD_ROSTER = text("SELECT version FROM rosters WHERE tenant_id = :firm FOR SHARE")
_TOLD = text(f"{_FROM} AND p.person = :person AND p.ends_at > :since")
_SAVE = text(
    """INSERT INTO shifts (tenant_id, id, roster_version, phase, version, revision)
       VALUES (:firm, :id, :roster, :phase, :version, :revision)
       ON CONFLICT (tenant_id, id) DO UPDATE SET roster_version = excluded.roster_version,
          phase = excluded.phase, version = excluded.version,
          revision = excluded.revision"""
)
_DROP = text("DELETE FROM shifts WHERE tenant_id = :firm AND id = :id")
_SAVE_PLAN = text(
    """INSERT INTO shift_plans
         (tenant_id, shift, edition, person, starts_at, ends_at, zone, kind, tenants, lead)
       VALUES (:firm, :shift, :edition, :person, :starts_at, :ends_at, :zone, :kind,
               CAST(:tenants AS uuid[]), :lead)
       ON CONFLICT (tenant_id, shift, edition) DO UPDATE SET person = excluded.person,
          starts_at = excluded.starts_at, ends_at = excluded.ends_at, zone = excluded.zone,
          kind = excluded.kind, tenants = excluded.tenants, lead = excluded.lead"""
)
_DROP_PLAN = text(
    "DELETE FROM shift_plans WHERE tenant_id = :firm AND shift = :shift AND edition = :edition"
)
_NEXT_ROSTER = text(
    """INSERT INTO rosters AS r (tenant_id, version) VALUES (:firm, 1)
       ON CONFLICT (tenant_id) DO UPDATE SET version = r.version + 1 RETURNING version"""
)
