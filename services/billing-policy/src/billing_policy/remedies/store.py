"""All SQL of remedies and their decisions."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from billing_policy.remedies.model import (
    Approval,
    Decision,
    Reason,
    Refusal,
    RefusalReason,
    Remedy,
    Terms,
)
from billing_policy.remedies.translate.documents import terms_from
from billing_policy.rules.model import Level
from chassis.db import Transaction
from contracts.vocabulary import RemedyKind, RemedyState


async def save_new(tx: Transaction, remedy: Remedy) -> None:
    await tx.execute(_INSERT, _values(remedy))


async def save(tx: Transaction, remedy: Remedy) -> None:
    await tx.execute(_UPDATE, _values(remedy))


async def save_decision(tx: Transaction, tenant: UUID, decision: Decision) -> None:
    await tx.execute(
        _DECISION,
        {
            "tenant": tenant,
            "remedy": decision.remedy,
            "number": decision.number,
            "document": decision.document,
            "sha": decision.sha256,
            "at": decision.at,
        },
    )


async def remedy(tx: Transaction, id_: UUID, *, lock: bool = False) -> Remedy | None:
    """Among the tenants in scope; `lock` holds it until the transaction ends."""
    row = await tx.first(_LOCK if lock else _FIND, {"id": id_})
    return _remedy(row) if row else None


async def of_ticket(tx: Transaction, tenant: UUID, ticket: UUID) -> list[Remedy]:
    """Newest first."""
    rows = await tx.all(_OF_TICKET, {"tenant": tenant, "ticket": ticket})
    return [_remedy(row) for row in rows]


async def listed(
    tx: Transaction,
    states: Sequence[RemedyState],
    levels: Sequence[Level],
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Remedy]:
    """Of the tenants in scope, oldest first: who waits longest comes first."""
    named = {
        "states": [state.value for state in states],
        "levels": [level.value for level in levels],
        "after_at": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit,
    }
    return [_remedy(row) for row in await tx.all(_LIST, named)]


async def waiting_minor(
    tx: Transaction, tenant: UUID, customer: UUID, without: UUID | None = None
) -> dict[UUID, int]:
    """What waits for approval on each charge of a customer: it is spoken for."""
    named = {"tenant": tenant, "customer": customer, "without": without}
    return {row["charge_id"]: row["amount"] for row in await tx.all(_WAITING, named)}


async def twin(tx: Transaction, wanted: Remedy) -> UUID | None:
    """Another one that waits for approval, for the same thing on the same ticket."""
    row = await tx.first(
        _TWIN,
        {
            "tenant": wanted.tenant,
            "ticket": wanted.ticket,
            "kind": wanted.terms.kind,
            "charge": wanted.charge,
            "id": wanted.id,
        },
    )
    return row["id"] if row else None


async def decision(tx: Transaction, tenant: UUID, remedy: UUID, number: int) -> Decision | None:
    row = await tx.first(_DECIDED, {"tenant": tenant, "remedy": remedy, "number": number})
    if row is None:
        return None
    return Decision(row["remedy_id"], row["number"], row["document"], row["sha256"], row["at"])


async def decisions_of_month(
    tx: Transaction, tenant: UUID, month: str, limit: int
) -> list[Decision]:
    """The last decision of each remedy of a month, in the order they were asked."""
    rows = await tx.all(_OF_MONTH, {"tenant": tenant, "month": month, "limit": limit})
    return [
        Decision(row["remedy_id"], row["number"], row["document"], row["sha256"], row["at"])
        for row in rows
    ]


def _values(one: Remedy) -> dict[str, Any]:
    approval, refusal = one.approval, one.refusal
    return {
        "tenant": one.tenant,
        "id": one.id,
        "ticket": one.ticket,
        "customer": one.customer,
        "charge": one.charge,
        "kind": one.terms.kind,
        "amount": one.terms.amount_minor,
        "days": one.terms.days,
        "currency": one.currency,
        "reason": one.reason,
        "state": one.state,
        "policy_version": one.policy_version,
        "rule": one.rule,
        "reasons": json.dumps([asdict(reason) for reason in one.reasons]),
        "alternatives": json.dumps([asdict(each) for each in one.alternatives]),
        "sha": one.decision_sha256,
        "requested_by": one.requested_by,
        "requested_at": one.requested_at,
        "makers": sorted(one.makers),
        "month": one.month,
        "level": approval.level if approval else None,
        "expires_at": approval.expires_at if approval else None,
        "approved_by": approval.by if approval else None,
        "approved_at": approval.at if approval else None,
        "refusal": _refusal_document(refusal),
        "refused_by": refusal.by if refusal else None,
        "refused_at": refusal.at if refusal else None,
        "number": one.number,
        "version": one.version,
    }


def _refusal_document(refusal: Refusal | None) -> str | None:
    if refusal is None:
        return None
    other = refusal.alternative
    return json.dumps({"reason": refusal.reason, "alternative": other and asdict(other)})


def _remedy(row: RowMapping) -> Remedy:
    return Remedy(
        id=row["id"],
        tenant=row["tenant_id"],
        ticket=row["ticket_id"],
        customer=row["customer_id"],
        charge=row["charge_id"],
        terms=Terms(
            kind=RemedyKind(row["kind"]), amount_minor=row["amount_minor"], days=row["days"]
        ),
        currency=row["currency"],
        reason=row["reason"],
        state=RemedyState(row["state"]),
        policy_version=row["policy_version"],
        rule=row["rule"],
        reasons=tuple(Reason(each["key"], each["met"]) for each in row["reasons"]),
        alternatives=tuple(terms_from(each) for each in row["alternatives"]),
        decision_sha256=row["decision_sha256"],
        requested_by=row["requested_by"],
        requested_at=row["requested_at"],
        makers=frozenset(row["makers"]),
        month=row["month"],
        approval=_approval(row),
        refusal=_refusal(row),
        number=row["number"],
        version=row["version"],
    )


def _approval(row: RowMapping) -> Approval | None:
    if row["level"] is None:
        return None
    by, at = row["approved_by"], row["approved_at"]
    return Approval(Level(row["level"]), row["expires_at"], by, at)


def _refusal(row: RowMapping) -> Refusal | None:
    said = row["refusal"]
    if said is None:
        return None
    other = said["alternative"]
    return Refusal(
        RefusalReason(said["reason"]),
        terms_from(other) if other else None,
        row["refused_by"],
        row["refused_at"],
    )


_ALL = """tenant_id, id, ticket_id, customer_id, charge_id, kind, amount_minor, days, currency,
          reason, state, policy_version, rule, reasons, alternatives, decision_sha256,
          requested_by, requested_at, makers, month, level, expires_at, approved_by, approved_at,
          refusal, refused_by, refused_at, number, version"""
_INSERT = text(
    f"""INSERT INTO remedies ({_ALL})
        VALUES (:tenant, :id, :ticket, :customer, :charge, :kind, :amount, :days, :currency,
                :reason, :state, :policy_version, :rule, CAST(:reasons AS jsonb),
                CAST(:alternatives AS jsonb), :sha, :requested_by, :requested_at,
                CAST(:makers AS uuid[]), :month, :level, :expires_at, :approved_by, :approved_at,
                CAST(CAST(:refusal AS text) AS jsonb), :refused_by, :refused_at, :number,
                :version)"""
)
_UPDATE = text(
    """UPDATE remedies SET amount_minor = :amount, days = :days, state = :state,
              policy_version = :policy_version, rule = :rule,
              reasons = CAST(:reasons AS jsonb), alternatives = CAST(:alternatives AS jsonb),
              decision_sha256 = :sha, makers = CAST(:makers AS uuid[]), month = :month,
              level = :level, expires_at = :expires_at, approved_by = :approved_by,
              approved_at = :approved_at, refusal = CAST(CAST(:refusal AS text) AS jsonb),
              refused_by = :refused_by, refused_at = :refused_at, number = :number,
              version = :version
        WHERE tenant_id = :tenant AND id = :id"""
)
_DECISION = text(
    """INSERT INTO remedy_decisions (tenant_id, remedy_id, number, document, sha256, at)
       VALUES (:tenant, :remedy, :number, :document, :sha, :at)"""
)
_FIND = text(f"SELECT {_ALL} FROM remedies WHERE id = :id")
_LOCK = text(f"SELECT {_ALL} FROM remedies WHERE id = :id FOR UPDATE")
_OF_TICKET = text(
    f"""SELECT {_ALL} FROM remedies WHERE tenant_id = :tenant AND ticket_id = :ticket
         ORDER BY requested_at DESC, id DESC"""
)
_LIST = text(
    f"""SELECT {_ALL} FROM remedies
         WHERE state = ANY (CAST(:states AS text[]))
           AND (level = ANY (CAST(:levels AS text[])) OR state = 'not_covered')
           AND (CAST(:after_at AS timestamptz) IS NULL
                OR (requested_at, id) > (CAST(:after_at AS timestamptz), CAST(:after_id AS uuid)))
         ORDER BY requested_at, id LIMIT :limit"""
)
_WAITING = text(
    """SELECT charge_id, sum(amount_minor)::bigint AS amount FROM remedies
        WHERE tenant_id = :tenant AND customer_id = :customer AND state = 'approval_needed'
          AND kind = 'refund' AND charge_id IS NOT NULL
          AND id IS DISTINCT FROM CAST(:without AS uuid)
        GROUP BY charge_id"""
)
_TWIN = text(
    """SELECT id FROM remedies
        WHERE tenant_id = :tenant AND ticket_id = :ticket AND kind = :kind
          AND charge_id IS NOT DISTINCT FROM CAST(:charge AS uuid)
          AND state = 'approval_needed' AND id <> :id LIMIT 1"""
)
_DECIDED = text(
    """SELECT * FROM remedy_decisions
        WHERE tenant_id = :tenant AND remedy_id = :remedy AND number = :number"""
)
_OF_MONTH = text(
    """SELECT d.* FROM remedies r JOIN remedy_decisions d
           ON (d.tenant_id, d.remedy_id, d.number) = (r.tenant_id, r.id, r.number)
        WHERE r.tenant_id = :tenant AND r.month = :month
        ORDER BY d.at, d.remedy_id LIMIT :limit"""
)
