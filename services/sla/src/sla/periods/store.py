"""All SQL of closed months. Snapshots and corrections are written once; nobody may change them."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from sla.periods import translate
from sla.periods.model import Closed, Correction, Head


async def locked(tx: Transaction, tenant: UUID, month: str) -> Head:
    """The month's row, made if need be, held alone until the transaction ends."""
    return await _held(tx, tenant, month, _ALONE)


async def held_open(tx: Transaction, tenant: UUID, month: str) -> bool:
    """Whether the month is open, and stays so until the transaction ends.

    Others may hold it open beside; a month that is closed is not held.
    """
    known = await tx.first(_HEAD, {"tenant": tenant, "month": month})
    if known is not None and known["closed"]:
        return False
    return not (await _held(tx, tenant, month, _TOGETHER)).closed


async def closed(tx: Transaction, tenant: UUID, month: str) -> Closed | None:
    row = await tx.first(_CLOSED, {"tenant": tenant, "month": month})
    return _closed(row) if row else None


async def all_closed(tx: Transaction, tenant: UUID) -> dict[str, Closed]:
    return {row["month"]: _closed(row) for row in await tx.all(_ALL_CLOSED, {"tenant": tenant})}


async def save_closed(tx: Transaction, month: Closed, version: int) -> None:
    named = {"tenant": month.tenant, "month": month.month}
    await tx.execute(_SET_HEAD, {**named, "version": version})
    await tx.execute(
        _SAVE_CLOSED,
        {
            **named,
            "closed_at": month.closed_at,
            "closed_by": month.closed_by,
            "zone": month.zone,
            "contract_version": month.contract_version,
            "clocks": month.clocks,
            "sha256": month.sha256,
            "counts": json.dumps(translate.to_document(month.tallies)),
        },
    )


async def save_lines(
    tx: Transaction, tenant: UUID, month: str, first: int, lines: Sequence[tuple[UUID, str]]
) -> None:
    """The next lines of a snapshot, in its order; `first` is the place of the first of them."""
    rows: list[dict[str, Any]] = [
        {"tenant": tenant, "month": month, "place": place, "clock": clock, "line": line}
        for place, (clock, line) in enumerate(lines, first)
    ]
    if rows:
        await tx.execute(_SAVE_LINE, rows)


async def lines(tx: Transaction, tenant: UUID, month: str, first: int, limit: int) -> list[str]:
    named = {"tenant": tenant, "month": month, "first": first, "until": first + limit}
    return [row["line"] for row in await tx.all(_LINES, named)]


async def known_line(tx: Transaction, tenant: UUID, month: str, clock: UUID) -> str | None:
    """What the month says of a clock: its last correction's line, or else the snapshot's."""
    named = {"tenant": tenant, "month": month, "clock": clock}
    row = await tx.first(_LAST_CORRECTION, named)
    if row is None:
        row = await tx.first(_LINE_OF, named)
    return row["line"] if row else None


async def corrections(tx: Transaction, tenant: UUID, month: str) -> list[Correction]:
    rows = await tx.all(_CORRECTIONS, {"tenant": tenant, "month": month})
    return [_correction(row) for row in rows]


async def latest_correction(tx: Transaction, tenant: UUID, month: str) -> Correction | None:
    row = await tx.first(_LATEST, {"tenant": tenant, "month": month})
    return _correction(row) if row else None


async def save_correction(tx: Transaction, head: Head, version: int, entry: Correction) -> None:
    named = {"tenant": head.tenant, "month": head.month}
    await tx.execute(_SET_HEAD, {**named, "version": version})
    await tx.execute(
        _SAVE_CORRECTION,
        {
            **named,
            "number": entry.number,
            "clock": entry.clock,
            "was": entry.was,
            "line": entry.now,
            "at": entry.at,
            "cause": entry.cause,
            "sha256": entry.sha256,
            "counts": json.dumps(translate.to_document(entry.tallies)),
        },
    )


async def _held(tx: Transaction, tenant: UUID, month: str, how: Any) -> Head:
    named = {"tenant": tenant, "month": month}
    await tx.execute(_MAKE, named)
    row = await tx.one(how, named)
    return Head(tenant=tenant, month=month, version=row["version"], closed=row["closed"])


def _closed(row: RowMapping) -> Closed:
    return Closed(
        tenant=row["tenant_id"],
        month=row["month"],
        closed_at=row["closed_at"],
        closed_by=row["closed_by"],
        zone=row["zone"],
        contract_version=row["contract_version"],
        clocks=row["clocks"],
        sha256=row["sha256"],
        tallies=translate.from_document(row["counts"]),
    )


def _correction(row: RowMapping) -> Correction:
    return Correction(
        number=row["number"],
        clock=row["clock_id"],
        was=row["was"],
        now=row["line"],
        at=row["at"],
        cause=row["cause"],
        sha256=row["sha256"],
        tallies=translate.from_document(row["counts"]),
    )


_MAKE = text(
    "INSERT INTO periods (tenant_id, month) VALUES (:tenant, :month) ON CONFLICT DO NOTHING"
)
_HEAD = text("SELECT version, closed FROM periods WHERE tenant_id = :tenant AND month = :month")
_ALONE = text(f"{_HEAD.text} FOR UPDATE")
_TOGETHER = text(f"{_HEAD.text} FOR SHARE")
_SET_HEAD = text(
    """UPDATE periods SET version = :version, closed = true
        WHERE tenant_id = :tenant AND month = :month"""
)
_CLOSED_COLUMNS = """tenant_id, month, closed_at, closed_by, zone, contract_version, clocks, sha256,
                     counts"""
_ALL_CLOSED = text(f"SELECT {_CLOSED_COLUMNS} FROM closed_periods WHERE tenant_id = :tenant")
_CLOSED = text(f"{_ALL_CLOSED.text} AND month = :month")
_SAVE_CLOSED = text(
    f"""INSERT INTO closed_periods ({_CLOSED_COLUMNS})
        VALUES (:tenant, :month, :closed_at, :closed_by, :zone, :contract_version, :clocks,
                :sha256, CAST(:counts AS jsonb))"""
)
_SAVE_LINE = text(
    """INSERT INTO period_lines (tenant_id, month, place, clock_id, line)
       VALUES (:tenant, :month, :place, :clock, :line)"""
)
_LINES = text(
    """SELECT line FROM period_lines
        WHERE tenant_id = :tenant AND month = :month AND place >= :first AND place < :until
        ORDER BY place"""
)
_LINE_OF = text(
    """SELECT line FROM period_lines
        WHERE tenant_id = :tenant AND month = :month AND clock_id = :clock"""
)
_CORRECTION_COLUMNS = "number, clock_id, was, line, at, cause, sha256, counts"
_CORRECTIONS = text(
    f"""SELECT {_CORRECTION_COLUMNS} FROM period_corrections
         WHERE tenant_id = :tenant AND month = :month ORDER BY number"""
)
_LATEST = text(
    f"""SELECT {_CORRECTION_COLUMNS} FROM period_corrections
         WHERE tenant_id = :tenant AND month = :month ORDER BY number DESC LIMIT 1"""
)
_LAST_CORRECTION = text(
    """SELECT line FROM period_corrections
        WHERE tenant_id = :tenant AND month = :month AND clock_id = :clock
        ORDER BY number DESC LIMIT 1"""
)
_SAVE_CORRECTION = text(
    """INSERT INTO period_corrections (tenant_id, month, number, clock_id, was, line, at, cause,
                                       sha256, counts)
       VALUES (:tenant, :month, :number, :clock, :was, :line, :at, :cause, :sha256,
               CAST(:counts AS jsonb))"""
)
