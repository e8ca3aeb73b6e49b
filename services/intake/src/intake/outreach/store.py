"""Outreaches: one row for each that was ever asked for, and what became of it."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from intake.outreach.model import Outreach, State, Template, Why


async def save_new(tx: Transaction, outreach: Outreach) -> bool:
    """False when it was asked for before."""
    row = await tx.first(
        _SAVE,
        {
            "tenant": outreach.tenant,
            "id": outreach.id,
            "asked_by": outreach.asked_by,
            "dedup_key": outreach.dedup_key,
            "template": outreach.template,
            "values": json.dumps(dict(outreach.values)),
            "ticket": outreach.ticket,
            "state": outreach.state,
            "why": outreach.why,
            "leaves_at": outreach.leaves_at,
            "at": outreach.at,
            "cause": outreach.cause,
            "correlation": outreach.correlation,
        },
    )
    return row is not None


async def settle(
    tx: Transaction, outreach: tuple[UUID, UUID], state: State, why: Why | None, at: datetime
) -> Outreach | None:
    """The outreach (tenant and id) as it ended; None when it had ended before."""
    tenant, id_ = outreach
    row = await tx.first(
        _SETTLE, {"tenant": tenant, "id": id_, "state": state, "why": why, "at": at}
    )
    return _outreach(row) if row else None


async def outreach(tx: Transaction, tenant: UUID, id_: UUID) -> Outreach | None:
    row = await tx.first(_ONE, {"tenant": tenant, "id": id_})
    return _outreach(row) if row else None


async def of_ticket(tx: Transaction, tenant: UUID, ticket: UUID) -> Sequence[Outreach]:
    rows = await tx.all(_OF_TICKET, {"tenant": tenant, "ticket": ticket})
    return [_outreach(row) for row in rows]


async def question_waits(tx: Transaction, tenant: UUID, ticket: UUID) -> bool:
    """Whether a survey of the ticket was asked for and has not left."""
    found = await tx.scalar(
        _QUESTION, {"tenant": tenant, "ticket": ticket, "template": Template.SURVEY}
    )
    return bool(found)


def _outreach(row: RowMapping) -> Outreach:
    return Outreach(
        tenant=row["tenant_id"],
        id=row["id"],
        asked_by=row["asked_by"],
        dedup_key=row["dedup_key"],
        template=row["template"],
        values=row["given"],
        ticket=row["ticket_id"],
        state=State(row["state"]),
        why=Why(row["why"]) if row["why"] else None,
        leaves_at=row["leaves_at"],
        at=row["at"],
        cause=row["cause"],
        correlation=row["correlation"],
    )


_SAVE = text(
    """INSERT INTO outreaches (tenant_id, id, asked_by, dedup_key, template, given, ticket_id,
                               state, why, leaves_at, at, cause, correlation)
       VALUES (:tenant, :id, :asked_by, :dedup_key, :template,
               CAST(CAST(:values AS text) AS jsonb), :ticket, :state, :why, :leaves_at, :at,
               :cause, :correlation)
       ON CONFLICT DO NOTHING RETURNING id"""
)
_COLUMNS = """tenant_id, id, asked_by, dedup_key, template, given, ticket_id, state, why, leaves_at,
  at, cause, correlation"""
_SETTLE = text(
    f"""UPDATE outreaches SET state = :state, why = :why, at = :at
         WHERE tenant_id = :tenant AND id = :id AND state = 'waiting' RETURNING {_COLUMNS}"""
)
_ONE = text(f"SELECT {_COLUMNS} FROM outreaches WHERE tenant_id = :tenant AND id = :id")
_OF_TICKET = text(
    f"""SELECT {_COLUMNS} FROM outreaches
         WHERE tenant_id = :tenant AND ticket_id = :ticket ORDER BY at, id"""
)
_QUESTION = text(
    """SELECT EXISTS (SELECT FROM outreaches WHERE tenant_id = :tenant AND ticket_id = :ticket
                         AND template = :template AND state = 'waiting')"""
)
