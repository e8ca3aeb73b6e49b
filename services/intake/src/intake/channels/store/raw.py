"""Raw mail: kept before it is acknowledged, leased to a worker, taken off when it is worked off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from chassis.db import Transaction
from chassis.values import FIRM

LEASE_S = 60


@dataclass(frozen=True, slots=True)
class RawMail:
    """As it came over SMTP. `mailbox` is the brand's address, `recipient` the one written to."""

    tenant: UUID
    id: UUID
    mailbox: str
    recipient: str
    mail_from: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Pending:
    """A raw mail that waits. `released` names the quarantined item a person let through."""

    raw_id: UUID
    tenant: UUID
    received_at: datetime
    tries: int
    released: UUID | None


async def keep(tx: Transaction, mails: Sequence[RawMail]) -> None:
    """Each in its own tenant's walls, in one transaction."""
    rows = [
        (mail.tenant, mail.id, mail.mailbox, mail.recipient, mail.mail_from, mail.content)
        for mail in mails
    ]
    await tx.execute(_KEEP, {"mails": rows})


async def lease(tx: Transaction, limit: int) -> Sequence[Pending]:
    """The oldest that nobody holds, for a minute. Needs FIRM in scope."""
    rows = await tx.all(_LEASE, {"firm": FIRM, "limit": limit, "lease": LEASE_S})
    found = [
        Pending(row["raw_id"], row["tenant"], row["received_at"], row["tries"], row["released"])
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.received_at, each.raw_id))


async def mails(tx: Transaction, tenant: UUID, ids: Sequence[UUID]) -> dict[UUID, RawMail]:
    rows = await tx.all(_MAILS, {"tenant": tenant, "ids": [str(id_) for id_ in ids]})
    return {
        row["id"]: RawMail(
            row["tenant_id"],
            row["id"],
            row["mailbox"],
            row["recipient"],
            row["mail_from"],
            row["content"],
        )
        for row in rows
    }


async def take(tx: Transaction, pending: Pending) -> bool:
    """It is worked off in this transaction; False when another did it. Needs FIRM in scope."""
    return await tx.first(_TAKE, {"firm": FIRM, "raw": pending.raw_id}) is not None


async def put_back(tx: Transaction, pending: Pending, seconds: float) -> None:
    """Try it again later. Needs FIRM in scope."""
    await tx.execute(_PUT_BACK, {"firm": FIRM, "raw": pending.raw_id, "seconds": seconds})


async def pend_again(tx: Transaction, tenant: UUID, raw_id: UUID, released: UUID) -> None:
    """A person let it through: it counts from now. Needs FIRM in scope."""
    await tx.execute(_PEND, {"firm": FIRM, "raw": raw_id, "tenant": tenant, "released": released})


async def first_time(tx: Transaction, mail: RawMail, key: str, sha: bytes) -> bool:
    """Whether this mailbox never had this mail before; from now on it has."""
    row = await tx.first(
        _FIRST_TIME, {"tenant": mail.tenant, "mailbox": mail.mailbox, "key": key, "sha": sha}
    )
    return row is not None


async def oldest(tx: Transaction) -> datetime | None:
    """The receive time of the oldest raw mail not worked off, over all tenants: loops role."""
    found: datetime | None = await tx.scalar(_OLDEST)
    return found


async def waiting(tx: Transaction) -> tuple[int, float]:
    """How many wait, and the age of the oldest in seconds: loops role."""
    row = await tx.one(_WAITING)
    return row["count"], float(row["age"])


_KEEP = text("SELECT keep_raw_loop(CAST(:mails AS raw_in[]))")
_LEASE = text(
    """UPDATE raw_pending p
          SET tries = tries + 1, due_at = clock_timestamp() + make_interval(secs => :lease)
        WHERE p.tenant_id = :firm AND p.raw_id = ANY (ARRAY(
          SELECT raw_id FROM raw_pending WHERE tenant_id = :firm AND due_at <= clock_timestamp()
           ORDER BY due_at, raw_id LIMIT :limit FOR UPDATE SKIP LOCKED))
       RETURNING raw_id, tenant, received_at, tries, released"""
)
_MAILS = text(
    """SELECT tenant_id, id, mailbox, recipient, mail_from, content FROM raw_inputs
        WHERE tenant_id = :tenant AND id = ANY (CAST(:ids AS uuid[]))"""
)
_TAKE = text("DELETE FROM raw_pending WHERE tenant_id = :firm AND raw_id = :raw RETURNING raw_id")
_PUT_BACK = text(
    """UPDATE raw_pending SET due_at = clock_timestamp() + make_interval(secs => :seconds)
        WHERE tenant_id = :firm AND raw_id = :raw"""
)
_PEND = text(
    """INSERT INTO raw_pending (tenant_id, raw_id, tenant, received_at, due_at, released)
       VALUES (:firm, :raw, :tenant, clock_timestamp(), clock_timestamp(), :released)
       ON CONFLICT DO NOTHING"""
)
_FIRST_TIME = text(
    """INSERT INTO contact_keys (tenant_id, channel, mailbox, key, sha)
       VALUES (:tenant, 'mail', :mailbox, :key, :sha) ON CONFLICT DO NOTHING RETURNING key"""
)
_OLDEST = text("SELECT min(received_at) FROM raw_pending")
_WAITING = text(
    """SELECT count(*) AS count,
              coalesce(extract(epoch FROM clock_timestamp() - min(received_at)), 0) AS age
         FROM raw_pending"""
)
