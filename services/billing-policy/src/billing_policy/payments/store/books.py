"""The ledger as it is read, and the comparisons with the provider."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from billing_policy.payments.model import Findings, Ours, PaymentState
from chassis.db import Transaction

Row = Mapping[str, Any]


async def entries(tx: Transaction, tenant: UUID, since: datetime, until: datetime) -> Sequence[Row]:
    rows = await tx.all(_ENTRIES, {"tenant": tenant, "since": since, "until": until})
    return [dict(row) for row in rows]


async def totals(tx: Transaction, tenant: UUID, since: datetime, until: datetime) -> Sequence[Row]:
    rows = await tx.all(_TOTALS, {"tenant": tenant, "since": since, "until": until})
    return [dict(row) for row in rows]


async def attempts(tx: Transaction, tenant: UUID, since: datetime, until: datetime) -> list[Ours]:
    """Every attempt that was begun in that span, as it stands now."""
    rows = await tx.all(_ATTEMPTS, {"tenant": tenant, "since": since, "until": until})
    return [
        Ours(
            tenant=tenant,
            remedy=row["remedy_id"],
            payment=row["payment_id"],
            attempt=row["attempt"],
            amount_minor=row["amount_minor"],
            currency=row["currency"],
            state=PaymentState(row["state"]),
            at=row["at"],
        )
        for row in rows
    ]


async def save_findings(
    tx: Transaction, tenant: UUID, day: date, found: Findings, now: datetime
) -> None:
    """A comparison made again takes the place of the day's earlier one."""
    counts = {kind: 0 for kind in ("missing", "extra", "differs")}
    for finding in found.findings:
        counts[finding.kind] += 1
    said = [
        {"kind": one.kind, "key": one.key, "ours": one.ours, "theirs": one.theirs}
        for one in found.findings
    ]
    named = {
        "tenant": tenant,
        "day": day,
        "compared": found.compared,
        "findings": json.dumps(said),
        "now": now,
        **counts,
    }
    await tx.execute(_SAVE_FINDINGS, named)


async def reconciliations(tx: Transaction, tenant: UUID, limit: int) -> Sequence[Row]:
    rows = await tx.all(_RECONCILIATIONS, {"tenant": tenant, "limit": limit})
    return [dict(row) for row in rows]


_ENTRIES = text(
    """SELECT e.payment_id AS payment, p.remedy_id AS remedy, p.ticket_id AS ticket,
              c.reference AS charge, e.attempt, e.state, e.amount_minor, e.currency,
              e.provider_reference AS reference, e.reason, e.at
         FROM payment_entries e
         JOIN payments p ON p.tenant_id = e.tenant_id AND p.id = e.payment_id
         JOIN charges c ON c.tenant_id = p.tenant_id AND c.id = p.charge_id
        WHERE e.tenant_id = :tenant AND e.at >= :since AND e.at < :until
        ORDER BY e.at, e.payment_id, e.number"""
)
_TOTALS = text(
    """SELECT currency, state, count(*)::int AS count, sum(amount_minor)::bigint AS amount_minor
         FROM (SELECT DISTINCT ON (payment_id) currency, state, amount_minor
                 FROM payment_entries
                WHERE tenant_id = :tenant AND at >= :since AND at < :until
                ORDER BY payment_id, number DESC) AS latest
        GROUP BY currency, state ORDER BY currency, state"""
)
_ATTEMPTS = text(
    """SELECT DISTINCT ON (e.payment_id, e.attempt) e.payment_id, p.remedy_id, e.attempt,
              e.amount_minor, e.currency, e.state,
              (SELECT min(f.at) FROM payment_entries f WHERE f.tenant_id = e.tenant_id
                  AND f.payment_id = e.payment_id AND f.attempt = e.attempt) AS at
         FROM payment_entries e
         JOIN payments p ON p.tenant_id = e.tenant_id AND p.id = e.payment_id
        WHERE e.tenant_id = :tenant AND p.ordered_at < :until AND p.changed_at >= :since
        ORDER BY e.payment_id, e.attempt, e.number DESC"""
)
_SAVE_FINDINGS = text(
    """INSERT INTO reconciliations (tenant_id, day, compared, missing, extra, differing, findings,
                                    at)
       VALUES (:tenant, :day, :compared, :missing, :extra, :differs, CAST(:findings AS jsonb), :now)
       ON CONFLICT (tenant_id, day) DO UPDATE SET
         compared = excluded.compared, missing = excluded.missing, extra = excluded.extra,
         differing = excluded.differing, findings = excluded.findings, at = excluded.at"""
)
_RECONCILIATIONS = text(
    """SELECT day::text AS day, compared, missing, extra, differing, findings, at
         FROM reconciliations WHERE tenant_id = :tenant ORDER BY day DESC LIMIT :limit"""
)
