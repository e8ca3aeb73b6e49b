"""The clocks as the ledger keeps them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from contracts.vocabulary import ClockState, Metric, WaitingOn
from sla.clocks.model import Clock, Entry, VoidReason


async def of_ticket(tx: Transaction, tenant: UUID, ticket: UUID) -> list[Entry]:
    rows = await tx.all(_OF_TICKET, {"tenant": tenant, "ticket": ticket})
    return [_entry(row) for row in rows]


async def one(tx: Transaction, tenant: UUID, clock: UUID) -> Entry | None:
    row = await tx.first(_ONE, {"tenant": tenant, "clock": clock})
    return _entry(row) if row else None


async def find(tx: Transaction, clock: UUID) -> tuple[UUID, Entry] | None:
    """Among the tenants in scope, with whose it is."""
    row = await tx.first(_FIND, {"clock": clock})
    return (row["tenant_id"], _entry(row)) if row else None


async def misses(
    tx: Transaction,
    tenant: UUID,
    *,
    due: tuple[datetime, datetime],
    metric: Metric | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Entry]:
    """Breached clocks due in [from, until), newest first."""
    named = {
        "tenant": tenant,
        "from": due[0],
        "until": due[1],
        "metric": metric,
        "after_due": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
    }
    return [_entry(row) for row in await tx.all(_MISSES, named)]


async def overdue(tx: Transaction, tenant: UUID, now: datetime) -> int:
    """Clocks past their breach that no verdict is given on yet: the feed is not that far."""
    found: int = await tx.scalar(_OVERDUE, {"tenant": tenant, "now": now})
    return found


async def decided(
    tx: Transaction,
    tenant: UUID,
    spans: Sequence[tuple[int, datetime, datetime]],
    page: tuple[tuple[datetime, UUID] | None, int],
) -> list[Entry]:
    """Clocks with a verdict, due in the span of their contract version, by due instant and id."""
    after, limit = page
    named = {
        **_spans(tenant, spans),
        "first": min(first for _, first, _ in spans),
        "until": max(until for _, _, until in spans),
        "after_due": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
    }
    return [_entry(row) for row in await tx.all(_DECIDED, named)]


async def undecided(
    tx: Transaction, tenant: UUID, spans: Sequence[tuple[int, datetime, datetime]]
) -> int:
    """Clocks due in the span of their contract version that no verdict is given on yet."""
    found: int = await tx.scalar(_UNDECIDED, _spans(tenant, spans))
    return found


async def save(tx: Transaction, tenant: UUID, entry: Entry, *, stands_on: str) -> None:
    """`stands_on` is the edition of the zone rules that the instants were computed with."""
    await tx.execute(_SAVE, {"tenant": tenant, "tzdata": stands_on, **_values(entry)})


async def any_on_other_zones(tx: Transaction, tenant: UUID, stands_on: str) -> bool:
    """Whether live clocks were computed with another edition of the zone rules."""
    return bool(await tx.scalar(_OTHER_ZONES, {"tenant": tenant, "tzdata": stands_on}))


def _spans(tenant: UUID, spans: Sequence[tuple[int, datetime, datetime]]) -> dict[str, Any]:
    versions, firsts, untils = zip(*spans, strict=True)
    return {
        "tenant": tenant,
        "versions": list(versions),
        "firsts": list(firsts),
        "untils": list(untils),
    }


def _entry(row: RowMapping) -> Entry:
    return Entry(
        id=row["id"],
        ticket=row["ticket_id"],
        version=row["version"],
        contract=row["contract_id"],
        clock=_clock(row),
        language=row["language"],
        detected_at=row["detected_at"],
        warned=tuple(row["warned"]),
        warn_at=row["warn_at"],
    )


def _clock(row: RowMapping) -> Clock:
    return Clock(
        metric=Metric(row["metric"]),
        cycle=row["cycle"],
        contract_version=row["contract_version"],
        calendar_version=row["calendar_version"],
        target=row["target"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        as_of=row["as_of"],
        state=ClockState(row["state"]),
        elapsed=row["elapsed"],
        due_at=row["due_at"],
        breach_at=row["breach_at"],
        exceeds_at=row["exceeds_at"],
        waiting_on=WaitingOn(row["waiting_on"]),
        void_reason=VoidReason(row["void_reason"]) if row["void_reason"] else None,
        excuse=row["excuse"],
    )


def _values(entry: Entry) -> dict[str, Any]:
    clock = entry.clock
    return {
        "id": entry.id,
        "ticket": entry.ticket,
        "metric": clock.metric,
        "cycle": clock.cycle,
        "version": entry.version,
        "contract": entry.contract,
        "contract_version": clock.contract_version,
        "calendar_version": clock.calendar_version,
        "state": clock.state,
        "target": clock.target,
        "elapsed": clock.elapsed,
        "as_of": clock.as_of,
        "started_at": clock.started_at,
        "ended_at": clock.ended_at,
        "due_at": clock.due_at,
        "breach_at": clock.breach_at,
        "detected_at": entry.detected_at,
        "exceeds_at": clock.exceeds_at,
        "waiting_on": clock.waiting_on,
        "void_reason": clock.void_reason,
        "excuse": clock.excuse,
        "language": entry.language,
        "warned": list(entry.warned),
        "warn_at": entry.warn_at,
    }


_COLUMNS = """id, ticket_id, metric, cycle, version, contract_id, contract_version,
              calendar_version, state, target, elapsed, as_of, started_at, ended_at, due_at,
              breach_at, detected_at, exceeds_at, waiting_on, void_reason, excuse, language,
              warned, warn_at"""
_OF_TICKET = text(
    f"""SELECT {_COLUMNS} FROM clocks WHERE tenant_id = :tenant AND ticket_id = :ticket
         ORDER BY started_at, metric, cycle"""
)
_ONE = text(f"SELECT {_COLUMNS} FROM clocks WHERE tenant_id = :tenant AND id = :clock")
_FIND = text(f"SELECT tenant_id, {_COLUMNS} FROM clocks WHERE id = :clock")
_MISSES = text(
    f"""SELECT {_COLUMNS} FROM clocks
         WHERE tenant_id = :tenant AND state = 'breached' AND due_at >= :from AND due_at < :until
           AND (CAST(:metric AS text) IS NULL OR metric = :metric)
           AND (CAST(:after_due AS timestamptz) IS NULL
                OR (due_at, id) < (CAST(:after_due AS timestamptz), CAST(:after_id AS uuid)))
         ORDER BY due_at DESC, id DESC LIMIT :limit"""
)
_OVERDUE = text(
    """SELECT count(*) FROM clocks
        WHERE tenant_id = :tenant AND state IN ('running', 'paused') AND exceeds_at < :now"""
)
_IN_SPANS = """tenant_id = :tenant
      AND EXISTS (SELECT FROM unnest(CAST(:versions AS integer[]), CAST(:firsts AS timestamptz[]),
                                     CAST(:untils AS timestamptz[])) AS s (version, first, until)
                   WHERE s.version = contract_version AND due_at >= s.first AND due_at < s.until)"""
_DECIDED = text(
    f"""SELECT {_COLUMNS} FROM clocks
         WHERE {_IN_SPANS} AND state IN ('met', 'breached', 'excused', 'void')
           AND due_at >= :first AND due_at < :until
           AND (CAST(:after_due AS timestamptz) IS NULL
                OR (due_at, id) > (CAST(:after_due AS timestamptz), CAST(:after_id AS uuid)))
         ORDER BY due_at, id LIMIT :limit"""
)
_UNDECIDED = text(
    f"""SELECT count(*) FROM clocks
         WHERE {_IN_SPANS} AND state IN ('running', 'paused')"""
)
_NAMED = """tenant_id, id, ticket_id, metric, cycle, version, contract_id, contract_version,
            calendar_version, tzdata, state, target, elapsed, as_of, started_at, ended_at, due_at,
            breach_at, detected_at, exceeds_at, waiting_on, void_reason, excuse, language, warned,
            warn_at"""
_CHANGING = (
    "version", "contract_id", "contract_version", "calendar_version", "tzdata", "state", "target",
    "elapsed", "as_of", "started_at", "ended_at", "due_at", "breach_at", "detected_at",
    "exceeds_at", "waiting_on", "void_reason", "excuse", "language", "warned", "warn_at",
)  # fmt: skip
_SAVE = text(
    f"""INSERT INTO clocks ({_NAMED})
        VALUES (:tenant, :id, :ticket, :metric, :cycle, :version, :contract, :contract_version,
                :calendar_version, :tzdata, :state, :target, :elapsed, :as_of, :started_at,
                :ended_at, :due_at, :breach_at, :detected_at, :exceeds_at, :waiting_on,
                :void_reason, :excuse, :language, :warned, :warn_at)
        ON CONFLICT (tenant_id, id) DO UPDATE
           SET {", ".join(f"{column} = excluded.{column}" for column in _CHANGING)}"""
)
_OTHER_ZONES = text(
    """SELECT EXISTS (SELECT FROM clocks
                       WHERE tenant_id = :tenant AND state IN ('running', 'paused')
                         AND tzdata <> :tzdata)"""
)
