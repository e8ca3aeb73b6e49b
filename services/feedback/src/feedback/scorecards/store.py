"""All SQL of the roll-ups."""

from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.db import Transaction
from feedback.scorecards.model import Bucket, Counts, Slice

Days = tuple[date, date]


async def add(tx: Transaction, tenant: UUID, bucket: Bucket, counts: Counts) -> None:
    """Moves the counts by these, which may be below zero."""
    await tx.execute(
        _ADD,
        {
            "tenant": tenant,
            **bucket._asdict(),
            "asked": counts.asked,
            "delivered": counts.delivered,
            "answered": counts.answered,
            "good": counts.good,
            "bad": counts.bad,
        },
    )


async def add_suppressed(tx: Transaction, tenant: UUID, bucket: Bucket, reason: str) -> None:
    named = {"tenant": tenant, "day": bucket.day, "lane": bucket.lane, "reason": reason}
    await tx.execute(_ADD_SUPPRESSED, named)


async def slices(tx: Transaction, tenant: UUID, days: Days) -> list[Slice]:
    """A client's month by agent, language and channel."""
    named = {"tenant": tenant, "first": days[0], "until": days[1]}
    return [_slice(row) for row in await tx.all(_SLICES, named)]


async def slices_of(tx: Transaction, person: UUID, days: Days) -> list[tuple[UUID, Counts]]:
    """One agent's counts by client, among the tenants in scope."""
    named = {"person": person, "first": days[0], "until": days[1]}
    return [(row["tenant_id"], _counts(row)) for row in await tx.all(_OF_PERSON, named)]


async def suppressed(tx: Transaction, tenant: UUID, days: Days) -> dict[str, int]:
    named = {"tenant": tenant, "first": days[0], "until": days[1]}
    return {row["reason"]: row["count"] for row in await tx.all(_SUPPRESSED, named)}


def _slice(row: RowMapping) -> Slice:
    return Slice(row["agent"], row["language"], row["channel"], _counts(row))


def _counts(row: RowMapping) -> Counts:
    return Counts(row["asked"], row["delivered"], row["answered"], row["good"], row["bad"])


_SUMS = """sum(asked)::integer AS asked, sum(delivered)::integer AS delivered,
  sum(answered)::integer AS answered, sum(good)::integer AS good, sum(bad)::integer AS bad"""
# An INSERT of figures below zero would fail its checks before it could become an update.
_ADD = text(
    """WITH moved AS (
         UPDATE score_days SET asked = asked + :asked, delivered = delivered + :delivered,
                answered = answered + :answered, good = good + :good, bad = bad + :bad
          WHERE tenant_id = :tenant AND day = :day AND agent = :agent AND language = :language
            AND channel = :channel AND lane = :lane RETURNING 1)
       INSERT INTO score_days AS s (tenant_id, day, agent, language, channel, lane, asked,
                                    delivered, answered, good, bad)
       SELECT :tenant, CAST(:day AS date), CAST(:agent AS uuid), CAST(:language AS text),
              CAST(:channel AS text), :lane, :asked, :delivered, :answered, :good, :bad
        WHERE NOT EXISTS (SELECT FROM moved)
       ON CONFLICT (tenant_id, day, agent, language, channel, lane) DO UPDATE
         SET asked = s.asked + excluded.asked, delivered = s.delivered + excluded.delivered,
             answered = s.answered + excluded.answered, good = s.good + excluded.good,
             bad = s.bad + excluded.bad"""
)
_ADD_SUPPRESSED = text(
    """INSERT INTO suppression_days AS s (tenant_id, day, reason, lane, count)
       VALUES (:tenant, :day, :reason, :lane, 1)
       ON CONFLICT (tenant_id, day, reason, lane) DO UPDATE SET count = s.count + 1"""
)
_SLICES = text(
    f"""SELECT agent, language, channel, {_SUMS} FROM score_days
         WHERE tenant_id = :tenant AND day >= :first AND day < :until
         GROUP BY agent, language, channel ORDER BY agent, language, channel"""
)
_OF_PERSON = text(
    f"""SELECT tenant_id, {_SUMS} FROM score_days
         WHERE agent = :person AND day >= :first AND day < :until
         GROUP BY tenant_id ORDER BY tenant_id"""
)
_SUPPRESSED = text(
    """SELECT reason, sum(count)::integer AS count FROM suppression_days
        WHERE tenant_id = :tenant AND day >= :first AND day < :until
        GROUP BY reason HAVING sum(count) > 0 ORDER BY reason"""
)
